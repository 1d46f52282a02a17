import { chmodSync, cpSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { FileDigests } from "../../../../engine/code/packages/file-digests.ts"
import { type Digest, digestOf } from "../../../../engine/content/digest.ts"
import { temporaryFolder, writeFiles } from "../../../../engine/testing/temporary-folder.ts"

const later = (): number => Date.now() + 10_000

interface Lab {
  readonly folder: string
  readonly file: string
  readonly memo: string
  /** As a new process sees it, at a time. */
  readonly digest: (now?: () => number) => Digest
}

function lab(t: Test): Lab {
  const root = temporaryFolder(t)
  const folder = join(root, "node_modules/chart")
  writeFiles(folder, { "package.json": "{}", "lib/index.js": "1" })
  return {
    folder,
    file: join(folder, "lib/index.js"),
    memo: join(root, "node_modules/.cache/refold/packages/files-1.json"),
    digest: (now = later) => {
      const digests = new FileDigests(root, now)
      const digest = digests.of(folder, {})
      digests.keep()
      return digest
    },
  }
}

/** Makes the memo say another digest, as though it had been remembered: whether it is asked can be told by that. */
function marked(memo: string, digest: string): string {
  const said = "f".repeat(64)
  const [, json] = readFileSync(memo, "utf8").split("\n")
  const lie = json!.replace(digest, said)
  writeFileSync(memo, `${digestOf(lie)}\n${lie}`)
  return said
}

t.test("an unchanged package is not read again, and one with any file changed is", async (t) => {
  const { digest, file, folder, memo } = lab(t)
  const before = digest()
  const said = marked(memo, before)
  t.equal(digest(), said, "remembered")
  const { atime, mtime } = { atime: new Date(0), mtime: new Date(1e12) }
  utimesSync(file, atime, mtime)
  t.equal(digest(), before, "times alone: read again, and the same")
  marked(memo, before)
  writeFileSync(file, "2")
  utimesSync(file, atime, mtime)
  const edited = digest()
  t.not(edited, before, "the same size and time of change")
  t.not(edited, said)
  writeFiles(folder, { "lib/more.js": "" })
  t.not(digest(), edited, "a file more")
  rmSync(join(folder, "lib/more.js"))
  writeFileSync(file, "1")
  chmodSync(file, 0o755)
  t.equal(digest(), before, "and back, with other permissions")
})

t.test("what changed in the instant in which it was hashed is not remembered", async (t) => {
  const { digest, file, memo } = lab(t)
  const now = (): number => Math.ceil(statSync(file).ctimeMs)
  const before = digest(now)
  t.throws(() => readFileSync(memo), { code: "ENOENT" })
  t.equal(digest(), before)
  const said = marked(memo, before)
  t.equal(digest(), said, "later it is")
  writeFileSync(file, "2")
  const edited = digest(now)
  t.not(edited, before)
  t.notMatch(readFileSync(memo, "utf8"), edited, "and what was remembered earlier is forgotten")
})

t.test("a copy of a package elsewhere, with what was remembered of it, is read again", async (t) => {
  const { digest, folder, memo } = lab(t)
  const before = digest()
  marked(memo, before)
  cpSync(folder, `${folder}-2`, { recursive: true, preserveTimestamps: true })
  rmSync(folder, { recursive: true })
  cpSync(`${folder}-2`, folder, { recursive: true, preserveTimestamps: true })
  t.equal(digest(), before)
})

t.test("what is remembered and damaged is not believed", async (t) => {
  const { digest, memo } = lab(t)
  const before = digest()
  for (const damage of [
    (text: string) => text.replace(before, "0".repeat(64)),
    (text: string) => text.slice(0, -9),
    () => "",
    () => "null",
  ]) {
    writeFileSync(memo, damage(readFileSync(memo, "utf8")))
    t.equal(digest(), before)
  }
})
