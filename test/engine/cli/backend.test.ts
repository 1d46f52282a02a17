// in turn, in CI: it starts processes.
import { dirname, join } from "node:path"
import t from "tap"
import { labProject } from "../support/lab.ts"

// What another backend computes is marked, with all that follows from it, and no lock file holds it.

const own = labProject(t)
own.write({
  "stages/draw.ts": `
    import { Schema } from "effect"
    import { stage } from "refold"
    export const draw = stage("draw", {
      params: Schema.Struct({}), inputs: {}, outputs: { maker: "value" }, numerics: "tensor",
      run: ({ provided }) => ({ maker: typeof provided }),
    })`,
  "stages/say.ts": `
    import { Schema } from "effect"
    import { stage } from "refold"
    export const say = stage("say", {
      params: Schema.Struct({ words: Schema.String }), inputs: {}, outputs: { said: "value" },
      run: ({ params }) => ({ said: params.words }),
    })`,
  "stages/quote.ts": `
    import { Schema } from "effect"
    import { stage } from "refold"
    export const quote = stage("quote", {
      params: Schema.Struct({}), inputs: { maker: "value", said: "value" }, outputs: { quoted: "value" },
      run: ({ inputs }) => ({ quoted: [inputs.maker, inputs.said] }),
    })`,
  "stages/dice.ts": `
    import { Schema } from "effect"
    import { stage } from "refold"
    export const dice = stage("dice", {
      params: Schema.Struct({}), inputs: {}, outputs: { eyes: "value" }, numerics: "tensor",
      run: () => ({ eyes: Math.random() }),
    })`,
  "experiments/thrown.ts": `
    import { experiment } from "refold"
    import { dice } from "../stages/dice.ts"
    export default experiment("thrown", {}, () => dice({}, {}))`,
  "experiments/drawn.ts": `
    import { experiment } from "refold"
    import { draw } from "../stages/draw.ts"
    import { quote } from "../stages/quote.ts"
    import { say } from "../stages/say.ts"
    export default experiment("drawn", {}, () => {
      const { maker } = draw({}, {})
      const { said } = say({ words: "exact" }, {})
      return { quoted: quote({}, { maker, said }).quoted, said }
    })`,
})
const run = (...args: ReadonlyArray<string>) => own.json("--exp", "drawn", ...args)
const marked = ["draw", "quote"]

t.test("the default backend says nothing, and its lock file holds everything", async (t) => {
  const { code, of, stderr } = await run("--update-lock")
  t.equal(code, 0, stderr)
  t.equal(of("run-started")[0]!.backend, undefined)
  t.same(of("results")[0]!.values, { quoted: ["undefined", "exact"], said: "exact" })
  t.equal(of("results")[0]!.inexact, undefined)
  t.equal(of("lock")[0]!.status, "created")
})

const numerics = /^cpu \(TensorFlow\.js 4\.22\.0\) on JavaScript, V8 \S+, 1 thread$/

t.test(
  "another backend hands stages its maker, is told with the run, and is compared with no lock",
  async (t) => {
    const lock = own.read("experiments/drawn.lock.json")
    const { code, of, tasks, stderr } = await run("--backend", "cpu")
    t.equal(code, 0, stderr)
    t.match(of("run-started")[0]!.backend, { name: numerics, exact: false, why: null })
    t.same(of("results")[0]!.values, { quoted: ["function", "exact"], said: "exact" })
    t.match(of("results")[0]!.inexact, { numerics, tasks: marked })
    t.same(of("lock"), [])
    t.equal(tasks.say, "cached", "what does not compute with it has the same key")
    t.equal(own.read("experiments/drawn.lock.json"), lock)
    t.match((await run("--backend", "cpu")).last, { ran: 0, cached: 3 }, "it is cached by itself")
  },
)

t.test("its results say so in tables, pages, show and runs; those of the default say nothing", async (t) => {
  const shown = JSON.parse((await own.plain("show", "--exp", "drawn", "--json")).stdout)
  t.match(shown.inexact, { numerics, tasks: marked })
  t.match(
    (await own.plain("show", "--exp", "drawn")).stdout,
    /computed with cpu .*: 2 tasks are not bit-exact/,
  )
  t.match((await own.plain("runs")).stdout, /not bit-exact/)
  t.match(
    (await own.plain("--exp", "drawn", "--backend", "cpu")).stdout,
    /backend {2}cpu .*\n.*not bit-exact/,
  )
  const page = own.read(join(dirname(shown.outputs.said.path).slice(own.root.length), "index.html"))
  t.match(page, /Computed with.*cpu/)
  t.match(page, /<code>draw<\/code> <span class="soft">not bit-exact/)
  t.match(page, /<code>say<\/code><\/td>/)
  const exact = await run()
  t.same([exact.last], [{ ...exact.last, ran: 0, cached: 3 }])
  t.notMatch(own.read(join(exact.of("results")[0]!.folder.slice(own.root.length), "index.html")), /bit-exact/)
})

t.test("verify proves the lock, and says for which tasks of the store it proves nothing", async (t) => {
  const { code, last } = await own.json("verify", "--exp", "drawn")
  t.equal(code, 0)
  const lines = (await own.plain("verify", "--exp", "drawn")).stdout
  t.match(lines, /it proves nothing for what cpu .* computed in this store: draw, quote\n/)
  t.equal(last, undefined, "not parsed: it is a command of its own")
  const { stdout } = await own.plain("verify", "--exp", "drawn", "--recompute", "all", "--json")
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
  t.match(events.at(-1), {
    differences: 0,
    recomputed: 3,
    unproven: [],
    inexact: [{ numerics, tasks: marked }],
  })
})

t.test("no lock is held to it, or renewed from it", async (t) => {
  for (const option of ["--locked", "--update-lock"]) {
    for (const name of ["cpu", "auto"]) {
      const { code, stderr } = await own.plain("--exp", "drawn", "--backend", name, option)
      t.equal(code, 2)
      t.match(stderr, new RegExp(`^${option} goes with the backend wasm, .*: leave out --backend`))
    }
  }
})

t.test("a backend that is not there is refused with the remedy, and auto goes on without it", async (t) => {
  const away = { REFOLD_TENSORFLOW_DIR: join(own.root, "nowhere") }
  const refused = await own.start(["--exp", "drawn", "--backend", "tensorflow"], away).ended
  t.equal(refused.code, 2)
  t.match(
    refused.stderr,
    /^the backend "tensorflow" cannot be used: TensorFlow is not installed\. What helps: npm install @tensorflow\/tfjs-node@/,
  )
  const chosen = await own.start(["--exp", "drawn", "--backend", "auto", "--json"], away).ended
  t.match(chosen.of("run-started")[0]!.backend, {
    ...{ name: "wasm", exact: true, why: "auto: TensorFlow is not installed" },
  })
  t.equal(chosen.of("lock")[0]!.status, "same", "on the default it is compared as ever")
  const misspelt = await own.plain("--exp", "drawn", "--backend", "tensroflow")
  t.equal(misspelt.code, 2)
  t.match(misspelt.stderr, /--backend tensroflow: .*did you mean "tensorflow"/)
})

t.test("a backend is loaded outside the traps, and stages stay inside them", async (t) => {
  const { code, of } = await own.json("--exp", "thrown", "--backend", "cpu")
  t.equal(code, 1)
  t.match(of("task-finished")[0]!.error, {
    ...{ tag: "Undeclared", message: /stage "dice" used Math\.random/ },
  })
})
