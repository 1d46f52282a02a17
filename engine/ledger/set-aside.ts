// A damaged ledger under another name beside its own, with its log: kept, as nobody knows what it may still tell.
import { existsSync, readdirSync, rmSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { rename } from "../content/rename.ts"

const mark = ".damaged-"

/** @returns the ledgers that were set aside, the newest last */
export function setAside(path: string): ReadonlyArray<string> {
  const prefix = `${basename(path)}${mark}`
  return namesBeside(path)
    .filter((name) => name.startsWith(prefix) && !/-(wal|shm)$/.test(name))
    .sort()
    .map((name) => join(dirname(path), name))
}

function namesBeside(path: string): ReadonlyArray<string> {
  try {
    return readdirSync(dirname(path))
  } catch {
    return [] // no folder yet, or none that can be read
  }
}

/**
 * The ledger's file and its log get a name with a date. @returns that of the file
 *
 * The file goes first: a log beside no file is ignored, a log beside another file would be read into it.
 */
export function putAside(path: string, now: Date): string {
  const date = now.toISOString().slice(0, 19).replaceAll(":", "-")
  let aside = `${path}${mark}${date}`
  for (let n = 2; existsSync(aside); n++) aside = `${path}${mark}${date}.${n}`
  rename(path, aside)
  if (existsSync(`${path}-wal`)) rename(`${path}-wal`, `${aside}-wal`)
  rmSync(`${path}-shm`, { force: true })
  return aside
}
