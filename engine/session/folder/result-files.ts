// Which named results have a copy in a run's folder, and what the files there are called. It writes none.
import { distinctFileNames } from "../../content/file-name.ts"
import { baseOf, isFolder } from "../../content/kind.ts"
import { isMadeToSee } from "../../report/page/facts.ts"

/** What stands beside the results, or may: no result is ever called so. */
const ours = ["results.json", "index.html", "events.jsonl"]

/** Results by name, and cells of arrays, of which each has a copy. Of more, only what is made to be looked at, and as much of it. */
const mostCopies = { named: 1000, cells: 500 }

export interface Copyable {
  readonly name: string
  readonly kind: string
  readonly single: boolean
}

/**
 * Readable names, each of a file of its own on every system: `a b` beside `a_b`, `A` beside `a`, and a result called `index`.
 *
 * @param results no two of one name
 * @returns in their order; undefined for one that has no copy
 */
export function resultFiles(results: ReadonlyArray<Copyable>): ReadonlyArray<string | undefined> {
  const copied = new Set([
    ...copiedOf(
      results.filter(({ single }) => single),
      mostCopies.named,
    ),
    ...copiedOf(
      results.filter(({ single }) => !single),
      mostCopies.cells,
    ),
  ])
  const inOrder = results.filter((result) => copied.has(result))
  const names = distinctFileNames(
    inOrder.map(({ name, kind }) => ({ name, extension: extensionOf(kind) })),
    ours,
  )
  const files = new Map(inOrder.map((result, i) => [result, names[i]!]))
  return results.map((result) => files.get(result))
}

const copiedOf = (results: ReadonlyArray<Copyable>, most: number): ReadonlyArray<Copyable> =>
  results.length <= most ? results : results.filter(({ kind }) => isMadeToSee(kind)).slice(0, most)

/** The names of tables of cells' metrics, in the order of their stages: with spaces, which no result's file has. */
export const cellFiles = (stages: ReadonlyArray<string>): ReadonlyArray<string> =>
  distinctFileNames(stages.map((name) => ({ name, extension: "csv" }))).map((file) => `cells of ${file}`)

/** Whether a file's name is that of a table of cells. */
export const isCellFile = (file: string): boolean => /^cells of .*\.csv$/.test(file)

const extensions: Readonly<Record<string, string>> = {
  value: "json",
  metrics: "json",
  table: "json",
  chart: "json",
  json: "json",
  text: "txt",
  document: "html",
}

/** Kinds with a codec have an extension of their own; others end in one (`image:png`, `weights:safetensors`, `file:csv`). */
function extensionOf(kind: string): string {
  const base = baseOf(kind)
  if (isFolder(kind) || kind === "file") return ""
  return Object.hasOwn(extensions, base) ? extensions[base]! : kind.slice(kind.lastIndexOf(":") + 1)
}
