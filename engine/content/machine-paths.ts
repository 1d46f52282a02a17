// Paths of this machine in bytes: a result that holds one is another result wherever the project lies elsewhere. Pure.
import { pathToFileURL } from "node:url"

/** Characters of a path that are shown. */
const shownAtMost = 200

/** What ends a path in text: a quote, white space or another control character, a bracket, a separator of lists. */
const ends = /["'`\s\p{Cc}<>()[\]{},;|]/u

/**
 * The first path in bytes that begins with one of these folders: as the system writes it, as a URL does, or as JSON escapes it.
 *
 * @returns as it stands there
 */
export function machinePath(bytes: Uint8Array, folders: Iterable<string>): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fitting = [...folders].map(withoutEnd).filter((path) => path.length <= bytes.length) // no form of one is shorter
  for (const form of new Set(fitting.flatMap(formsOf))) {
    for (let at = buffer.indexOf(form); at >= 0; at = buffer.indexOf(form, at + 1)) {
      const end = at + Buffer.byteLength(form)
      if (!isWhole(buffer, end)) continue
      const [rest = ""] = buffer.toString("utf8", end, end + shownAtMost).split(ends, 1)
      return form + rest
    }
  }
  return undefined
}

const withoutEnd = (folder: string): string => folder.replace(/[\\/]+$/, "")

/** A root would be found anywhere. */
function formsOf(path: string): ReadonlyArray<string> {
  if (path.split(/[\\/]/).filter((part) => part !== "").length === 0) return []
  return [path, pathToFileURL(path).pathname, path.replaceAll("\\", "\\\\"), path.replaceAll("\\", "/")]
}

/** Whether the folder's name ends there: `/home/me/project-2` is not in `/home/me/project`. */
const isWhole = (buffer: Buffer, end: number): boolean => {
  const next = buffer.toString("utf8", end, end + 1)
  return next === "" || next === "/" || next === "\\" || ends.test(next)
}
