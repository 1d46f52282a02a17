import { symlinkSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { Codebase } from "../../../engine/code/stage-code.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { type CodeProject, codeProject, declared } from "../support/code-project.ts"

const files = {
  "stages/train.ts": `
    import { Schema } from "effect"
    import { stage } from "refold"
    import { step } from "../ml/step.ts"
    export const train = stage("train", {
      params: Schema.Struct({}), inputs: {}, outputs: { x: "value" }, run: () => ({ x: step(1) }),
    })`,
  "ml/step.ts": `
    import { half } from "./index.ts"
    export function step(x: number): number { const scaled = half(x); return scaled }`,
  "ml/index.ts": `export * from "./half.ts"`,
  "ml/half.ts": `export const half = (x: number): number => x / 2`,
}

const project = (t: Test, more: Readonly<Record<string, string>> = {}): CodeProject =>
  codeProject(t, { ...files, ...more })

t.test(
  "comments, types, layout and unused exports two files away do not move a stage's digest",
  async (t) => {
    const { code, write } = project(t)
    const before = await code()
    const harmless: Readonly<Record<string, string>> = {
      comment: `/** Halves. */ export const half = (x: number): number => x / 2 // exactly`,
      "legal comment": `/*! (c) me */ export const half = (x: number): number => x / 2`,
      type: `export interface Halved { x: number }\nexport const half = (x: number & {}): number => x / 2 as number`,
      layout: `export const half =\n  (x) =>\n    x / 2\n`,
      "unused export": `export const third = (x: number) => x / 3\nexport const half = (x: number): number => x / 2`,
      "unused namesake": `export function scaled() { return 3 }\nexport const half = (x: number): number => x / 2`,
      "unused table": `export const table = { a: 1 }\nexport const half = (x: number): number => x / 2`,
    }
    for (const [name, text] of Object.entries(harmless)) {
      write({ "ml/half.ts": text })
      const { digest, sources } = await code()
      t.equal(digest, before.digest, name)
      t.same(Object.keys(sources), Object.keys(before.sources), name)
    }
  },
)

t.test("a real edit two files away moves the digest, and the sources name the file", async (t) => {
  const { code, write } = project(t)
  const before = await code()
  write({ "ml/half.ts": `// half\nexport const half = (x: number): number => x * 0.5` })
  const after = await code()
  t.not(after.digest, before.digest)
  const moved = Object.keys(after.sources).filter((path) => after.sources[path] !== before.sources[path])
  t.same(moved, ["ml/half.ts"])
})

t.test(
  "a file that only passes on what others export moves the digest when it passes on another",
  async (t) => {
    const { code, write } = project(t, { "ml/other.ts": `export const half = (x: number): number => x - 1` })
    const before = await code()
    write({ "ml/index.ts": `export * from "./other.ts"` })
    const after = await code()
    t.not(after.digest, before.digest)
    t.ok(Object.keys(after.sources).includes("ml/other.ts"))
  },
)

t.test("an import with a side effect that is added to a silent file moves the digest", async (t) => {
  const { code, write } = project(t, { "ml/patch.ts": `Array.prototype.at = () => 7` })
  const before = await code()
  write({ "ml/index.ts": `import "./patch.ts"\nexport * from "./half.ts"` })
  t.not((await code()).digest, before.digest)
})

t.test("an edit that is taken back restores the digest", async (t) => {
  const { code, write } = project(t)
  const before = await code()
  write({ "ml/half.ts": `export const half = (x: number): number => x * 0.5` })
  await code()
  write({ "ml/half.ts": files["ml/half.ts"] })
  t.equal((await code()).digest, before.digest)
})

t.test("where a project lies is not in its code's digest", async (t) => {
  t.equal((await project(t).code()).digest, (await project(t).code()).digest)
})

t.test("a stage that is reached through a symbolic link has the same code", async (t) => {
  const { root, code } = project(t)
  const link = join(temporaryFolder(t), "link")
  symlinkSync(root, link)
  const module = join(root, "stages/train.ts")
  t.equal((await new Codebase(link).code(declared("train", module))).digest, (await code()).digest)
})

t.test("computed imports and requires are refused with file and line", async (t) => {
  const refused: Readonly<Record<string, string>> = {
    "import()": `export const half = async (x: string) => await\n  import("./" + x)`,
    "import() of a package": `export const half = async (x: string) => await\n  import(x)`,
    "require()": `export const half = (x: string) => \n  require(x)`,
    "require as a value": `export const half = (x: string) => \n  [x].map(require)`,
  }
  for (const [name, text] of Object.entries(refused)) {
    const { code } = project(t, { "ml/half.ts": text })
    await t.rejects(code(), { _tag: "BundleError", message: /^ml\/half\.ts:2:\d+: / }, name)
  }
})

t.test("what does not parse or resolve is refused with file and line", async (t) => {
  await t.rejects(project(t, { "ml/half.ts": "export const half = (" }).code(), {
    _tag: "BundleError",
    message: /^ml\/half\.ts:1:/,
  })
  await t.rejects(project(t, { "ml/half.ts": 'import "./gone.ts"' }).code(), {
    message: /ml\/half\.ts:1:.*gone/,
  })
})

t.test(
  "a stage that its module does not export under its own name is refused, with the remedy",
  async (t) => {
    const { code } = project(t, { "stages/two.ts": "export const a = 1\nexport const b = 2" })
    await t.rejects(code("train", "stages/two.ts"), { message: /"train" must be exported.*as `train`/ })
    await t.rejects(code("train", "../elsewhere.ts"), { message: /outside the project/ })
    await t.rejects(new Codebase("/").code(declared("train", undefined, { module: undefined })), {
      message: /module is not known/,
    })
  },
)

const declaring = 'import { experiment, recorded, stage } from "refold"\nimport * as all from "refold"\n'

t.test("what a module exports in place of a stage is named, before anything runs", async (t) => {
  const unexported = `${declaring}const it = stage("train", { run: () => 1 })\n`
  const others: Readonly<Record<string, RegExp>> = {
    [`${unexported}export default experiment("one", {}, () => it({}))`]:
      /^stage "train" must be exported from stages\/one\.ts as `train`: a worker .*, and its export `default` is the experiment\. Write `export const train = stage\("train", …\)`$/,
    [`${unexported}const one = all.experiment("one", {}, () => it({}))\nexport { one as default }`]:
      /`default` is the experiment/,
    [`${unexported}export const other = stage("other", { run: () => it })`]: /`other` is the stage "other"/,
    [`${unexported}export const other = all.recorded("other", { request: () => it })`]: /the stage "other"/,
    [`${unexported}export const train = (rows: number) => rows`]: /`train` is a function/,
    [`${unexported}export default class Of<T> {}`]: /`default` is a class/,
    [`${unexported}export const seed = 1 as const`]: /`seed` is a value/,
    [`${unexported}export default { it }`]: /`default` is a value/,
    [`${unexported}export { other } from "./other.ts"`]: /`other` is another module's/,
  }
  for (const [text, message] of Object.entries(others)) {
    const { code } = project(t, { "stages/one.ts": text, "stages/other.ts": "export const other = 1" })
    await t.rejects(code("train", "stages/one.ts"), { _tag: "BundleError", message }, text)
  }
  const asked = project(t, {
    "stages/one.ts": `${declaring}const it = recorded("ask", {})\nexport default experiment("one", {}, () => it({}))`,
  })
  const ask = declared("ask", "stages/one.ts", { definition: { observe: () => ({}) } })
  await t.rejects(new Codebase(asked.root).code(ask), {
    message: /Write `export const ask = recorded\("ask", …\)`/,
  })
})

t.test("a stage is its module's only export in whatever way it is written there", async (t) => {
  for (const text of [
    'export default stage("train", { run: () => 1 })',
    'const it = stage("train", { run: () => 1 })\nexport default it',
    "export const s = all.stage(`train`, { run: () => 1 })",
    'const it = stage("train", { run: () => 1 })\nexport { it as trained }',
    'const make = (name: string) => stage(name, { run: () => 1 })\nexport const s = make("train")',
    'const name = "train"\nexport const s = stage(name, { run: () => 1 })',
    'export let s = 1 as unknown\ns = stage("train", { run: () => 1 })',
    'const shared = stage("other", { run: () => 2 })\nexport const train = stage("train", { run: () => shared && 1 })',
    'export const s = stage("train", { run: () => 1 }) satisfies unknown\nexport type Rows = number',
  ]) {
    const { code } = project(t, { "stages/one.ts": declaring + text })
    t.ok((await code("train", "stages/one.ts")).digest, text)
  }
})

t.test("the packages of a stage are those that its bundle imports, and those that it names", async (t) => {
  const { root, write, code } = project(t, {
    "node_modules/chart/package.json": '{"version":"1.2.0"}',
    "node_modules/font/package.json": '{"version":"2.0.0"}',
  })
  t.same((await code()).packages, {})
  write({
    "ml/half.ts": `import { chart } from "chart"\nexport const half = (x: number): number => x / chart`,
  })
  t.same(Object.keys((await code()).packages), ["chart@1.2.0"])
  const naming = declared("train", undefined, { definition: { packages: ["font"] } })
  const { packages } = await new Codebase(root).code(naming)
  t.same(Object.keys(packages), ["chart@1.2.0", "font@2.0.0"])
})
