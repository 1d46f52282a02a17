// What a place in a stage's bundle was before it was bundled, by the map beside it: read when a trap first asks.
import { readFileSync } from "node:fs"
import { mapPath, type Origin, type Origins, originsIn } from "../../../code/source-map.ts"

/** Node's own: who asks here is a trap, and must not meet another. */
const read = readFileSync

const maps = new Map<string, Origins | undefined>()
const known = new Map<string, Origin | undefined>()

/** @returns undefined where that cannot be told */
export function originOf(bundle: string, line: number, column: number): Origin | undefined {
  const place = `${bundle}:${line}:${column}`
  if (known.has(place)) return known.get(place)
  if (!maps.has(bundle)) maps.set(bundle, mapOf(bundle))
  const origin = maps.get(bundle)?.(line, column)
  known.set(place, origin)
  return origin
}

function mapOf(bundle: string): Origins | undefined {
  try {
    return originsIn(read(mapPath(bundle), "utf8"))
  } catch {
    return undefined
  }
}
