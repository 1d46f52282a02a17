import { existsSync, readFileSync } from "node:fs"
import { join, sep } from "node:path"
import { pathToFileURL } from "node:url"
import t from "tap"
import { cacheFolder } from "../../../engine/code/cache-folder.ts"
import { keepJson, keepModule, keepText, keptJson } from "../../../engine/code/kept-text.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

const helper = {
  "package.json": '{"type":"module"}',
  "node_modules/helper/package.json": '{"name":"helper","type":"module","exports":"./index.js"}',
  "node_modules/helper/index.js": "export const help = 42",
}
const module = 'import { help } from "helper"; export const found = help'

t.test("a module is kept beside the project's packages, where it finds them", async (t) => {
  const root = temporaryFolder(t)
  writeFiles(root, helper)
  const path = keepModule(root, "code/a.mjs", module)
  t.ok(path.startsWith(`${root}${sep}node_modules`))
  t.equal((await import(pathToFileURL(path).href)).found, 42)
})

t.test(
  "where nothing can be written beside the packages, a module lies elsewhere and still finds them, also those of a folder above",
  async (t) => {
    const root = temporaryFolder(t)
    writeFiles(root, {
      ...helper,
      "inner/package.json": '{"type":"module"}',
      "inner/node_modules/.cache": "a file where the folder should be: as root, nothing else keeps us out",
      "inner/node_modules/other/package.json": '{"name":"other","type":"module","exports":"./index.js"}',
      "inner/node_modules/other/index.js": "export const more = 1",
    })
    const inner = join(root, "inner")
    t.equal(keepText(inner, "code/memo.json", "{}"), false)
    const path = keepModule(
      inner,
      "code/a.mjs",
      `import { more } from "other"; ${module}; export const sum = found + more`,
    )
    t.notOk(path.startsWith(root))
    t.equal((await import(pathToFileURL(path).href)).sum, 43)
    t.ok(existsSync(keepModule(inner, "code/b.mjs", module)), "another lies beside it")
  },
)

t.test("what is kept and damaged is as good as absent", async (t) => {
  const root = temporaryFolder(t)
  t.equal(keptJson(root, "packages/a.json"), undefined)
  keepJson(root, "packages/a.json", { a: 1 })
  t.same(keptJson(root, "packages/a.json"), { a: 1 })
  const kept = readFileSync(join(cacheFolder(root), "packages/a.json"), "utf8")
  for (const damaged of ['{"a":1}', kept.replace(":1", ":2"), kept.slice(0, -1), ""]) {
    keepText(root, "packages/a.json", damaged)
    t.equal(keptJson(root, "packages/a.json"), undefined, damaged)
  }
})
