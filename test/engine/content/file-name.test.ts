import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import t from "tap"
import { distinctFileNames, type FileTitle, safeFileName } from "../../../engine/content/file-name.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { count } from "../../counts.ts"

/** Names that some file system takes amiss, or for one another. */
const awkward = [
  ..."CON|aux|nul.txt|Com1|LPT9.json|con.|.|..|../up|a/b|a\\b||  |a b|a_b|A_B|a.|a |.hidden|-rf".split("|"),
  ...[
    "é",
    "e\u0301",
    "\ud800",
    "\ud801",
    "\u0000",
    "日本",
    "中国",
    "results",
    "INDEX",
    "x.json",
    "x",
    "X.JSON",
  ],
  ...["__proto__", "a_b-0123456789ab", "a_b-0123456789AB.json", "n".repeat(300), `${"n".repeat(300)}m`],
  ...["a b", "a\tb", "é"].map((name) => safeFileName(name)),
]
const names = fc.oneof(
  fc.constantFrom(...awkward),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: fc.constantFrom("a", "A", "_", " ", ".", "-", "/"), maxLength: 4 }),
  fc.string({ unit: "binary", maxLength: 3 }),
)
const extensions = fc.constantFrom("", "json", "txt", "html", "json.", "x/y")
const sets: fc.Arbitrary<Array<FileTitle>> = fc.uniqueArray(
  fc.record({ name: names, extension: extensions }),
  {
    selector: ({ name, extension }) => JSON.stringify([name, extension]),
    maxLength: 40,
  },
)
const own = ["results.json", "index.html"]

/** What Windows, macOS and Linux take all three, whatever ending is put behind it. */
const isSafe = (file: string): boolean =>
  /^[A-Za-z0-9_=+@][A-Za-z0-9._=+@-]*$/.test(file) &&
  !file.endsWith(".") &&
  !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(file) &&
  file.length <= 200

t.test(
  "names of files in one folder are safe, distinct without case, and none of those that are taken",
  async (t) => {
    fc.assert(
      fc.property(sets, (set) => {
        const files = distinctFileNames(set, own)
        t.same(
          files.filter((file) => !isSafe(file)),
          [],
        )
        const folded = [...files, ...own].map((file) => file.toLowerCase())
        return new Set(folded).size === folded.length
      }),
      { numRuns: count(300, 20_000), examples: [[awkward.map((name) => ({ name, extension: "json" }))]] },
    )
  },
)

t.test(
  "a name's file is the same in whatever order and company it comes, unless it meets another",
  async (t) => {
    fc.assert(
      fc.property(sets, (set) => {
        const files = new Map(set.map((title, i) => [title, distinctFileNames(set, own)[i]!]))
        const back = [...set].reverse()
        const backward = distinctFileNames(back, own)
        return back.every((title, i) => backward[i] === files.get(title))
      }),
      { numRuns: count(50, 2_000) },
    )
    t.equal(safeFileName("train@fold=1+rate=0.5"), "train@fold=1+rate=0.5", "labels are their own safe form")
    t.equal(safeFileName("final.weights", "weights"), "final.weights")
    t.match(safeFileName("a b"), /^a_b-[0-9a-f]{12}$/)
    t.match(safeFileName("aux.log", "txt"), /^_aux\.log-[0-9a-f]{12}\.txt$/)
  },
)

t.test("each file that is written under such a name holds its own bytes", async (t) => {
  const folder = temporaryFolder(t)
  const titles = awkward.filter((name, i) => awkward.indexOf(name) === i).map((name) => ({ name }))
  const files = distinctFileNames(titles, own)
  for (const [i, file] of files.entries()) writeFileSync(join(folder, file), JSON.stringify(titles[i]))
  t.equal(readdirSync(folder).length, titles.length)
  for (const [i, file] of files.entries())
    t.equal(readFileSync(join(folder, file), "utf8"), JSON.stringify(titles[i]))
})
