// Files of a dataset by hash: found in a folder or behind an address, gzip'd or not, and other bytes refused.
import { createHash } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import t from "tap"
import { temporaryFolder } from "../../engine/testing/temporary-folder.ts"
import { fetchFiles } from "../../stages/fetch/files.ts"
import { serving } from "./support/loopback.ts"
import { runForm } from "./support/run-form.ts"

const file = (name: string, text: string) => ({
  name,
  sha256: createHash("sha256").update(text).digest("hex"),
  bytes: text.length,
})

t.test(
  "files are found in any of the places that are named, gzip'd or not, by exactly their bytes",
  async (t) => {
    const [first, second] = [temporaryFolder(t), temporaryFolder(t)]
    writeFileSync(join(first, "a.csv"), "another")
    writeFileSync(join(second, "a.csv.gz"), gzipSync("a\n1\n"))
    const found = await runForm(
      fetchFiles.csv,
      { dataset: "one", from: [first, second], files: [file("a.csv", "a\n1\n")] },
      {},
    )
    t.equal(found.rows, "a\n1\n")
    const port = await serving(t, "a\n2\n")
    const asked = {
      dataset: "one",
      from: [`http://127.0.0.1:${port}/a.csv`],
      files: [file("a.csv", "a\n2\n")],
    }
    const given = await runForm(fetchFiles.folder, asked, {}, { cache: temporaryFolder(t) })
    const files = given.files as ReadonlyMap<string, Uint8Array>
    t.equal(Buffer.from(files.get("a.csv")!).toString(), "a\n2\n")
    await t.rejects(
      runForm(fetchFiles.folder, { dataset: "one", from: [first], files: [file("a.csv", "a\n1\n")] }, {}),
      {
        _tag: "DatasetNotFound",
        message: /a.csv of one .*it has 7 bytes, not 4: truncated or another file.*--data DIR.*--replace/s,
      },
    )
  },
)

t.test(
  "a wrong file in the folder that the user names is an error, not a reason to look further",
  async (t) => {
    const [named, other] = [temporaryFolder(t), temporaryFolder(t)]
    writeFileSync(join(named, "a.csv"), "a\n2\n")
    writeFileSync(join(other, "a.csv"), "a\n1\n")
    const asked = { dataset: "one", from: [other], files: [file("a.csv", "a\n1\n")] }
    await t.rejects(
      runForm(fetchFiles.csv, asked, {}, { data: named }),
      /corrupted or another file: its SHA-256/,
    )
    t.equal((await runForm(fetchFiles.csv, asked, {}, { data: temporaryFolder(t) })).rows, "a\n1\n")
  },
)

t.test("a gzip'd file that is cut off is refused as such, and a file may be named itself", async (t) => {
  const folder = temporaryFolder(t)
  const packed = join(folder, "a.csv.gz")
  writeFileSync(packed, gzipSync("a\n1\n"))
  const asked = { dataset: "one", from: [packed], files: [file("a.csv", "a\n1\n")] }
  t.equal((await runForm(fetchFiles.csv, asked, {})).rows, "a\n1\n")
  writeFileSync(packed, gzipSync("a\n1\n").subarray(0, 15))
  await t.rejects(runForm(fetchFiles.csv, asked, {}), /a\.csv of one.*truncated or corrupted/s)
})

t.test("a table that is not in UTF-8 is refused by file, byte and line, with what to do", async (t) => {
  const folder = temporaryFolder(t)
  const bytes = Buffer.from("a\ncaf\u00e9\n", "latin1")
  writeFileSync(join(folder, "a.csv"), bytes)
  const [sha256, whole] = [createHash("sha256").update(bytes).digest("hex"), bytes.length]
  const asked = { dataset: "one", from: [folder], files: [{ name: "a.csv", sha256, bytes: whole }] }
  await t.rejects(
    runForm(fetchFiles.csv, asked, {}),
    /^.*a\.csv is not in UTF-8: byte 5, 0xe9 in line 2, begins no character: save it as UTF-8/,
  )
  const found = await runForm(fetchFiles.folder, asked, {})
  t.equal(
    (found.files as ReadonlyMap<string, Uint8Array>).get("a.csv")!.length,
    whole,
    "as a folder it is bytes",
  )
})
