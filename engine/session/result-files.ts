// What the files of a run's folder are called, one for each named result. It writes none.

import { distinctFileNames } from "../content/file-name.ts"
import { baseOf } from "../content/kind.ts"

/** What stands beside the results, or may: no result is ever called so. */
const ours = ["results.json", "index.html", "events.jsonl"]

/**
 * Readable names, each of a file of its own on every system: `a b` beside `a_b`, `A` beside `a`, and a result called `index`.
 *
 * @param results no two of one name
 */
export const resultFiles = (
  results: ReadonlyArray<{ readonly name: string; readonly kind: string }>,
): ReadonlyArray<string> =>
  distinctFileNames(
    results.map(({ name, kind }) => ({ name, extension: extensionOf(kind) })),
    ours,
  )

const extensions: Readonly<Record<string, string>> = {
  value: "json",
  metrics: "json",
  table: "json",
  chart: "json",
  json: "json",
  text: "txt",
  document: "html",
}

/** Kinds with a codec have an extension of their own; others end in one (`image:png`, `weights:safetensors`). */
function extensionOf(kind: string): string {
  const base = baseOf(kind)
  return Object.hasOwn(extensions, base) ? extensions[base]! : kind.slice(kind.lastIndexOf(":") + 1)
}
