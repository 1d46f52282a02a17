// in turn, in CI: it starts processes.
// Gates on the command line: exit codes and their order, what is told, and what a git ref's lock file is good for.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { project } from "../../../engine/testing/project.ts"
import { gitIn } from "../support/git.ts"

const module = (score: number, gates: string, more = "") => `import { Schema } from "effect"
import { experiment, stage } from "refold"
export const measure = stage("measure", {
  params: Schema.Struct({ scale: Schema.Number }),
  inputs: {},
  outputs: { metrics: "metrics:test" },
  run: ({ params }) => { ${more}; return { metrics: { score: ${score} * params.scale, loss: 1 } } },
})
export default experiment("one", { scale: Schema.Number.annotations({ default: 1 }) },
  ({ scale }) => ({ test: measure({ scale }) }), { gates: ${gates} })
`
const at = (score: number, gates: string, more?: string) => ({
  "experiments/one.ts": module(score, gates, more),
})

t.test(
  "a run says of each gate whether it holds, on its page too, and ends with 4 where one is broken",
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      ...at(0.8, `{ "test.score": { min: 0.5 } }`),
    })
    const kept = await lab.json("--exp", "one")
    t.equal(kept.code, 0)
    t.match(kept.of("gate"), [
      { metric: "test.score", status: "kept", value: 0.8, bounds: { min: 0.5 }, why: null },
    ])
    t.notOk("gatesBroken" in kept.of("run-finished")[0]!)

    lab.write(at(0.8, `{ "test.score": { min: 0.9 }, "test.los": { max: 2 } }`))
    const broken = await lab.json("--exp", "one")
    t.equal(broken.code, 4)
    t.same(broken.tasks, { measure: "cached" }, "a gate is in no key")
    t.match(broken.of("gate"), [
      { status: "broken", why: "0.8 is less than 0.9" },
      { status: "broken", why: /did you mean "test.loss"/ },
    ])
    t.equal(broken.last!.event, "run-finished")
    t.match(broken.of("run-finished"), [{ gatesBroken: 2 }])
    const { folder } = broken.of("results")[0]!
    t.match(readFileSync(join(folder, "index.html"), "utf8"), /<h2>Gates<\/h2>[\s\S]*0\.8 is less than 0\.9/)
    t.match(JSON.parse((await lab.plain("show", "--exp", "one", "--json")).stdout).gates, [
      { status: "broken" },
      {},
    ])

    const plain = await lab.plain("--exp", "one")
    t.match(plain.stdout, /GATE BROKEN\s+test\.score 0\.8000 \(at least 0\.9\): 0\.8 is less than 0\.9/)
    t.match(plain.stdout, /2 gates broken/)
    t.equal((await lab.json("--exp", "one", "--plan")).code, 0, "a plan has no metrics")

    for (const part of [
      ["--set", "scale=1"],
      ["--to", "measure"],
    ]) {
      const ran = await lab.json("--exp", "one", ...part)
      t.equal(ran.code, 0, part.join(" "))
      t.match(ran.of("gate"), [
        { status: "not-checked", why: new RegExp(part[0]!) },
        { status: "not-checked" },
      ])
    }
  },
)

t.test("a failed task comes before a difference, and a difference before a gate", async (t) => {
  const broken = `{ "test.score": { min: 1 } }`
  const lab = project(t, { "package.json": '{"type":"module"}', ...at(0.8, broken) })
  t.equal(
    (await lab.json("--exp", "one", "--update-lock")).code,
    4,
    "the lock is written, and the gate broken",
  )
  t.equal((await lab.json("--exp", "one", "--locked")).code, 4)
  t.equal((await lab.json("verify", "--exp", "one")).code, 4, "verify judges what the lock pins")
  lab.write(at(0.7, broken))
  t.equal((await lab.json("--exp", "one", "--locked")).code, 3)
  t.equal((await lab.json("verify", "--exp", "one")).code, 3)
  lab.write(at(0.7, broken, 'throw new Error("no")'))
  const failed = await lab.json("--exp", "one")
  t.equal(failed.code, 1)
  t.match(failed.of("gate"), [{ status: "not-checked", why: "a task failed" }])
})

t.test("a gate against a git ref is judged by the lock file that is there", async (t) => {
  const relative = `{ "test.score": { against: "base", atLeast: -0.05 } }`
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    ".gitignore": "artifacts\nnode_modules\n",
    ...at(0.8, relative),
  })
  const missing = await lab.json("--exp", "one", "--update-lock")
  t.equal(
    missing.code,
    4,
    "a ref that is not there could be a clone without history: nothing says that it holds",
  )
  t.match(missing.of("gate"), [{ status: "broken", why: /no repository/ }])

  gitIn(lab.root, "init", "-q", "-b", "base")
  gitIn(lab.root, "add", ".")
  gitIn(lab.root, "commit", "-qm", "one")
  const kept = await lab.json("--exp", "one")
  t.equal(kept.code, 0)
  t.match(kept.of("gate"), [{ status: "kept", against: { ref: "base", value: 0.8 } }])
  lab.write(at(0.7, relative))
  const fallen = await lab.json("--exp", "one", "--update-lock")
  t.equal(fallen.code, 4)
  t.match(fallen.of("gate"), [{ status: "broken", value: 0.7, against: { ref: "base", value: 0.8 } }])
  t.equal(
    (await lab.json("verify", "--exp", "one")).code,
    4,
    "the lock in the working tree against the ref's",
  )
})
