// What is not in a stage's code: whatever its form does not reach, and how it is run. And that what is left still does the same.
import { readFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
import t, { type Test } from "tap"
import type { StageCode } from "../../../engine/code/stage-code.ts"
import { codeProject } from "../support/code-project.ts"

const schemas = `import * as Schema from "effect/Schema"
  export const one = Schema.Struct({ a: Schema.Number })
  export const two = Schema.Struct({ b: Schema.String })`
const siblings = (rest: string, more = ""): string => `import { form, stage } from "refold"
  import { one, two } from "../lib/schemas.ts"
  import { half, third } from "../lib/parts.ts"
  ${more}
  export const train = stage("train", { params: one, inputs: {}, outputs: {}, run: () => half(4) })
  ${rest}`
const sibling = `export const other = stage("other", { params: two, inputs: {}, outputs: {}, run: () => third(9) })`
const parts = `const halves = new Map([[4, 2]]), thirds = new Map([[9, 3]])
  export const half = (x: number) => halves.get(x)
  export const third = (x: number) => thirds.get(x)`
const base = { "lib/schemas.ts": schemas, "lib/parts.ts": parts, "stages/train.ts": siblings(sibling) }

t.test("an edit of what a stage does not reach keeps its key, wherever it stands", async (t) => {
  const { code, write } = codeProject(t, base)
  const before = await code()
  const edits: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "a sibling's function": { "stages/train.ts": siblings(sibling.replace("third(9)", "third(9)! + 1")) },
    "a sibling's time limit": {
      "stages/train.ts": siblings(sibling.replace("{ params", "{ timeout: 9, params")),
    },
    "a sibling gone": { "stages/train.ts": siblings("") },
    "a sibling's package": {
      "stages/train.ts": siblings(sibling, `import { chart } from "chart"`).replace("third(9)", "chart"),
      "node_modules/chart/package.json": '{"name":"chart","version":"1.0.0"}',
    },
    "a sibling's module of Node's": {
      "stages/train.ts": siblings(sibling, `import { tmpdir } from "node:os"`).replace(
        "third(9)",
        "tmpdir()",
      ),
    },
    "a sibling's schema": { "lib/schemas.ts": schemas.replace("b: Schema.String", "c: Schema.Boolean") },
    "a sibling's helper": { "lib/parts.ts": parts.replace("[9, 3]", "[9, 3.5]") },
    "a helper that nobody uses": { "lib/parts.ts": `${parts}\nconst unused = new Map([[1, 2]]).get(1)` },
    "a class that nobody uses": {
      "lib/parts.ts": `${parts}\nexport class Unused extends Object.getPrototypeOf(Uint8Array) { static x = Date.now() }`,
    },
    "a pattern that nobody uses": {
      "lib/parts.ts": `${parts}\nexport const { a, b: [c] } = JSON.parse("{}")`,
    },
    "a default export that nobody uses": {
      "lib/parts.ts": `${parts}\nexport default Object.freeze({ a: 1 })`,
    },
    "an enum that nobody uses": { "lib/parts.ts": `${parts}\nexport enum Colour { Red }` },
  }
  for (const [name, edit] of Object.entries(edits)) {
    write({ ...base, ...edit })
    const { digest, packages } = await code()
    t.equal(digest, before.digest, name)
    t.same(packages, {}, name)
  }
})

t.test("what has an effect when its module is loaded stays, and moves the key", async (t) => {
  const { code, write } = codeProject(t, {
    ...base,
    "node_modules/polyfill/package.json": '{"name":"polyfill","version":"1.0.0"}',
    "node_modules/polyfill/index.js": "globalThis.filled = 1",
  })
  const before = await code()
  const staying: Readonly<Record<string, string>> = {
    "a call": `${parts}\nthirds.set(1, 2)`,
    "an assignment": `${parts}\nArray.prototype.at = () => 7`,
    "a condition": `${parts}\nif (thirds.size > 1) throw new Error("no")`,
  }
  for (const [name, text] of Object.entries(staying)) {
    write({ "lib/parts.ts": text })
    t.not((await code()).digest, before.digest, name)
  }
  write({ "lib/parts.ts": `import "polyfill"\n${parts}` })
  const { packages, path } = await code()
  t.same(Object.keys(packages), ["polyfill@1.0.0"], "a package that is imported for its effects")
  t.match(readFileSync(path, "utf8"), /import"polyfill"/)
})

const forms = (a: string, b: string, more = ""): string => `import * as refold from "refold"
  import { half, third } from "../lib/parts.ts"
  ${more}
  export const look = refold.stage("look", { numerics: "none", forms: {
    near: refold.form({ params: {}, ${a} run: () => half(4) }),
    "far": { params: {}, ${b} run: () => third(9) },
  } })`

