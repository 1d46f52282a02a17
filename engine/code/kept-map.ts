// The source map of a bundle, a file beside it: what fails is rare, so it is read only then.
import { readFileSync } from "node:fs"
import { writeWhole } from "../store/whole-file.ts"
import { markLength, type Purpose } from "./bundle.ts"
import { type Origins, originsIn } from "./source-map.ts"

/** Where a bundle's map lies. @param path of the bundle */
export const mapPath = (path: string): string => `${path}.map`

/** What the map beside a bundle says, if there is one that can be read. */
export function keptOrigins(path: string, purpose: Purpose): Origins | undefined {
  try {
    return authorsIn(readFileSync(mapPath(path), "utf8"), purpose)
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

/** @throws SyntaxError */
export function authorsIn(map: string, purpose: Purpose): Origins {
  const origins = originsIn(map)
  return (line, column) => {
    const found = origins(line, column)
    if (found === undefined) return undefined
    const mark = markLength(purpose, found.path, found.line)
    return { ...found, column: Math.max(1, found.column - mark), text: found.text?.slice(mark) }
  }
}
