// Names in a stage's code depend on that code alone, and whoever was meant by a name is meant by it still.
import { readFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
import t from "tap"
import { codeProject } from "../support/code-project.ts"

const modules = {
  "stages/train.ts": `import { stage } from "refold"
    import { a } from "../lib/a.ts"
    import { b } from "../lib/b.ts"
    export const train = stage("train", { run: () => [a(), b()] })`,
  "lib/a.ts": `class Blend { me = Blend.name }
    export const a = () => new Blend().me`,
  "lib/b.ts": `class Blend { me = Blend.name; constructor(readonly blend: number) {} }
    const label = String("b")
    export const b = () => new Blend(2).me + label`,
}

t.test("a name that falls together with one of code that is not reached keeps its bytes", async (t) => {
  const { code, write } = codeProject(t, modules)
  const { digest } = await code()
  const dead: Readonly<Record<string, string>> = {
    "imported by what nobody calls": `import { Blend as Other, label } from "./c.ts"; export const unused = [Other, label]`,
    "of a package": `import { Blend as Other } from "blend"; export const unused = Other`,
    "a sibling's": `const label = 1, a2 = Math.max(label); export function b2() { return a2 }`,
    "of nobody's": `export const unused = () => globalThis.label + label + Blend2; declare const label: string, Blend2: string`,
  }
  for (const [name, text] of Object.entries(dead)) {
    write({
      "lib/a.ts": `${text}\n${modules["lib/a.ts"]}`,
      "lib/c.ts": "export class Blend {}\nexport const label = 1",
    })
    t.equal((await code()).digest, digest, name)
  }
})

t.test("whoever is meant by a name is meant by it still, however names fall together", async (t) => {
  const { code } = codeProject(t, {
    "node_modules/a.txt": "",
    "stages/train.ts": `import { stage } from "refold"
      import { join, sep } from "node:path"
      import { value, by, Same } from "../lib/one.ts"
      import * as two from "../lib/two.ts"
      const same = String("train"), value2 = String("author's")
      export const train = stage("train", {
        run: () => {
          const by2 = 5, { same: s = same, ...rest } = { same: undefined, value2 }
          label: for (const value of [1]) { for (;;) continue label }
          const shadow = (same: string, value = same) => { { const same = "inner"; return [same, value] } }
          function inner(two) { return two === 1 ? value : inner(two - 1) }
          try { throw same } catch (same) { rest[same] = { same, value } }
          const f = function same(n) { return n === 0 ? same.name : same(n - 1) }
          return [value, by(), two.value, two.by(), s, rest, shadow("x"), inner(3), by2, f(2), Same.of(), two.Same.of(), join("a", "b") + sep]
        },
      })`,
    "lib/one.ts": `import { join } from "node:path"
      const same = String("one")
      export const value = same + "!"
      export const by = (join2 = join("x", "y")) => ({ same, value, join2 })
      export class Same { static of() { return new Same().x } x = same }`,
    "lib/two.ts": `import { sep as join } from "node:path"
      const same = String("two"), same2 = String("2")
      export const value = same + "?"
      export const by = () => { const { same: value2, same2: same3 } = { same, same2 }; return [value2, same3, value, join] }
      export class Same { static of() { return new Same().x } x = same }`,
  })
  const { path } = await code()
  const { stage } = await import(pathToFileURL(path).href)
  const text = readFileSync(path, "utf8")
  t.match(text, /var value2?=/)
  t.same(stage.definition.run(), [
    ...["one!", { same: "one", value: "one!", join2: "x/y" }, "two?", ["two", "2", "two?", "/"], "train"],
    { value2: "author's", train: { same: "train", value: "one!" } },
    ...[["inner", "x"], "one!", 5, "same", "one", "two", "a/b/"],
  ])
})
