// in turn, in CI: it starts processes.
import t from "tap"
import { project } from "../../../engine/testing/project.ts"

const lab = project(t, {
  "package.json": "{}",
  "stages/fibers.ts": `
    import { Effect, HashMap, HashSet, Random, Schema } from "effect"
    import { stage } from "refold"
    class Key { constructor(readonly n: number) {} }
    const keys = Array.from({ length: 200 }, (_, n) => new Key(n))
    const acts = {
      all: () => Effect.all([Effect.succeed(1), Effect.sleep(1).pipe(Effect.as(2))], { concurrency: 2 }),
      each: () => Effect.forEach([3, 1, 2], (n) => Effect.sleep(n).pipe(Effect.as(n)), { concurrency: "unbounded" }),
      both: () => Effect.all([Effect.fail(new Error("one")), Effect.die(new Error("two"))], { concurrency: 2 }),
      order: () => Effect.sync(() => Array.from(HashSet.fromIterable(keys), ({ n }) => n)),
      map: () => Effect.sync(() => HashMap.size(HashMap.fromIterable(keys.map((key) => [key, 1] as const)))),
      drawn: () => Random.next,
      shuffled: () => Random.shuffle([1, 2, 3]).pipe(Effect.map((all) => [...all])),
      seeded: () => Random.nextInt.pipe(Effect.withRandom(Random.make("a seed"))),
      still: () => Effect.sync(() => Math.random()),
    } as const
    export const fibers = stage("fibers", {
      params: Schema.Struct({ act: Schema.String }), inputs: {}, outputs: { out: "value" },
      run: ({ params }) => Effect.map(acts[params.act as "all"]() as Effect.Effect<any, Error>, (out) => ({ out })),
    })`,
  "experiments/fibers.ts": `
    import { Schema } from "effect"
    import { experiment } from "refold"
    import { fibers } from "../stages/fibers.ts"
    const acts = Schema.Array(Schema.String).annotations({ default: ["order"] })
    export default experiment("fibers", { acts }, ({ acts }) => acts.map((act) => fibers({ act })))`,
})

const set = (...acts: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...["--exp", "fibers", "--keep-going", "--set", `acts=${JSON.stringify(acts)}`],
]

t.test("a stage's Effect may run fibers at once and hash objects: only what draws is refused", async (t) => {
  const ran = await lab.json(...set("all", "each", "both", "map", "drawn", "shuffled", "seeded", "still"))
  const failed = new Map(
    ran.of("task-finished").map(({ task, error }) => [task.replace("fibers@act=", ""), error]),
  )
  for (const act of ["all", "each", "map", "seeded"]) t.equal(failed.get(act), undefined, act)
  t.match(failed.get("both"), { tag: "Error", message: "one", stack: [/^stages\/fibers\.ts:9:/] })
  for (const act of ["drawn", "shuffled"])
    t.match(failed.get(act), { tag: "Undeclared", message: /used Effect's Random: take a seed/ }, act)
  t.match(failed.get("still"), { tag: "Undeclared", message: /used Math\.random/ })
})

t.test("the order of Effect's sets of objects is the same whatever ran in the worker before", async (t) => {
  const outputs = async (...acts: ReadonlyArray<string>) => {
    const { of } = await lab.json(...set(...acts), "--force", "fibers")
    return of("task-finished").find(({ task }) => /order|^fibers$/.test(task))!.outputs
  }
  const alone = await outputs("order")
  t.match(alone, { out: /^[0-9a-f]{64}$/ })
  t.same(await outputs("all", "each", "order"), alone)
})
