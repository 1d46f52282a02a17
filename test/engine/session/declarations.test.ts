import { mkdirSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import "../../../engine/code/lend-effect.ts"
import * as declare from "../../../engine/declare/index.ts"
import { experimentParams } from "../../../engine/declare/params.ts"
import { plan } from "../../../engine/plan/plan.ts"
import { loadExperiment } from "../../../engine/session/project.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"
import { thrown } from "../support/thrown.ts"

;(globalThis as Record<symbol, unknown>)[Symbol.for("refold.declare")] = declare

function root(t: Test, files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(t)
  writeFiles(folder, { "package.json": '{"type":"module"}', ...files })
  mkdirSync(join(folder, "node_modules"), { recursive: true })
  return folder
}

const part = "export const count = (rows?: { readonly all: number }): number =>\n  rows!.all\n"

t.test("an experiment that throws when it is loaded says where, whatever it throws", async (t) => {
  const thrown: Readonly<Record<string, readonly [string, string, RegExp]>> = {
    "on its first line": ["null.x", "TypeError", /^experiments\/one\.ts:1:6: Cannot read/],
    "two files away": [
      'import { count } from "../parts/count.ts"\nexport default count()',
      "TypeError",
      /^parts\/count\.ts:2:9: Cannot read properties of undefined \(reading 'all'\)$/,
    ],
    "with a cause": [
      '\nthrow new Error("no", { cause: "a word" })',
      "Error",
      /^experiments\/one\.ts:2:7: no; caused by Thrown: a word$/,
    ],
    "nothing at all": ["throw null", "Error", /^null$/],
    "by an exit": ["process.exit(0)", "Exited", /^experiments\/one\.ts:1:9: process\.exit\(0\) was called/],
  }
  for (const [name, [text, tag, message]] of Object.entries(thrown)) {
    const folder = root(t, { "experiments/one.ts": text, "parts/count.ts": part })
    await t.rejects(loadExperiment(folder, "one"), { message }, name)
    const failure = await loadExperiment(folder, "one").catch((failure) => failure)
    t.equal(failure._tag ?? failure.name, tag, name)
  }
})

t.test("a wiring that throws says where, and so does what refuses it", async (t) => {
  const folder = root(t, {
    "experiments/one.ts": `import { experiment } from "refold"
import { count } from "../parts/count.ts"
export default experiment("one", {}, () => count() as never)`,
    "parts/count.ts": part,
  })
  symlinkSync(folder, join(folder, "link"))
  for (const from of [folder, join(folder, "link")]) {
    const one = await loadExperiment(from, "one")
    const failure = thrown(() => plan(one, experimentParams(one, [])))
    t.match(failure.message, /^parts\/count\.ts:2:9: Cannot read properties/)
    t.match(failure.stack, /\n {4}at experiments\/one\.ts:3:44(\n|$)/)
  }
})

t.test(
  "a declaration that does not parse says the column as editors count, on its first line too",
  async (t) => {
    const folder = root(t, { "experiments/one.ts": "const a = )" })
    await t.rejects(loadExperiment(folder, "one"), {
      _tag: "BundleError",
      message: /^experiments\/one\.ts:1:11: /,
    })
  },
)

const declared = (name: string): string =>
  `import { experiment } from "refold"\nexport default experiment("${name}", {}, () => ({}))`

t.test("an experiment goes by one name, that of its file, and no two by the same", async (t) => {
  const folder = root(t, {
    "experiments/one.ts": declared("one"),
    "experiments/copy.ts": declared("one"),
    "experiments/twin.ts": declared("twin"),
    "experiments/twin.mjs": declared("twin"),
    "elsewhere/one.ts": declared("one"),
    "elsewhere/two.ts": declared("two"),
  })
  t.equal((await loadExperiment(folder, "one")).name, "one")
  t.equal((await loadExperiment(folder, join(folder, "experiments/one.ts"))).name, "one")
  t.equal((await loadExperiment(folder, join(folder, "elsewhere/two.ts"))).name, "two")
  const refused: Readonly<Record<string, RegExp>> = {
    copy: /^experiments\/copy\.ts declares the experiment "one", .*: write experiment\("copy", …\), or call the file one\.ts$/,
    twin: /^experiments\/twin\.\w+ and experiments\/twin\.\w+ are both the experiment "twin"/,
    [join(folder, "elsewhere/one.ts")]: /^elsewhere\/one\.ts and experiments\/one\.ts are both/,
  }
  for (const [name, message] of Object.entries(refused))
    await t.rejects(loadExperiment(folder, name), { _tag: "ProjectError", message }, name)
})

t.test(
  "an experiment that is loaded again in the same process has its stages, those that only bodies wire too",
  async (t) => {
    const stage = (name: string): string =>
      `import { Schema } from "effect"\nimport { stage } from "refold"\nexport const ${name} = stage("${name}", { params: Schema.Struct({}), inputs: {}, outputs: { out: "value" }, run: () => ({ out: [1] }) })\n`
    const folder = root(t, {
      "stages/inner.ts": stage("inner"),
      "stages/outer.ts": stage("outer"),
      "experiments/one.ts": `import { each, experiment } from "refold"
import { inner } from "../stages/inner.ts"
import { outer } from "../stages/outer.ts"
export default experiment("one", {}, () => each("all", outer({}).out, () => inner({})))`,
    })
    const reachable = async () => {
      const one = await loadExperiment(folder, "one")
      return plan(one, experimentParams(one, []))
        .reachable.map(({ stageName }) => stageName)
        .sort()
    }
    t.same(await reachable(), ["inner", "outer"])
    t.same(await reachable(), ["inner", "outer"])
  },
)
