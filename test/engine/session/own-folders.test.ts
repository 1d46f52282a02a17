import { readdirSync, symlinkSync, utimesSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { atOnce } from "../../../engine/content/steps.ts"
import { runFoldersIn, temporaryIn } from "../../../engine/session/own-folders.ts"
import { temporaryName } from "../../../engine/store/temporary-name.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

const [done, cut, lost] = ["20260101-120000-aaaaaa", "20260102-120000-bbbbbb", "20260103-120000-cccccc"]

const resultsOf = (run: string, copies: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    ...{ experiment: "e", run, metrics: {}, values: {}, summaries: [], counted: [] },
    outputs: Object.fromEntries(
      Object.entries(copies).map(([file, text]) => [
        file,
        { task: "t", kind: "text", digest: digestOf(text), size: text.length, file },
      ]),
    ),
  })

function swept(t: Test, files: Readonly<Record<string, string>>, withoutHistory = false) {
  const folder = temporaryFolder(t)
  writeFiles(folder, files)
  const found = atOnce(
    runFoldersIn(folder, {
      shown: new Set(),
      isRun: (name) => name === done || name === cut,
      isArtifact: (digest) => digest === digestOf("made"),
      withoutHistory,
    }),
  )
  for (const { remove } of found.items) remove()
  const left = readdirSync(folder, { recursive: true, withFileTypes: true })
  return left.flatMap((each) => (each.isDirectory() ? [] : [each.name])).sort()
}

t.test(
  "of a run's folder go the page and the copies as they were made; what a person changed or added stays",
  async (t) => {
    const left = swept(t, {
      [`${done}/index.html`]: "page",
      [`${done}/results.json`]: resultsOf(done!, { "a.txt": "made", "b.txt": "made" }),
      [`${done}/a.txt`]: "made",
      [`${done}/b.txt`]: "made, and changed",
      [`${done}/copy of a.txt`]: "made",
      [`${done}/notes/a.txt`]: "made",
    })
    t.same(left, ["a.txt", "b.txt", "copy of a.txt"])
  },
)

t.test("of one that was cut off while it was written go the bytes that are an artifact's", async (t) => {
  t.same(swept(t, { [`${cut}/a.txt`]: "made", [`${cut}/b.txt`]: "mine" }), ["b.txt"])
})

t.test("of one that only a lost ledger knew nothing goes until a person says so", async (t) => {
  const files = { [`${lost}/a.txt`]: "made", [`${lost}/results.json`]: resultsOf(lost!, { "a.txt": "made" }) }
  t.same(swept(t, files), ["a.txt", "results.json"])
  t.same(swept(t, files, true), [])
  const foreign = {
    "mine/results.json": resultsOf("mine", {}),
    [`${lost}/results.json`]: resultsOf("mine", {}),
  }
  t.same(swept(t, foreign, true), ["results.json", "results.json"], "nor of what is none")
})

t.test(
  "entries of tmp/ go with their process; of another host, where it may sleep, after a day",
  async (t) => {
    const folder = temporaryFolder(t)
    const here = temporaryName("put", 2 ** 22 + 1, 0) // no process has such a number
    const elsewhere = here.replace(/\.[0-9a-f]{8}\.refold$/, ".00000000.refold")
    const old = elsewhere.replace("put", "old")
    writeFiles(folder, { [here]: "", [elsewhere]: "", [old]: "", "report.2024.12": "", "put.1.1": "" })
    symlinkSync(folder, join(folder, "link"))
    utimesSync(join(folder, old), 0, 0)
    const { items, foreign } = temporaryIn(folder, new Set())
    t.same(items.map(({ path }) => path).sort(), [here, old].map((name) => join(folder, name)).sort())
    t.same(
      [...foreign].sort(),
      ["link", "put.1.1", "report.2024.12"].map((name) => join(folder, name)),
    )
    t.same(temporaryIn(folder, new Set([2 ** 22 + 1])).items, [], "a pipeline that runs keeps its own")
  },
)
