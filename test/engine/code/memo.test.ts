// What is remembered of a bundle is believed only while all of it holds: sources, what was looked for, what steers, its own bytes.
import { cpSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import type { StageCode } from "../../../engine/code/stage-code.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"
import { type CodeProject, codeProject } from "../support/code-project.ts"

const stageOf = (specifier: string): string => `import { stage } from "refold"
  import { value } from "${specifier}"
  export const train = stage("train", { run: () => value })`
const says = (value: number): string => `export const value = ${value}`

/** The code that a project has now must be what it would have with nothing remembered. */
async function asFromNothing({ root, code }: CodeProject): Promise<StageCode> {
  const remembered = await code()
  rmSync(join(root, "node_modules/.cache"), { recursive: true, force: true })
  const made = await code()
  if (made.digest !== remembered.digest) throw new Error("what was remembered is not what is made")
  return made
}

t.test("a file that appears and wins resolution is seen", async (t) => {
  const winning: ReadonlyArray<readonly [specifier: string, there: string, appearing: string]> = [
    ["./helper", "stages/helper/index.ts", "stages/helper.ts"],
    ["./helper", "stages/helper.js", "stages/helper.ts"],
    ["./helper", "stages/helper.ts", "stages/helper.tsx"],
    ["./helper.js", "stages/helper.ts", "stages/helper.js"],
    ["./helper", "stages/helper/index.js", "stages/helper/index.ts"],
    ["../lib", "lib/index.ts", "lib.ts"],
    [".", "stages/index.js", "stages/index.ts"],
  ]
  for (const [specifier, there, appearing] of winning) {
    const project = codeProject(t, { "stages/train.ts": stageOf(specifier), [there]: says(1) })
    const before = await project.code()
    project.write({ [appearing]: says(2) })
    const after = await asFromNothing(project)
    t.not(after.digest, before.digest, `${appearing} before ${there}`)
    rmSync(join(project.root, appearing))
    t.equal((await asFromNothing(project)).digest, before.digest, "and gone again")
  }
})

const linked = (t: Parameters<typeof codeProject>[0], more: Readonly<Record<string, string>> = {}) => {
  const elsewhere = temporaryFolder(t)
  writeFiles(elsewhere, {
    "package.json": '{"name":"shared","version":"1.0.0","type":"module","exports":{".":"./src/index.ts"}}',
    "src/index.ts": says(1),
    ...more,
  })
  const project = codeProject(t, { "stages/train.ts": stageOf("shared"), "node_modules/a.txt": "" })
  symlinkSync(elsewhere, join(project.root, "node_modules/shared"), "junction")
  return { ...project, elsewhere }
}

t.test(
  "a file that wins is seen, too, where a manifest, a path of this machine or a query leads",
  async (t) => {
    const module = (fields: object): string => JSON.stringify({ name: "shared", type: "module", ...fields })
    const manifest = (fields: object) => ({ "package.json": module(fields) })
    type Files = Readonly<Record<string, string>>
    const ways: Readonly<Record<string, readonly [specifier: string, files: Files, edit: Files]>> = {
      "an alias": [
        "#a",
        { ...manifest({ imports: { "#a": "./lib/a.js" } }), "lib/a.ts": says(1) },
        { "lib/a.js": says(2) },
      ],
      "a pattern of aliases": [
        "#lib/a",
        { ...manifest({ imports: { "#lib/*": "./lib/*.js" } }), "lib/a.ts": says(1) },
        { "lib/a.js": says(2) },
      ],
      "a linked package": [
        "shared",
        { "shared/package.json": module({ exports: "./a.js" }), "shared/a.ts": says(1) },
        { "shared/a.js": says(2) },
      ],
      "a query": ["../lib/a.ts?x", { "lib/a.ts": says(1) }, { "lib/a.ts": says(2) }],
      "a path of this machine": ["ROOT/lib/a", { "lib/a.js": says(1) }, { "lib/a.ts": says(2) }],
    }
    for (const [name, [specifier, files, edit]] of Object.entries(ways)) {
      const project = codeProject(t, { "node_modules/a.txt": "", ...files })
      const root = project.root.replaceAll("\\", "/")
      project.write({ "stages/train.ts": stageOf(specifier.replace("ROOT", root)) })
      if (name === "a linked package")
        symlinkSync(join(project.root, "shared"), join(project.root, "node_modules/shared"), "junction")
      const before = await project.code()
      project.write(edit)
      t.not((await asFromNothing(project)).digest, before.digest, name)
    }
  },
)

t.test("a package that an alias stands for is seen when it is linked instead of installed", async (t) => {
  const project = linked(t)
  const { code, root, elsewhere, write } = project
  write({
    "package.json": '{"type":"module","imports":{"#shared":{"default":"shared"}}}',
    "stages/train.ts": stageOf("#shared"),
  })
  const before = await code()
  rmSync(join(root, "node_modules/shared"))
  cpSync(elsewhere, join(root, "node_modules/shared"), { recursive: true })
  write({ "node_modules/shared/src/index.ts": says(2) })
  t.not((await asFromNothing(project)).digest, before.digest)
})

t.test("a folder's own package.json is seen: what it names as its main, and what has effects", async (t) => {
  const project = codeProject(t, {
    "stages/train.ts": stageOf("../lib"),
    "lib/index.ts": `import "./patch.ts"\nexport const value = 1`,
    "lib/other.ts": says(2),
    "lib/patch.ts": "globalThis.patched = 1",
  })
  const before = await project.code()
  project.write({ "lib/package.json": '{"sideEffects":false}' })
  const without = await asFromNothing(project)
  t.not(without.digest, before.digest)
  project.write({ "lib/package.json": '{"main":"./other.ts"}' })
  t.not((await asFromNothing(project)).digest, without.digest)
  rmSync(join(project.root, "lib/package.json"))
  t.equal((await asFromNothing(project)).digest, before.digest)
})

t.test("a folder that becomes a link to another is seen", async (t) => {
  const project = codeProject(t, {
    "stages/train.ts": stageOf("../lib/a.ts"),
    "one/a.ts": says(1),
    "two/a.ts": says(2),
  })
  symlinkSync(join(project.root, "one"), join(project.root, "lib"))
  const before = await project.code()
  rmSync(join(project.root, "lib"))
  symlinkSync(join(project.root, "two"), join(project.root, "lib"))
  t.not((await asFromNothing(project)).digest, before.digest)
})

t.test("a kept bundle whose bytes were changed is made again, its time of change or not", async (t) => {
  const { code } = codeProject(t, { "stages/train.ts": stageOf("../lib/a.ts"), "lib/a.ts": says(1) })
  const { path, digest } = await code()
  const text = readFileSync(path, "utf8")
  writeFileSync(path, text.replace("1", "2"))
  utimesSync(path, 0, 0)
  const again = await code()
  t.equal(again.digest, digest)
  t.equal(readFileSync(again.path, "utf8"), text)
})

t.test(
  "what steers bundling is named beside the sources when it says something else, and only then",
  async (t) => {
    const { code, write } = codeProject(t, { "stages/train.ts": stageOf("../lib/a.ts"), "lib/a.ts": says(1) })
    const before = await code()
    t.same(Object.keys(before.sources), ["lib/a.ts", "package.json", "stages/train.ts"])
    write({ "package.json": '{"type":"module","scripts":{"test":"tap"},"version":"2.0.0"}' })
    t.same((await code()).sources, before.sources, "another field")
    for (const manifest of ['{"type":"commonjs"}', "{}", '{"type":"module","sideEffects":false}']) {
      write({ "package.json": manifest })
      const { digest, sources } = await code()
      t.equal(digest, before.digest, manifest)
      t.not(sources["package.json"], before.sources["package.json"], manifest)
    }
  },
)

// ── linked packages ──

t.test(
  "a linked package is bundled like own code: an edit moves the key, what is not reached does not",
  async (t) => {
    const { code, elsewhere } = linked(t)
    const before = await code()
    t.same(before.packages, {})
    writeFiles(elsewhere, {
      "src/index.ts": `${says(1)}\nexport const unused = Object.freeze({ a: 1 }) // why`,
    })
    t.equal((await code()).digest, before.digest)
    writeFiles(elsewhere, { "src/index.ts": says(2) })
    t.not((await code()).digest, before.digest)
  },
)

t.test(
  "what only a linked package sees comes into the bundle, what the root sees too stays outside",
  async (t) => {
    const dep = (name: string, value: number, at = "node_modules/"): Readonly<Record<string, string>> => ({
      [`${at}${name}/package.json`]: `{"name":"${name}","version":"1.0.${value}","type":"module","main":"index.js"}`,
      [`${at}${name}/index.js`]: says(value),
    })
    const { code, elsewhere, root } = linked(t, {
      "src/index.ts": `export { value } from "dep"`,
      ...dep("dep", 3),
    })
    const inside = await code()
    t.match(readFileSync(inside.path, "utf8"), /value=3/)
    t.same(inside.packages, {})
    writeFiles(elsewhere, dep("dep", 4))
    t.not((await code()).digest, inside.digest)
    writeFiles(root, dep("dep", 5))
    t.match(readFileSync((await code()).path, "utf8"), /value=4/, "the root's is another one")
    writeFiles(root, { "node_modules/a.txt": "1", "stages/train.ts": stageOf("dep") })
    const outside = await code()
    t.same(Object.keys(outside.packages), ["dep@1.0.5"])
    t.match(readFileSync(outside.path, "utf8"), /from"dep"/)
  },
)

t.test("a package that is linked instead of installed, or the other way round, is seen", async (t) => {
  const { code, root } = linked(t)
  const before = await code()
  rmSync(join(root, "node_modules/shared"))
  writeFiles(root, {
    "node_modules/shared/package.json":
      '{"name":"shared","version":"1.0.0","type":"module","main":"index.js"}',
    "node_modules/shared/index.js": says(1),
  })
  const after = await code()
  t.not(after.digest, before.digest)
  t.same(Object.keys(after.packages), ["shared@1.0.0"])
})

t.test("CommonJS that comes into a bundle asks for Node's modules as it would outside", async (t) => {
  const { code } = codeProject(t, {
    "stages/train.ts": stageOf("../lib/a.cjs"),
    "lib/a.cjs": `const Emitter = require("events"); exports.value = new Emitter().listenerCount("x")`,
  })
  const { path } = await code()
  t.equal((await import(path)).stage.definition.run(), 0)
})
