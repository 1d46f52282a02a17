// in turn: it starts processes.
// What a lock knows that a ledger has lost: kept when the lock is renewed, of tasks of groups too, while key, outputs and states are the same.
import { join } from "node:path"
import t from "tap"
import { type Lock, parseLock } from "../../../engine/lock/lock-file.ts"
import { project } from "../../../engine/testing/project.ts"
import { drivers } from "../support/drivers.ts"

const lockFile = "experiments/chains.lock.json"
const module = (items: string, step = "1"): string => `import { Schema } from "effect"
import { each, experiment, stage } from "refold"
export const list = stage("list", {
  params: Schema.Struct({ items: Schema.Array(Schema.Int) }), inputs: {}, outputs: { items: "value" },
  run: ({ params }) => ({ items: [...params.items] }),
})
export const grow = stage("grow", {
  params: Schema.Struct({ from: Schema.Int }), inputs: {}, outputs: { end: "value" },
  chain: {
    finishing: [], length: () => 2, stops: () => false, isRecord: () => false,
    start: ({ params }) => ({ at: params.from }),
    advance: (state, n) => { state.at += ${step}; return { at: state.at } },
    save: ({ at }) => new TextEncoder().encode(String(at)),
    restore: (state, saved) => { state.at = Number(new TextDecoder().decode(saved)) },
    finish: (_, { state }) => ({ end: 1 }),
  },
})
export default experiment("chains", {}, () => ({
  alone: grow({ from: 0 }).end,
  grown: each("starts", list({ items: ${items} }).items, (from: number) => grow({ from }).end),
}))
`
const lab = project(t, { "package.json": '{"type":"module"}', "experiments/chains.ts": module("[1, 2]") })
const renewed = async () => {
  t.equal((await lab.json("--exp", "chains", "--update-lock")).code, 0)
  return parseLock(lab.read(lockFile), lockFile)
}
const lose = (): void => {
  const ledger = drivers[0]!.open(join(lab.root, "artifacts/ledger.sqlite"), false)
  ledger.exec("DELETE FROM links")
  ledger.close()
}
const metricsOf = ({ tasks, groups }: Lock): Readonly<Record<string, ReadonlyArray<string> | undefined>> => ({
  alone: tasks.grow!.metrics,
  ...Object.fromEntries(
    Object.entries(groups.starts!.items).map(([item, line]) => {
      const last = line.at(-1)
      return [item, typeof last === "object" ? last.tasks?.grow?.metrics : undefined]
    }),
  ),
})

t.test("digests of metrics that the ledger lost stay, whatever items come and go beside them", async (t) => {
  const before = metricsOf(await renewed())
  t.same([before.alone?.length, before["1"]?.length, before["2"]?.length], [2, 2, 2])
  lose()
  t.same(metricsOf(await renewed()), before, "the same list")
  lab.write({ "experiments/chains.ts": module("[3, 1, 2]") })
  const more = metricsOf(await renewed())
  t.same({ ...more, 3: undefined }, { ...before, 3: undefined }, "an item in front")
  t.equal(more["3"]?.length, 2)
})

t.test(
  "nothing is kept of a task that has another key by now, although its states are the same",
  async (t) => {
    lab.write({ "experiments/chains.ts": module("[3, 1, 2]", "Number(1)") })
    t.equal((await lab.json("--exp", "chains")).code, 0)
    lose()
    t.same(metricsOf(await renewed()), { alone: undefined, 1: undefined, 2: undefined, 3: undefined })
  },
)
