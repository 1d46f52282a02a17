// The lock file: every task's key and output digests, committed to git. One sorted line a task, so that git merges it.
// Pure but for reading and writing the file.
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { canonical, type Json } from "../content/canonical.ts"
import type { Digest, Key } from "../content/digest.ts"
import { baseOf } from "../content/kind.ts"
import type { Resolution } from "../key/resolve.ts"
import type { OutputRecord, OutputRecords } from "../ledger/records.ts"
import type { Plan, PlannedTask } from "../plan/plan.ts"
import { writeWhole } from "../store/whole-file.ts"

export interface LockedTask {
  readonly key: Key
  readonly params: Json
  readonly outputs: Readonly<Record<string, Digest>>
  /** Of outputs of kind `metrics` and `value`, what they hold: a reviewer reads it, and bound params are checked with it. */
  readonly contents: Readonly<Record<string, Json>>
  /** Of a chained task: the digest of every link's state. */
  readonly states?: ReadonlyArray<Digest>
}

/** What the keys of a stage's tasks share, so that a difference can be named down to the source file. */
export interface LockedStage {
  readonly code: Digest
  readonly sources: Readonly<Record<string, Digest>>
  readonly packages: Readonly<Record<string, string>>
  readonly numerics: Json
}

export interface Lock {
  readonly experiment: string
  readonly tasks: Readonly<Record<string, LockedTask>>
  readonly stages: Readonly<Record<string, LockedStage>>
  /** Local files that are inputs, by path. */
  readonly files: Readonly<Record<string, Digest>>
}

/** A lock file that cannot be read: where, and what to do. */
export class LockError extends Error {
  readonly _tag = "LockError"
}

const format = "refold-lock/1"

/** Kinds whose artifacts are small canonical JSON, and stand in the lock whole. */
export const isQuoted = (kind: string): boolean => ["metrics", "value"].includes(baseOf(kind))

export const lockPath = (root: string, experiment: string): string =>
  join(root, "experiments", `${experiment}.lock.json`)

/** What one run's tasks gave, as far as a lock holds it. */
export interface Lockable {
  readonly resolution: (task: PlannedTask) => Resolution
  readonly outputs: (task: PlannedTask) => OutputRecords
  /** Of a chained task: the digests of its links' states. */
  readonly states: (key: Key) => ReadonlyArray<Digest> | null
  /** What a small artifact holds. */
  readonly content: (digest: Digest) => Json
  /** Of the local files that are inputs, by path. */
  readonly files: ReadonlyMap<string, OutputRecord>
}

export function lockOf(plan: Plan, found: Lockable): Lock {
  const tasks: Record<string, LockedTask> = {}
  const stages: Record<string, LockedStage> = {}
  for (const task of plan.tasks) {
    const { key, fingerprint, code } = found.resolution(task)
    const made = Object.entries(found.outputs(task))
    const chain = found.states(key)
    tasks[task.label] = {
      key,
      params: fingerprint.params,
      outputs: Object.fromEntries(made.map(([name, { digest }]) => [name, digest])),
      contents: Object.fromEntries(
        made.flatMap(([name, { kind, digest }]) => (isQuoted(kind) ? [[name, found.content(digest)]] : [])),
      ),
      ...(chain === null ? {} : { states: chain }),
    }
    const { packages, numerics } = fingerprint
    stages[fingerprint.stage] = { code: code.digest, sources: code.sources, packages, numerics }
  }
  const files = Object.fromEntries([...found.files].map(([path, { digest }]) => [path, digest]))
  return { experiment: plan.experiment, tasks, stages, files }
}

/**
 * Every line but the last ends in a comma, so that lines can come and go without touching their neighbours; and an empty
 * line lies between any two, as git does not merge edits of lines that touch.
 */
export function formatLock({ experiment, tasks, stages, files }: Lock): string {
  const entries: ReadonlyArray<readonly [string, unknown]> = [
    ["experiment", experiment],
    ["format", format],
    ...Object.entries(files).map(([path, digest]) => [`file ${path}`, digest] as const),
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
  if (entries?.format !== format) {
    throw new LockError(`${path} is no lock file of this Refold (${format}): renew it with --update-lock`)
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
    files: named("file ", isDigest),
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined

const isDigest = (value: unknown): boolean => typeof value === "string"
const areDigests = (value: unknown): boolean => {
  const fields = fieldsOf(value)
  return fields !== undefined && Object.values(fields).every(isDigest)
}

function isLockedTask(value: unknown): boolean {
  const { key, params, outputs, contents, states = [] } = fieldsOf(value) ?? {}
  return (
    typeof key === "string" &&
    params !== undefined &&
    areDigests(outputs) &&
    fieldsOf(contents) !== undefined &&
    Array.isArray(states) &&
    states.every(isDigest)
  )
}

function isLockedStage(value: unknown): boolean {
  const { code, sources, packages, numerics } = fieldsOf(value) ?? {}
  return isDigest(code) && areDigests(sources) && areDigests(packages) && numerics !== undefined
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
