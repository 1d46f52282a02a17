// Space that a store holds back, so that on a full disk there is enough left to write down what is let go, or what failed.
import { randomBytes } from "node:crypto"
import { lstatSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { freeBytes } from "../content/disk-failure.ts"

/** Bytes: enough for the ledger's shared memory and some thousand rows. */
const size = 1024 * 1024

const reservePath = (folder: string): string => join(folder, "reserve")

/** Made when nothing is there and the disk has room: what is all but full is left alone. */
export function makeReserve(folder: string): void {
  const path = reservePath(folder)
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return
  if ((freeBytes(folder) ?? Number.POSITIVE_INFINITY) < 4 * size) return
  try {
    writeFileSync(path, randomBytes(size), { flag: "wx" }) // zeros would take no room where files are compressed
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== "EEXIST") rmSync(path, { force: true }) // half of one reserves nothing that counts
  }
}

/** @returns whether there was one to free */
export function freeReserve(folder: string): boolean {
  const path = reservePath(folder)
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat?.isFile() !== true || stat.size !== size) return false // none, or somebody's
    rmSync(path)
    return true
  } catch {
    return false
  }
}
