import { join } from "node:path"
import t from "tap"
import {
  type DiskReason,
  diskMessage,
  diskMessageOf,
  diskReason,
  freeBytes,
  whyUnwritable,
} from "../../../engine/content/disk-failure.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const failed = (code: string): Error => Object.assign(new Error(`${code}: refused`), { code })

t.test("whatever keeps a disk from being written is told with its folder and what to type", async (t) => {
  const folder = join(temporaryFolder(t), "artifacts")
  const codes: Readonly<Record<string, DiskReason>> = {
    ENOSPC: "full",
    SQLITE_FULL: "full",
    EDQUOT: "quota",
    EROFS: "read-only",
    EACCES: "not-permitted",
    EPERM: "not-permitted",
  }
  for (const [code, reason] of Object.entries(codes)) {
    t.equal(diskReason(failed(code), folder), reason)
    const message = diskMessageOf(failed(code), folder)!
    t.match(message, /--artifacts DIR/, code)
    t.ok(message.includes(folder), `${code} names the folder`)
    t.notMatch(message, /\n/)
  }
  t.match(diskMessage("full", folder, 12_345_678), /12 MB needed, .* free\): free some, such as with gc/)
})

t.test(
  "what has to do with no disk is told as none, and a folder that can be written stands in no way",
  async (t) => {
    const folder = temporaryFolder(t)
    for (const failure of [
      failed("ENOENT"),
      failed("SQLITE_CORRUPT"),
      new Error("no"),
      undefined,
      null,
      "no",
    ])
      t.equal(diskMessageOf(failure, folder), undefined)
    t.equal(diskMessageOf(failed("SQLITE_IOERR"), folder), undefined, "SQLite is vague, and the disk is well")
    t.equal(whyUnwritable(join(folder, "not", "made", "yet")), undefined)
    t.equal(whyUnwritable(folder, Number.MAX_SAFE_INTEGER), "full")
    t.ok(freeBytes(join(folder, "not", "made", "yet"))! > 0)
  },
)
