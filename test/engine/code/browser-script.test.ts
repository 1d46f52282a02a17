// Scripts for browsers that stages take in: whose key they are in, what moves them, what they hold and what is refused.
import { cpSync, realpathSync, rmSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { runInNewContext } from "node:vm"
import t, { type Test } from "tap"
import { bundle } from "../../../engine/code/bundle.ts"
import { Modules } from "../../../engine/code/modules.ts"
import type { StageCode } from "../../../engine/code/stage-code.ts"
import { Codebase } from "../../../engine/code/stage-code.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"
import { type CodeProject, codeProject, declared } from "../support/code-project.ts"

const files = {
  "stages/show.ts": `import { stage } from "refold"
    import page from "../page/main.ts?script"
    export const show = stage("show", { run: () => page })`,
  "stages/other.ts": `import { stage } from "refold"
    import { words } from "../page/words.ts"
    export const other = stage("other", { run: () => words.length })`,
  "page/main.ts": `import { words } from "./words"
    import { loud } from "./loud.ts"
    document.title = loud(words)`,
  "page/words.ts": `export const words: string = "a page"`,
  "page/loud.ts": `export const loud = (text: string): string => text.toUpperCase() + "!"`,
}

/** As the stage would find it when it runs. */
const textOf = async ({ path }: StageCode): Promise<string> =>
  (
    (await import(pathToFileURL(path).href)) as { stage: { definition: { run: () => string } } }
  ).stage.definition.run()

/** The title that a script gives to its page. */
function shown(script: string): string {
  const document = { title: "" }
  runInNewContext(script, { document })
  return document.title
}

const project = (t: Test, more: Readonly<Record<string, string>> = {}): CodeProject =>
  codeProject(t, { ...files, ...more })

/** What is remembered must be what would be made with nothing remembered. */
async function asFromNothing({ root, code }: CodeProject): Promise<StageCode> {
  const remembered = await code("show")
  rmSync(join(root, "node_modules/.cache"), { recursive: true, force: true })
  const made = await code("show")
  if (made.digest !== remembered.digest) throw new Error("what was remembered is not what is made")
  return made
}

t.test("a stage's script is one text that needs nothing else, and runs", async (t) => {
  const { code } = project(t)
  const show = await code("show")
  const script = await textOf(show)
  t.equal(shown(script), "A PAGE!")
  t.notMatch(script, /\b(import|require|export)\b/)
  t.same(show.packages, [])
  t.notOk(show.isStateful)
})

t.test(
  "an edit of a browser's module moves the key of the stage that takes it in, by its name, and no other",
  async (t) => {
    const { code, write } = project(t)
    const [show, other] = [await code("show"), await code("other")]
    t.ok(Object.keys(show.sources).includes("page/loud.ts"))
    write({ "page/loud.ts": files["page/loud.ts"].replace("!", "?") })
    const edited = await code("show")
    t.not(edited.digest, show.digest)
    t.same(
      Object.keys(edited.sources).filter((path) => edited.sources[path] !== show.sources[path]),
      ["page/loud.ts"],
    )
    t.equal((await code("other")).digest, other.digest)
    t.equal(shown(await textOf(edited)), "A PAGE?")
  },
)

t.test("comments, types, spaces and exports that nothing takes move no script", async (t) => {
  const { code, write } = project(t)
  const { digest } = await code("show")
  for (const [path, text] of Object.entries({
    "page/loud.ts": `// quiet, and quirky: qqqq zzzz
      export type Quirk = { readonly zzzzqqqq: number }
      ${files["page/loud.ts"].replace("(text: string)", "(text: Quirk | string)").replace("text.to", "(text as string).to")}
      export const unused = ["zzzz", "qqqq"].map((zq) => zq + zq)`,
    "page/main.ts": `/* a comment */ ${files["page/main.ts"].replace("document", "\n\n  document")}`,
  })) {
    write({ [path]: text })
    t.equal((await code("show")).digest, digest, path)
  }
})

t.test("the same modules give the same script from any folder", async (t) => {
  const { code, root } = project(t)
  const elsewhere = join(temporaryFolder(t), "quite", "elsewhere")
  cpSync(root, elsewhere, { recursive: true })
  rmSync(join(elsewhere, "node_modules"), { recursive: true, force: true })
  const show = await code("show")
  const there = await new Codebase(elsewhere).code(declared("show"))
  t.equal(there.digest, show.digest)
  t.notMatch(await textOf(there), /elsewhere|refold-test/)
})

t.test(
  "what is remembered of a script is not believed once a file appears that wins, or what it holds is edited",
  async (t) => {
    const made = project(t)
    const before = await made.code("show")
    made.write({ "page/words.tsx": `export const words = "another"` })
    t.equal(shown(await textOf(await asFromNothing(made))), "ANOTHER!")
    rmSync(join(made.root, "page/words.tsx"))
    t.equal((await asFromNothing(made)).digest, before.digest)
  },
)

t.test(
  "a script holds the packages that it imports, and what they hold: an edit of theirs moves it",
  async (t) => {
    const made = project(t, {
      "page/words.ts": `import { words as theirs } from "words"\nexport const words = theirs`,
      "node_modules/words/package.json": `{"name":"words","version":"1.0.0","type":"module","main":"index.js"}`,
      "node_modules/words/index.js": `export * from "./lib.js"`,
      "node_modules/words/lib.js": `export const words = "installed"`,
      "node_modules/words/other.js": `export const words = "other"`,
    })
    const before = await asFromNothing(made)
    t.equal(shown(await textOf(before)), "INSTALLED!")
    t.same(before.packages, [], "none is needed at run time")
    made.write({ "node_modules/words/index.js": `export * from "./other.js"` })
    t.equal(shown(await textOf(await asFromNothing(made))), "OTHER!", "a module that only passes on")
    made.write({ "page/node_modules/words/index.js": `export const words = "nearer"` })
    t.equal(shown(await textOf(await asFromNothing(made))), "NEARER!", "a copy that is nearer")
  },
)

t.test("`effect` is bundled with a script, as far as it is used, though a stage is lent it", async (t) => {
  const effect = (words: string) => ({
    "node_modules/effect/package.json": `{"name":"effect","version":"3.0.0","type":"module","sideEffects":[],"exports":{"./*":"./*.js"}}`,
    "node_modules/effect/Words.js": `export const used = () => "${words}"\nexport const unused = () => "a burden"`,
  })
  const made = project(t, {
    ...effect("lent"),
    "page/words.ts": `import * as Words from "effect/Words"\nexport const words = Words.used()`,
  })
  const script = await textOf(await asFromNothing(made))
  t.equal(shown(script), "LENT!")
  t.notMatch(script, /burden/)
  made.write(effect("edited"))
  t.equal(shown(await textOf(await asFromNothing(made))), "EDITED!")
})

t.test(
  "what no page has is refused at its place: Node's modules, the engine, the network, another script",
  async (t) => {
    const refusals: ReadonlyArray<readonly [module: string, message: RegExp]> = [
      [
        `import { readFileSync } from "node:fs"\ndocument.title = String(readFileSync)`,
        /page\/main\.ts:1:\d+: "node:fs" cannot be imported here: .*no modules of Node's/,
      ],
      [
        `\nimport * as path from "path"\ndocument.title = path.sep`,
        /page\/main\.ts:2:\d+: "path" cannot .*Node's/,
      ],
      [
        `import { stage } from "refold"\ndocument.title = String(stage)`,
        /page\/main\.ts:1:\d+: "refold" cannot .*no engine/,
      ],
      [`import "https://cdn.example/x.js"`, /page\/main\.ts:1:\d+: "https:.*loads nothing/],
      [
        `import again from "./loud.ts?script"\ndocument.title = again`,
        /page\/main\.ts:1:\d+: .*holds no other script/,
      ],
      [`import(document.title)`, /page\/main\.ts:1:\d+: .*import/],
      [
        `import { words } from "./nowhere.ts"\ndocument.title = words`,
        /page\/main\.ts:1:\d+: Could not resolve "\.\/nowhere\.ts"/,
      ],
      [`const a: = 1`, /page\/main\.ts:1:\d+: /],
    ]
    for (const [text, message] of refusals) {
      const { code } = project(t, { "page/main.ts": text })
      await t.rejects(code("show"), { _tag: "BundleError", message }, text)
    }
    const { code } = project(t, {
      "stages/show.ts": files["stages/show.ts"].replace("main.ts", "main.html"),
      "page/main.html": "<p>",
    })
    await t.rejects(code("show"), {
      message: /stages\/show\.ts:2:\d+: .*a module in TypeScript or JavaScript/,
    })
  },
)

t.test(
  "where an experiment is declared no script is made: what stands there says so, and no edit of one is seen",
  async (t) => {
    const { root, write } = project(t)
    const declarations = () =>
      bundle(new Modules(realpathSync(root)), { text: `export * from "./stages/show.ts"` }, "declarations")
    const before = await declarations()
    t.match(before.text, /the script of page\/main\.ts, which is known where a stage runs/)
    write({ "page/main.ts": `import "node:fs"` })
    t.equal((await declarations()).text, before.text)
    t.notOk(Object.keys(before.read).includes("page/main.ts"))
    writeFiles(root, { "stages/show.ts": files["stages/show.ts"].replace("main.ts", "gone.ts") })
    await t.rejects(declarations(), {
      message: /stages\/show\.ts:2:\d+: Could not resolve "\.\.\/page\/gone\.ts/,
    })
  },
)
