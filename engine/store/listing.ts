// What lies where a store on disk keeps its objects: those, and what is none. It changes nothing.
import { type Dirent, lstatSync, readdirSync } from "node:fs"
import { sep } from "node:path"
import { isDigest } from "../content/digest.ts"
import type { Steps } from "../content/steps.ts"
import { type Listing, type StoredObject, unreadableFolder } from "./store.ts"

/** Nobody follows a link out of the store. */
export function* listed(folder: string): Steps<Listing> {
  const objects: Array<StoredObject> = []
  const foreign: Array<string> = []
  for (const prefix of entriesIn(folder)) {
    const path = `${folder}${sep}${prefix.name}`
    if (prefix.isDirectory() && /^[0-9a-f]{2}$/.test(prefix.name)) yield* listPrefix(path, prefix.name)
    else foreign.push(path)
  }
  return { objects, foreign }

  function* listPrefix(path: string, prefix: string): Steps<void> {
    for (const [i, entry] of entriesIn(path).entries()) {
      if (i % 200 === 0) yield
      const own = `${path}${sep}${entry.name}`
      const digest = `${prefix}${entry.name}`
      if (!entry.isFile() || !isDigest(digest)) foreign.push(own)
      else {
        const stat = lstatSync(own, { throwIfNoEntry: false })
        if (stat !== undefined) objects.push({ digest, size: stat.size, arrived: stat.ctimeMs })
      }
    }
  }
}

/** Nothing where there is no such folder: the store may not have been made, and files that are not ours may lie in it. */
function entriesIn(folder: string): ReadonlyArray<Dirent> {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (failure) {
    if (["ENOENT", "ENOTDIR"].includes((failure as NodeJS.ErrnoException).code ?? "")) return []
    throw unreadableFolder(folder, failure)
  }
}
