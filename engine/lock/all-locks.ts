// Every lock file of a project, for what must not lose what a lock pins: one that cannot be read pins whatever it may mean.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Lock, LockError, lockPath, parseLock } from "./lock-file.ts"

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

/** One file, as it could be read. */
export type ReadLock = Lock | UnreadableLock

const ending = ".lock.json"

/** Also of experiments whose module is gone. */
export function locksIn(root: string): ReadonlyArray<ReadLock> {
  const folder = join(root, "experiments")
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(ending)) : []
  return names
    .map((name) => name.slice(0, -ending.length))
    .sort()
    .map((experiment) => {
      const path = lockPath(root, experiment)
      try {
        return lockOfText(experiment, path, readFileSync(path, "utf8"))
      } catch (failure) {
        return { experiment, message: `${path}: ${(failure as Error).message}`, digests: new Set<string>() }
      }
    })
}

/** @param path for people */
export function lockOfText(experiment: string, path: string, text: string): ReadLock {
  try {
    return parseLock(text, path)
  } catch (failure) {
    const { message } = failure as Error
    return {
      experiment,
      message: failure instanceof LockError ? message : `${path}: ${message}`,
      digests: new Set(text.match(/\b[0-9a-f]{64}\b/g)),
    }
  }
}
