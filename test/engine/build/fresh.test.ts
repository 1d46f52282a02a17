// in turn: it bundles.
// Whether dist/ is what its sources are: a source that the disk says is unchanged is not read, and no edit goes unseen.
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import t, { type Test } from "tap"
import { repository } from "../../../engine/testing/command.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

const own = "engine/build/build.mjs"

/** A checkout of one module, with the builder in it. */
async function checkout(t: Test) {
  const root = temporaryFolder(t)
  writeFiles(root, { "package.json": '{"version":"1.0.0"}', "pipeline.ts": "globalThis.made = 1\n" })
  mkdirSync(join(root, "engine/build"), { recursive: true })
  copyFileSync(join(repository, own), join(root, own))
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"), "junction")
  const { freshen }: { freshen: () => Promise<string> } = await import(pathToFileURL(join(root, own)).href)
  const source = join(root, "pipeline.ts")
  return {
    source,
    manifest: join(root, "dist/build.json"),
    edit: (value: number) => writeFileSync(source, `globalThis.made = ${value}\n`),
    built: async () => /made\s*=\s*(\d)/.exec(readFileSync(join(await freshen(), "pipeline.js"), "utf8"))![1],
  }
}

/** Ten seconds later. */
async function later<A>(look: () => Promise<A>): Promise<A> {
  const { now } = Date
  Date.now = () => now() + 10_000
  try {
    return await look()
  } finally {
    Date.now = now
  }
}

/** The disk's clock shows that time has passed: until then an edit has the time of the one before. */
function untilItShows(path: string, edit: () => void): void {
  const { ctimeMs } = statSync(path)
  while (statSync(path).ctimeMs === ctimeMs) edit()
}

t.test("an edit is built at once, also one of the same size within the same tick", async (t) => {
  const { edit, built } = await checkout(t)
  t.equal(await built(), "1")
  for (const value of [2, 3, 4]) {
    edit(value)
    t.equal(await built(), String(value))
  }
})

t.test("an edit of the same size that was given the former times is built as well", async (t) => {
  const { source, edit, built } = await checkout(t)
  await built()
  t.equal(await later(built), "1")
  const { atime, mtime } = statSync(source)
  untilItShows(source, () => {
    edit(2)
    utimesSync(source, atime, mtime)
  })
  t.equal(statSync(source).mtime.getTime(), mtime.getTime())
  t.equal(await later(built), "2")
})

t.test("what the disk says is unchanged is not read, and what was touched is not built again", async (t) => {
  const { source, manifest, edit, built } = await checkout(t)
  await built()
  await later(built)
  const kept = readFileSync(manifest, "utf8")
  writeFileSync(manifest, kept.replaceAll(/"digest":"\w{64}"/g, '"digest":"another"'))
  writeFileSync(join(manifest, "../pipeline.js"), "made=9")
  t.equal(await later(built), "9", "digests are not asked")
  writeFileSync(manifest, kept)
  untilItShows(source, () => edit(1))
  t.equal(await later(built), "9", "the digest is the same")
  t.not(readFileSync(manifest, "utf8"), kept, "and what the disk says of it now is kept")
})
