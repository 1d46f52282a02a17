// The folder of a run with very many results: copies of those by name, a table of the cells, and every digest in results.json.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import t, { type Test } from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { encodeContent } from "../../../engine/content/kind.ts"
import { atOnce, type Steps } from "../../../engine/content/steps.ts"
import { isWhole, ownFiles } from "../../../engine/session/folder/restore.ts"
import { readRunFolder } from "../../../engine/session/folder/results-file.ts"
import {
  isFolderOf,
  type NamedResult,
  namesDigest,
  shownBefore,
  writeRunFolder,
} from "../../../engine/session/folder/run-folder.ts"
import { runFoldersIn } from "../../../engine/session/own-folders.ts"
import { memoryStore } from "../../../engine/store/memory-store.ts"
import { Store } from "../../../engine/store/store.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { bareRun } from "../support/bare-run.ts"

const facts = bareRun("many")
const { run } = facts

const opened = (): Promise<Store["Type"]> => Effect.runPromise(Effect.provide(Store, memoryStore))

/** Cells that measure something, and beside them results by name. */
function grid(store: Store["Type"], cells: number): ReadonlyArray<NamedResult> {
  const made = (kind: string, content: unknown) => ({ kind, ...store.put(encodeContent(kind, content)) })
  return [
    { name: "choice", task: "select", single: true, ...made("value", 7) },
    { name: "scores", task: "select", single: true, ...made("table", [{ a: 1 }]) },
    ...Array.from({ length: cells }, (_, i) => ({
      name: `measure@cell=${i}+of=a,"b.metrics`,
      task: `measure@cell=${i}+of=a,"b`,
      single: false,
      ...made("metrics", { accuracy: i / 3, loss: -1 - i }),
    })),
  ]
}

const write = (t: Test, store: Store["Type"], results: ReadonlyArray<NamedResult>) => {
  const folder = join(temporaryFolder(t), run)
  return { folder, found: atOnce(writeRunFolder(store, folder, facts, results)) }
}

t.test(
  "of many cells none has a copy: a table has their metrics, and every result by name its file",
  async (t) => {
    const store = await opened()
    const results = grid(store, 1200)
    const { folder, found } = write(t, store, results)
    t.same(readdirSync(folder).sort(), [
      "cells of measure.csv",
      "choice.json",
      "index.html",
      "results.json",
      "scores.json",
    ])
    const [head, ...rows] = readFileSync(join(folder, "cells of measure.csv"), "utf8").trimEnd().split("\r\n")
    t.equal(head, "task,cell,of,accuracy,loss")
    t.equal(rows.length, 1200)
    t.equal(rows[10], `"measure@cell=10+of=a,""b",10,"a,""b",${10 / 3},-11`, "no digit is lost")
    t.same(
      atOnce(readRunFolder(folder)),
      JSON.parse(JSON.stringify(found)),
      "what is read is what was written",
    )
    t.same(
      Object.entries(found.outputs).map(([name, { digest }]) => [name, digest]),
      results.map(({ name, digest }) => [name, digest]),
    )
    const bytes = statSync(join(folder, "results.json")).size
    t.ok(bytes < 1200 * 250, `${bytes} bytes of results.json`)
  },
)

t.test("up to 500 cells have a copy each, as they always had", async (t) => {
  const store = await opened()
  const { folder, found } = write(t, store, grid(store, 500))
  t.equal(readdirSync(folder).length, 500 + 2 + 2)
  t.equal(found.cells, undefined)
  t.ok(Object.values(found.outputs).every(({ file }) => existsSync(join(folder, file!))))
})

t.test("a folder that has a copy of each cell stays that of its results", async (t) => {
  const store = await opened()
  const results = grid(store, 1200)
  const { folder, found } = write(t, store, results)
  const files = Object.entries(found.outputs).map(([name, output], i) => {
    const file = output.file ?? `cell-${i}.json`
    writeFileSync(join(folder, file), store.read(output.digest))
    return [name, { ...output, file }] as const
  })
  const older = { ...found, cells: [], outputs: Object.fromEntries(files) }
  t.ok(isFolderOf(older, results))
  t.ok(atOnce(isWhole(folder, older)))
  rmSync(join(folder, "cell-900.json"))
  t.notOk(atOnce(isWhole(folder, older)), "and is made again once a copy is gone")
})

t.test("a folder whose table of cells is gone is not whole", async (t) => {
  const store = await opened()
  const { folder, found } = write(t, store, grid(store, 600))
  t.ok(atOnce(isWhole(folder, found)))
  rmSync(join(folder, "cells of measure.csv"))
  t.notOk(atOnce(isWhole(folder, found)))
})

t.test("a folder that goes takes its table of cells with it, unless a person has changed it", async (t) => {
  const store = await opened()
  const left = (change: (folder: string) => void): ReadonlyArray<string> => {
    const { folder } = write(t, store, grid(store, 600))
    change(folder)
    const known = {
      shown: new Set<string>(),
      isRun: () => true,
      isArtifact: () => true,
      withoutHistory: false,
    }
    for (const { remove } of atOnce(runFoldersIn(join(folder, ".."), known)).items) remove()
    return existsSync(folder) ? readdirSync(folder) : []
  }
  const table = "cells of measure.csv"
  t.same(
    left(() => {}),
    [],
  )
  t.same(
    left((folder) => writeFileSync(join(folder, table), "mine")),
    [table],
  )
  t.same(
    left((folder) => rmSync(join(folder, "results.json"))),
    [],
    "nor does one stay that was cut off while it was written",
  )
})

t.test("the folder of earlier runs is read once, however many of them show it", async (t) => {
  const store = await opened()
  const results = grid(store, 600)
  const { found } = write(t, store, results)
  const digest = atOnce(namesDigest(results, {}))
  const past = Array.from({ length: 20 }, () => ({ results: digest, folder: run }))
  const reads = (answer: typeof found | undefined): number => {
    let reads = 0
    const folders = [...past, { results: digestOf("other"), folder: "other" }]
    const read = function* () {
      yield
      reads++
      return answer
    }
    atOnce(shownBefore(folders, digest, results, read))
    return reads
  }
  t.equal(reads(found), 1)
  t.equal(reads(undefined), 1, "also where it is damaged")
  t.equal([...ownFiles(found)].length, 3)
})

t.test(
  "a folder of many results is written, read and looked through in steps, so that a signal is heard",
  async (t) => {
    const store = await opened()
    const results = grid(store, 2000)
    const folder = join(temporaryFolder(t), run)
    const stepsOf = <A>(steps: Steps<A>): number => {
      let count = 0
      while (steps.next().done !== true) count++
      return count
    }
    t.ok(
      stepsOf(writeRunFolder(store, folder, facts, results)) > 3 * 2000,
      "copies, table, results.json, and the page",
    )
    t.ok(stepsOf(readRunFolder(folder)) >= 2000 / 500)
    t.ok(stepsOf(namesDigest(results, {})) >= 2000)
  },
)
