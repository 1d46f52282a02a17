// Why a file system refused, in words for a person: which disk, what is free there, and what to type. Knows no store, no ledger.
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs"
import { userInfo } from "node:os"
import { dirname, resolve } from "node:path"

/** What of a disk stands in the way. */
export type DiskReason = "full" | "quota" | "read-only" | "not-permitted"

const byCode: Readonly<Record<string, DiskReason>> = {
  ENOSPC: "full",
  SQLITE_FULL: "full",
  EDQUOT: "quota",
  EROFS: "read-only",
  EACCES: "not-permitted",
  EPERM: "not-permitted",
}

/** What SQLite says where the system told it something that it does not pass on. */
const isVague = (code: string): boolean => /^SQLITE_(CANTOPEN|IOERR|READONLY|PERM|AUTH)/.test(code)

/** Bytes below which SQLite cannot start to write: its shared memory and the first pages of its log. */
const little = 256 * 1024

/** @param folder that was to be written: asked where the failure itself does not tell. @returns undefined for another failure */
export function diskReason(failure: unknown, folder: string): DiskReason | undefined {
  const { code } = (failure ?? {}) as { readonly code?: unknown }
  if (typeof code !== "string") return undefined
  return byCode[code] ?? (isVague(code) ? whyUnwritable(folder) : undefined)
}

/** What keeps a folder, or what it would be made in, from being written; undefined when nothing does. */
export function whyUnwritable(folder: string, needed = little): DiskReason | undefined {
  const there = nearest(folder)
  try {
    accessSync(there, constants.W_OK)
  } catch (failure) {
    return byCode[(failure as NodeJS.ErrnoException).code ?? ""] ?? "not-permitted"
  }
  const free = freeBytes(there)
  return free !== undefined && free < needed ? "full" : undefined
}

/** Bytes that this user may still write there; undefined where the system does not say. */
export function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(nearest(folder))
    return bavail * bsize
  } catch {
    return undefined
  }
}

/**
 * One sentence: what is wrong, where, and the remedy.
 *
 * @param artifacts the folder of artifacts that the disk is wanted for
 * @param needed bytes that were to be written, where that is known
 */
export function diskMessage(reason: DiskReason, artifacts: string, needed?: number): string {
  const other = "--artifacts DIR"
  switch (reason) {
    case "full":
      return `the disk at ${mountOf(artifacts)} is full (${room(artifacts, needed)}): free some, such as with gc --artifacts ${artifacts}, or name a folder on another disk with ${other}`
    case "quota":
      return `this user's quota on the disk at ${mountOf(artifacts)} is used up (${room(artifacts, needed)}): free some, such as with gc --artifacts ${artifacts}, or name a folder on another disk with ${other}`
    case "read-only":
      return `${artifacts} is on a disk that is read-only (mounted at ${mountOf(artifacts)}): name a folder that can be written with ${other}`
    case "not-permitted":
      return `${artifacts} cannot be written by ${user()}: name a folder of your own with ${other}, or change its owner or mode`
  }
}

/** The same for whatever a file system, or SQLite, threw; undefined when no disk is to blame. */
export function diskMessageOf(failure: unknown, artifacts: string, needed?: number): string | undefined {
  const reason = diskReason(failure, artifacts)
  return reason === undefined ? undefined : diskMessage(reason, artifacts, needed)
}

function room(folder: string, needed: number | undefined): string {
  const free = freeBytes(folder)
  const has = free === undefined ? "nothing that it tells is free" : `${megabytes(free)} free`
  return needed === undefined ? has : `${megabytes(needed)} needed, ${has}`
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`

/** The folder itself, or the nearest above it that exists. */
function nearest(folder: string): string {
  const full = resolve(folder)
  return existsSync(full) || dirname(full) === full ? full : nearest(dirname(full))
}

/** Where the disk of a folder is mounted: the topmost folder above it that lies on the same one. */
function mountOf(folder: string): string {
  let at = nearest(folder)
  try {
    const { dev } = statSync(at)
    while (dirname(at) !== at && statSync(dirname(at)).dev === dev) at = dirname(at)
  } catch {
    // what may not be looked at is not walked
  }
  return at
}

function user(): string {
  try {
    return `the user ${userInfo().username}`
  } catch {
    return `the user ${process.getuid?.() ?? "at hand"}` // a container's user may have no name
  }
}