t.test("each form of a stage has code of its own, which no other form moves", async (t) => {
  const at = "stages/look.ts"
  const { code, write } = codeProject(t, { ...base, [at]: forms("", "") })
  const [near, far] = [await code("look.near"), await code("look.far")]
  t.not(near.digest, far.digest)
  write({ [at]: forms("", "outputs: { x: 'value' },") })
  t.equal((await code("look.near")).digest, near.digest, "another form edited")
  t.not((await code("look.far")).digest, far.digest)
  write({ [at]: forms("", ""), "lib/parts.ts": parts.replace("[9, 3]", "[9, 3.5]") })
  t.equal((await code("look.near")).digest, near.digest, "another form's helper edited")
  t.not((await code("look.far")).digest, far.digest)
  const spread = forms("", "", "const both = { near: { run: () => 1 }, far: { run: () => 2 } }")
  write({ ...base, [at]: spread.replace("forms: {", "forms: { ...both,") })
  t.type((await definitionOf(await code("look.far"))).forms.far.run, "function", "a spread is left as it is")
})

t.test("how a stage is run stands in no key where it is written as a literal", async (t) => {
  const stageWith = (
    traits: string,
    around: (definition: string) => string = (it) => `stage("train", ${it})`,
  ) =>
    `import { stage, stage as declare } from "refold"; import * as refold from "refold"
    export const train = ${around(`{ ${traits} params: {}, run: () => 1 }`)}`
  const { code, write } = codeProject(t, { "stages/train.ts": stageWith("") })
  const { digest } = await code()
  for (const traits of [
    `doc: "Trains", timeout: 60,`,
    "doc: `Trains`, retries: 2 * 3, unit: 'step', /* why */",
    `timeout: 24 * 60 * 60, "retries": +1, inProcess: true, counts: "x" + "y",`,
    "timeout: undefined /* none */,",
    `resources: { cores: 2 * 2, "memory": \`8GB\` }, mutex: "gpu",`,
  ]) {
    write({ "stages/train.ts": stageWith(traits) })
    t.equal((await code()).digest, digest, traits)
  }
  const ways: Readonly<Record<string, (definition: string) => string>> = {
    "an alias": (it) => `declare("train", ${it})`,
    "all of the module": (it) => `refold.stage("train", ${it})`,
    "a last property": (it) =>
      `stage("train", ${it.replace("timeout: 5,", "").replace("1 }", "1, timeout: 5 }")})`,
  }
  for (const [name, way] of Object.entries(ways)) {
    write({ "stages/train.ts": stageWith("", way) })
    const without = (await code()).digest
    write({ "stages/train.ts": stageWith("timeout: 5,", way) })
    t.equal((await code()).digest, without, name)
  }
  const constant = (traits: string) => `import { stage } from "refold"
    const definition = { ${traits} run: () => 1 }
    export const train = stage("train", definition)`
  write({ "stages/train.ts": constant("") })
  const without = (await code()).digest
  write({ "stages/train.ts": constant("timeout: 5,") })
  t.equal((await code()).digest, without, "a definition that is a constant of its module")
})

