// The source map of a bundle, a file beside it: what fails is rare, so it is read only then.
import { readFileSync } from "node:fs"
import { writeWhole } from "../store/whole-file.ts"
import type { Purpose } from "./bundler.ts"
import { markLength } from "./own-modules.ts"
import { mapPath, type Origins, originsIn } from "./source-map.ts"

/** The map beside a bundle, if there is one that is whole. */
export function keptMap(path: string): string | undefined {
  try {
    const map = readFileSync(mapPath(path), "utf8")
    return typeof JSON.parse(map).mappings === "string" ? map : undefined
  } catch {
    return undefined
  }
}

/** Keeps it where that can be. */
export function keepMap(path: string, map: string): void {
  try {
    writeWhole(mapPath(path), map)
  } catch {
    // a full or read-only disk: it is made again when it is wanted
  }
}

/** What a map says of the author's files; undefined where there is none, or nothing that reads it. */
export function authorsIn(map: string | undefined, purpose: Purpose): Origins | undefined {
  const origins = map === undefined ? undefined : originsIn(map)
  if (origins === undefined) return undefined
  return (line, column) => {
    const found = origins(line, column)
    if (found === undefined) return undefined
    const mark = markLength(purpose, found.path, found.line)
    return { ...found, column: Math.max(1, found.column - mark), text: found.text?.slice(mark) }
  }
}
