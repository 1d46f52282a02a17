// `npm run docs:figures [-- STORE …]`: fills the pages from stores in which the experiments have run (default: artifacts/), and keeps
// beside them the tables and pictures that they use, byte for byte.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { anyOf, keptIn, keptPath, storedIn } from "./artifacts.ts"
import { filledPages } from "./pages.ts"
import { PageError } from "./template.ts"

const root = resolve(fileURLToPath(import.meta.url), "../../..")
const given = process.argv.slice(2)
const stores = given.length === 0 ? [join(root, "artifacts")] : given.map((path) => resolve(path))

const write = (path: string, content: Uint8Array | string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}

try {
  const { pages, tables, pictures, runs } = await filledPages(root, anyOf(storedIn(stores), keptIn(root)))
  for (const { experiment } of tables)
    rmSync(join(root, "docs/figures", experiment), { recursive: true, force: true, maxRetries: 5 })
  for (const { experiment, name, bytes } of tables) write(keptPath(experiment, name), bytes)
  const used = new Set([...tables.map(({ experiment }) => experiment), "runs"])
  for (const left of readdirSync(join(root, "docs/figures")).filter((folder) => !used.has(folder)))
    rmSync(join(root, "docs/figures", left), { recursive: true, maxRetries: 5 })
  for (const [path, { bytes }] of pictures) write(`docs/${path}`, bytes)
  for (const [path, text] of pages) write(path, text)
  console.log(
    `${[...pages.keys()].join(", ")}: from ${tables.length} tables, ${pictures.size} pictures and ${runs.size} other runs`,
  )
} catch (failure) {
  if (!(failure instanceof PageError)) throw failure
  console.error(failure.message)
  process.exitCode = 1
}