t.test("policy that is computed is refused with its place and the remedy", async (t) => {
  const { code, write } = codeProject(t, {})
  for (const [name, computed] of Object.entries({
    timeout: "timeout: 60 * minutes",
    retries: "retries",
    resources: "resources: { cores: minutes }",
    mutex: "mutex: name",
    doc: "doc: name + '!'",
  })) {
    write({
      "stages/train.ts": `import { stage } from "refold"
type Minutes = number
const minutes: Minutes = 4, retries = 2, name = "x"
export const train = stage("train", {
  ${computed},
  run: () => 1,
})`,
    })
    const remedy = name === "doc" ? /write a literal here$/ : /write a literal here, or .*policy/
    await t.rejects(code(), { _tag: "BundleError", message: /^stages\/train\.ts:5:3: a stage's / }, name)
    await t.rejects(code(), { message: remedy }, name)
  }
})

// biome-ignore lint/suspicious/noExplicitAny: whatever a stage's module declares
const definitionOf = async ({ path }: StageCode): Promise<any> =>
  (await import(pathToFileURL(path).href)).stage.definition

/** What a stage's run gives, of a module that is bundled. */
async function given(t: Test, files: Readonly<Record<string, string>>): Promise<unknown> {
  const { code } = codeProject(t, { "node_modules/a.txt": "", ...files })
  return (await definitionOf(await code())).run()
}

t.test("what is left of a module does what it did", async (t) => {
  const module = `
    import { later, set, Named, all } from "./other.ts"
    const waited = await Promise.resolve(3)
    const { a, b: { c = a + 1 } = {}, ...rest } = JSON.parse('{"a":1,"x":2,"y":3}'), [first, , third = 9] = "pq"
    export let { x, bump } = { x: 1, bump: () => ++x }
    let { p } = Object.assign({ p: 1 })
    const anonymous = class extends Object { static made = Date.name }
    class Base extends Object.getPrototypeOf(Uint8Array) { static own = [Base].length }
    export class Mid extends Object.getPrototypeOf(Uint8Array) { me() { return Mid } static made = String(1) }
    export class Sub extends Base { static { Sub.count = 1 } }
    var hoisted = typeof early, early = String(1)
    const tag = (s: TemplateStringsArray) => s[0], tagged = tag\`t\`
    const self = this, named = { f: () => 0 }.f
    export default class extends Base { static d = 1 }
    import Default from "./a.ts"
    p = 5
    set(7)
    bump()
    export { c as renamed }
    export const out = () => ({
      waited, a, c, rest, first, third, x, p, later, hoisted, early, tagged, self,
      names: [anonymous.name, Mid.name, Named.name, named.name, Default.name],
      count: Sub.count, own: Base.own, made: anonymous.made, all,
    })`
  const result = await given(t, {
    "stages/a.ts": module,
    "stages/other.ts": `export let later = Number(1)
      export const set = (x: number) => { later = x }
      export default Object.assign(() => 1)
      export const Named = class Inner extends Object { static x = String(1) }
      export * from "./third.ts"`,
    "stages/third.ts": `const own = Object.freeze([1]); export { own as all }`,
    "stages/train.ts": `import { stage } from "refold"; import { out } from "./a.ts"
      export const train = stage("train", { run: out })`,
  })
  t.same(result, {
    ...{ waited: 3, a: 1, c: 2, rest: { x: 2, y: 3 }, first: "p", third: 9, x: 2, p: 5, later: 7 },
    ...{ hoisted: "undefined", early: "1", tagged: "t", self: undefined },
    names: ["anonymous", "Mid", "Inner", "f", "default"],
    ...{ count: 1, own: 1, made: "Date", all: [1] },
  })
})

t.test("a class whose static parts reach it through its own methods is what it was", async (t) => {
  const result = await given(t, {
    "stages/train.ts": `import { stage } from "refold"
      class Single { static #one?: Single; v = 3; static get() { return (Single.#one ??= new Single()) } static first = this.get() }
      export class Filled { static all: Array<number> = []; static { this.fill() } static fill() { Filled.all.push(1) } }
      export const train = stage("train", { run: () => [Single.first.v, Filled.all, Single.name] })`,
  })
  t.same(result, [3, [1], "Single"])
})

t.test(
  "what is bound while something else is changed stays: registries, counters, numbered names",
  async (t) => {
    const module = `
    const registry = new Map(), register = (name) => { registry.set(name, 1); return name }
    const _one = register("one"); export const two = register("two"), three = registry.set("three", 3)
    let n = 0; const next = () => n++
    const A = next(), B = next(); export const C = next()
    const names = []; const id = (name) => names.push(name) - 1, all = { list: [], add(x) { this.list.push(x); return x } }
    const PAD = id("pad"); export const END = id("end"), inAll = all.add(1)
    const made = []; class Item { constructor() { made.push(this) } } const item = new Item(), log = []
    const doubled = [1, 2].map((x) => { log.push(x); return 2 * x }), state = { x: 0 }, set = (state.x = 5)
    class Loud { static { log.push(3) } }
    import { list, fill } from "./other.ts"; const _filled = fill(7)
    export const out = () => [[...registry.keys()], C, n, END, all.list, made.length, log, state.x, list]`
    const files = {
      "stages/a.ts": module,
      "stages/other.ts": "export const list = [], fill = (x) => list.push(x)",
      "stages/train.ts": `import { stage } from "refold"; import { out } from "./a.ts"
      export const train = stage("train", { run: out })`,
    }
    t.same(await given(t, files), [["one", "two", "three"], 2, 3, 1, [1], 1, [1, 2, 3], 5, [7]])
    const { code, write } = codeProject(t, files)
    const before = await code()
    const free = `const own = (() => { const rows = []; rows.push(1); return rows })(), later = () => names.push(1)
    class Quiet extends Object { static { Quiet.made = 1 } rows = []; add(x) { this.rows.push(x) } }`
    write({ "stages/a.ts": `${module}\n${free}` })
    t.equal((await code()).digest, before.digest, "what changes nothing but itself goes")
  },
)

t.test(
  "every way to import effect means the same in a stage's code, and kind of module moves no key",
  async (t) => {
    const effect = { Struct: () => "S", sub: { deep: 1 } }
    const before = (globalThis as Record<symbol, unknown>)[Symbol.for("refold.effect")]
    ;(globalThis as Record<symbol, unknown>)[Symbol.for("refold.effect")] = { Schema: effect, pipe: "P" }
    t.teardown(() => {
      ;(globalThis as Record<symbol, unknown>)[Symbol.for("refold.effect")] = before
    })
    const { code, write } = codeProject(t, {
      "stages/train.ts": `import { stage } from "refold"
      import { pipe as p, Schema } from "effect"
      import * as Effect from "effect"
      import * as Sub from "effect/Schema"
      import { Struct } from "effect/Schema"
      import { passed, S } from "../lib/pass.ts"
      export const train = stage("train", { run: () => [p, Schema.Struct(), Effect.pipe, Sub.sub.deep, Struct(), passed, S.Struct()] })`,
      "lib/pass.ts": `export { pipe as passed } from "effect"; export * as S from "effect/Schema"`,
      "node_modules/a.txt": "",
    })
    const first = await code()
    t.same((await definitionOf(first)).run(), ["P", "S", "P", 1, "S", "P", "S"])
    write({ "package.json": "{}" })
    t.equal((await code()).digest, first.digest)
  },
)
