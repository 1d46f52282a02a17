// in turn, in CI: it starts processes.
// Inputs by digest from another experiment's lock file: nothing upstream runs, and what pins them is told by name.
import { rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { project } from "../../../engine/testing/project.ts"

const stages = (scale: number) => `import { Schema } from "effect"
import { stage } from "refold"
export const fit = stage("fit", {
  params: Schema.Struct({ at: Schema.Number }), inputs: {},
  outputs: { model: "model:small", choice: "value" },
  run: ({ params }) => ({ model: new Uint8Array([params.at * ${scale}]), choice: { rate: params.at } }),
})
export const use = stage("use", {
  params: Schema.Struct({ rate: Schema.Number }), inputs: { model: "model" },
  outputs: { metrics: "metrics" },
  run: ({ params, inputs }) => ({ metrics: { score: inputs.model[0] + params.rate } }),
})
export const read = stage("read", {
  params: Schema.Struct({}), inputs: { table: "table" }, outputs: { metrics: "metrics" },
  run: () => ({ metrics: {} }),
})
`
const first = (at: number) => `import { experiment } from "refold"
import { fit } from "../stages/all.ts"
export default experiment("first", {}, () => ({ final: fit({ at: ${at} }), cells: [fit({ at: 9 }, {}, { cell: 9 })] }))
`
const second = (
  model = 'locked("first", "final.model")',
) => `import { bound, experiment, locked } from "refold"
import { read, use } from "../stages/all.ts"
export default experiment("second", {}, () => ({
  test: use({ rate: bound(locked("first", "final.choice"), "rate") }, { model: ${model} }),
}))
`
const start = {
  "package.json": '{"type":"module"}',
  "stages/all.ts": stages(2),
  "experiments/first.ts": first(3),
}

t.test(
  "a locked input runs nothing upstream, follows the other lock file, and is told by name",
  async (t) => {
    const lab = project(t, { ...start, "experiments/second.ts": second() })
    const early = await lab.json("--exp", "second")
    t.match(early, {
      code: 2,
      last: { error: { message: /first\.lock\.json does not exist.*--exp first --update-lock/ } },
    })
    t.equal((await lab.json("--exp", "first", "--update-lock")).code, 0)
    const ran = await lab.json("--exp", "second", "--update-lock")
    t.equal(ran.code, 0, ran.stderr)
    t.same(ran.tasks, { use: "ran" })
    t.same(ran.of("results")[0]!.metrics, { "test.score": 9 })
    t.match(lab.read("experiments/second.lock.json"), /^"locked first final\.model":"[0-9a-f]{64}",$/m)

    lab.write({
      "stages/all.ts": stages(2)
        .replace(
          "run: ({ params }) => ({ model",
          "run: ({ params }) => ({ choice: { rate: params.at }, model",
        )
        .replace("]), choice: { rate: params.at } })", "]) })"),
    })
    t.same(
      (await lab.json("--exp", "second")).tasks,
      { use: "cached" },
      "code of what is upstream is in no key",
    )
    t.equal((await lab.json("verify", "--exp", "second")).code, 0)

    lab.write({ "experiments/first.ts": first(4) })
    t.same(
      (await lab.json("--exp", "second")).tasks,
      { use: "cached" },
      "the lock file counts, not the declaration",
    )
    t.equal((await lab.json("--exp", "first", "--update-lock")).code, 0)
    const verified = await lab.json("verify", "--exp", "second")
    t.equal(verified.code, 3)
    const told = verified.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
    t.match(
      told.flatMap(({ difference }) => difference ?? []),
      [
        { what: "locked", experiment: "first", result: "final.choice" },
        { what: "locked", result: "final.model" },
        { what: "key" },
      ],
    )
    const why = (await lab.plain("why", "use", "--exp", "second")).stdout
    t.match(why, /will run because of/)
    t.match(why, /model/)
    t.same((await lab.json("--exp", "second", "--update-lock")).of("results")[0]!.metrics, {
      "test.score": 12,
    })

    const plain = project(t, lab.root)
    rmSync(join(plain.root, "artifacts"), { recursive: true })
    t.equal((await plain.json("verify", "--exp", "second")).code, 0, "a clone without data")
    const missing = await plain.json("--exp", "second")
    t.equal(missing.code, 3)
    t.match(missing.of("difference")[0], { difference: { what: "locked-missing", experiment: "first" } })
    t.notOk(missing.events.some(({ event }) => event === "task-started"))
    const planned = (await plain.plain("--exp", "second", "--plan")).stdout
    t.match(
      planned,
      /final\.model of the experiment "first".* is not in this store\n.*run that experiment first/,
    )
    t.equal((await plain.json("--exp", "first", "--locked")).code, 0)
    t.equal((await plain.json("--exp", "second", "--locked")).code, 0)
  },
)

t.test(
  "a name that the lock file has not, or an output of another kind, is refused before anything runs",
  async (t) => {
    const lab = project(t, start)
    t.equal((await lab.json("--exp", "first", "--update-lock")).code, 0)
    const refused: Readonly<Record<string, RegExp>> = {
      'locked("first", "final.modle")': /there is no such result; did you mean "final.model"\?/,
      'locked("frist", "final.model")': /there is no experiment "frist"; did you mean "first"\?/,
      'locked("first", "final.choice")': /use takes model as "model", not value/,
      'locked("second", "test.metrics")': /its own lock file/,
    }
    for (const [call, message] of Object.entries(refused)) {
      lab.write({ "experiments/second.ts": second(call) })
      const ran = await lab.json("--exp", "second")
      t.match(ran, { code: 2, last: { error: { message } } }, call)
    }
  },
)
