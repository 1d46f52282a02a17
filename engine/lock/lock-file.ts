// The lock file: every task's key and output digests, committed to git. One sorted line a task, so that git merges it.
// Pure but for reading and writing the file.
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { canonical, type Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import { baseOf } from "../content/kind.ts"
import { writeWhole } from "../store/whole-file.ts"
import { fieldsOf, isLockedStage, isLockedTask, isText, type LockedStage, type LockedTask } from "./lines.ts"

export interface Lock {
  readonly experiment: string
  readonly tasks: Readonly<Record<string, LockedTask>>
  readonly stages: Readonly<Record<string, LockedStage>>
  /** Local files that are inputs, by path. */
  readonly files: Readonly<Record<string, Digest>>
  /** One line a group of tasks; what it holds, no run makes yet. */
  readonly groups: Readonly<Record<string, Json>>
}

/** A lock file that cannot be read: where, and what to do. */
export class LockError extends Error {
  readonly _tag = "LockError"
}

/** What is written. It has digests of links' metrics, and places for what was adopted or observed, and for groups. */
const format = "refold-lock/2"
const readable: ReadonlyArray<unknown> = [format, "refold-lock/1"]

/** Kinds whose artifacts are small canonical JSON, and stand in the lock whole. */
export const isQuoted = (kind: string): boolean => ["metrics", "value"].includes(baseOf(kind))

export const lockPath = (root: string, experiment: string): string =>
  join(root, "experiments", `${experiment}.lock.json`)

/**
 * Every line but the last ends in a comma, so that lines can come and go without touching their neighbours; and an empty
 * line lies between any two, as git does not merge edits of lines that touch.
 */
export function formatLock({ experiment, tasks, stages, files, groups }: Lock): string {
  const entries: ReadonlyArray<readonly [string, unknown]> = [
    ["experiment", experiment],
    ["format", format],
    ...Object.entries(files).map(([path, digest]) => [`file ${path}`, digest] as const),
    ...Object.entries(groups).map(([name, group]) => [`group ${name}`, group] as const),
    ...Object.entries(stages).map(([name, stage]) => [`stage ${name}`, stage] as const),
    ...Object.entries(tasks).map(([label, task]) => [`task ${label}`, task] as const),
  ]
  const lines = entries.map(([name, value]) => `${JSON.stringify(name)}:${canonical(value, name)},`).sort()
  return `{\n${lines.join("\n\n")}\n\n"~":0\n}\n`
}

/** @throws LockError when the text is no lock file */
export function parseLock(text: string, path: string): Lock {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (failure) {
    const isUnmerged = /^<{7} /m.test(text)
    const what = isUnmerged ? "has merge conflicts" : `is not JSON (${(failure as Error).message})`
    throw new LockError(`${path} ${what}: merge it again, or renew it with --update-lock`)
  }
  const entries = fieldsOf(parsed)
  if (entries === undefined || !readable.includes(entries.format)) {
    const found = typeof entries?.format === "string" ? `, but ${entries.format}` : ""
    throw new LockError(
      `${path} is no lock file of this Refold (${format}${found}): renew it with --update-lock, or take the Refold that wrote it`,
    )
  }
  const named = <A>(prefix: string, isWhole: (value: unknown) => boolean): Readonly<Record<string, A>> =>
    Object.fromEntries(
      Object.entries(entries).flatMap(([name, value]) => {
        if (!name.startsWith(prefix)) return []
        if (!isWhole(value))
          throw new LockError(
            `${path}: the line "${name}" lacks what it should hold: renew it with --update-lock`,
          )
        return [[name.slice(prefix.length), value as A]]
      }),
    )
  return {
    experiment: String(entries.experiment),
    tasks: named("task ", isLockedTask),
    stages: named("stage ", isLockedStage),
    files: named("file ", isText),
    groups: named("group ", () => true),
  }
}

/** @returns undefined when there is none. @throws LockError for one that cannot be read */
export function readLock(root: string, experiment: string): Lock | undefined {
  const path = lockPath(root, experiment)
  return existsSync(path) ? parseLock(readFileSync(path, "utf8"), path) : undefined
}

/** @returns whether that changed the file: sources that it names may move while keys and outputs do not */
export function writeLock(root: string, lock: Lock): boolean {
  const path = lockPath(root, lock.experiment)
  const text = formatLock(lock)
  if (existsSync(path) && readFileSync(path, "utf8") === text) return false
  mkdirSync(dirname(path), { recursive: true })
  writeWhole(path, text)
  return true
}
