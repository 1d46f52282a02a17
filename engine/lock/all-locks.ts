// Every lock file of a project, for what must not lose what a lock pins: one that cannot be read pins whatever it may mean.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Lock, LockError, lockPath, readLock } from "./lock-file.ts"

export interface UnreadableLock {
  readonly experiment: string
  /** What is wrong with the file, where, and what to do. */
  readonly message: string
  /** Every digest that stands in it: keys and artifacts of both sides of a conflict. */
  readonly digests: ReadonlySet<string>
}

export interface Locks {
  readonly locks: ReadonlyArray<Lock>
  readonly unreadable: ReadonlyArray<UnreadableLock>
}

const ending = ".lock.json"

/** Also of experiments whose module is gone. */
export function allLocks(root: string): Locks {
  const folder = join(root, "experiments")
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(ending)) : []
  const locks: Array<Lock> = []
  const unreadable: Array<UnreadableLock> = []
  for (const experiment of names.map((name) => name.slice(0, -ending.length)).sort()) {
    try {
      const lock = readLock(root, experiment)
      if (lock !== undefined) locks.push(lock)
    } catch (failure) {
      unreadable.push(unreadableLock(root, experiment, failure as Error))
    }
  }
  return { locks, unreadable }
}

function unreadableLock(root: string, experiment: string, failure: Error): UnreadableLock {
  const path = lockPath(root, experiment)
  const message = failure instanceof LockError ? failure.message : `${path}: ${failure.message}`
  return { experiment, message, digests: digestsIn(path) }
}

function digestsIn(path: string): ReadonlySet<string> {
  try {
    return new Set(readFileSync(path, "utf8").match(/\b[0-9a-f]{64}\b/g))
  } catch {
    return new Set()
  }
}
