// in turn, in CI: it starts processes.
import fc from "fast-check"
import t from "tap"
import type { Started } from "../../../engine/testing/command.ts"
import { project } from "../../../engine/testing/project.ts"
import { count } from "../../counts.ts"

const lab = project(t, {
  "package.json": "{}",
  "stages/many.ts": `
    import { Schema } from "effect"
    import { stage } from "refold"
    export const many = stage("many", {
      params: Schema.Struct({ i: Schema.Number }), inputs: {}, outputs: { out: "value" },
      inProcess: true, run: ({ params }) => ({ out: params.i }),
    })`,
  "stages/held.ts": `
    import { Schema } from "effect"
    import { stage } from "refold"
    export const held = stage("held", {
      params: Schema.Struct({ i: Schema.Number }), inputs: {}, outputs: { out: "value" },
      run: async ({ params, progress }) => {
        await progress(1, 2)
        return new Promise<never>(() => setTimeout(() => {}, 1e6))
      },
    })`,
  "experiments/grid.ts": `
    import { Schema } from "effect"
    import { experiment } from "refold"
    import { many } from "../stages/many.ts"
    export default experiment("grid", { size: Schema.Number.annotations({ default: 800 }) }, ({ size }) => {
      console.log("it wires")
      return Array.from({ length: size }, (_, i) => many({ i }).out)
    })`,
  "experiments/held.ts": `
    import { experiment } from "refold"
    import { held } from "../stages/held.ts"
    export default experiment("held", {}, () => [held({ i: 1 }).out, held({ i: 2 }).out])`,
})

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** Resolves once standard error says so. */
const says = ({ child }: Started, words: string): Promise<void> =>
  new Promise((resolve) =>
    child.stderr.on("data", (text: string) => (text.includes(words) ? resolve() : undefined)),
  )

/** Resolves with the nth line of standard output. */
const line = ({ child }: Started, n: number): Promise<void> =>
  new Promise((resolve) => {
    let left = n
    child.stdout.on("data", (bytes: Buffer) => {
      for (const byte of bytes) if (byte === 10 && --left === 0) resolve()
    })
  })

t.test("whoever asks to end is heard before a plan of many tasks is made", async (t) => {
  const size = `size=${count(10_000, 100_000)}`
  for (const signal of signals.slice(0, count(1, 3))) {
    const started = lab.start(["--exp", "grid", "--plan", "--json", "--set", size])
    await says(started, "it wires")
    started.child.kill(signal)
    const { code, stdout, stderr } = await started.ended
    t.equal(code, 130, signal)
    t.equal(stdout, "")
    t.match(stderr, /interrupted; what had finished is kept/)
  }
})

t.test("a run that is asked to end at any moment, twice at once, ends as interrupted", async (t) => {
  const moment = fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(...signals), fc.boolean())
  for (const [at, signal, isTwice] of fc.sample(moment, count(2, 60))) {
    const started = lab.start(["--exp", "grid", "--json", "--force", "many"])
    await line(started, at)
    started.child.kill(signal)
    if (isTwice) started.child.kill(signal)
    const { code, last } = await started.ended
    t.equal(code, 130, `${signal} at event ${at}`)
    t.not(last?.event, "run-finished")
  }
})

t.test("a run whose tasks are in workers ends at once, twice asked or once", async (t) => {
  for (const times of [1, 2]) {
    const started = lab.start(["--exp", "held", "--json", "--jobs", "2"])
    await started.event("progress")
    for (let i = 0; i < times; i++) started.child.kill("SIGINT")
    t.equal((await started.ended).code, 130)
  }
})

t.test("each of them is in the history as interrupted", async (t) => {
  const { stdout } = await lab.plain("runs", "--json")
  const outcomes = stdout
    .trim()
    .split("\n")
    .map((run) => JSON.parse(run).outcome)
  t.equal(outcomes.length, Math.min(20, count(4, 62)))
  t.same([...new Set(outcomes)], ["interrupted"])
})
