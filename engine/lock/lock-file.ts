// The lock file: every task's key and output digests, committed to git. One sorted line a task, so that git merges it; one a group,
// broken at its items, so that a difference in one of thousands is a line of a diff.
// Pure but for reading and writing the file.
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { canonical, type Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import { baseOf } from "../content/kind.ts"
import { atOnce, type Steps } from "../content/steps.ts"
import { writeWhole } from "../store/whole-file.ts"
import { isLockedGroup, type LockedGroup } from "./group-lines.ts"
import {
  fieldsOf,
  isLockedResult,
  isLockedStage,
  isLockedTask,
  isText,
  type LockedResult,
  type LockedStage,
  type LockedTask,
} from "./lines.ts"

export interface Lock {
  readonly experiment: string
  readonly tasks: Readonly<Record<string, LockedTask>>
  readonly stages: Readonly<Record<string, LockedStage>>
  /** Local files that are inputs, by path. */
  readonly files: Readonly<Record<string, Digest>>
  /** By name, those that stand in no other: what their tasks gave, of which `tasks` has none. */
  readonly groups: Readonly<Record<string, LockedGroup>>
  /** By name, those that stand in no array; locks of before they were kept have none. */
  readonly results: Readonly<Record<string, LockedResult>>
  /** Inputs from other experiments' lock files, by the name of the experiment and that of its result. */
  readonly locked: Readonly<Record<string, Digest>>
  /** Of those that are folders which groups are made over, their files: the other lock file need not quote them. */
  readonly folders?: Readonly<Record<string, Json>>
}

/** A lock file that cannot be read: where, and what to do. */
export class LockError extends Error {
  readonly _tag = "LockError"
}

/** What is written. It has digests of links' metrics, groups, and places for what was adopted or observed. */
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
export const formatLock = (lock: Lock): string => atOnce(formatting(lock))

function* formatting(lock: Lock): Steps<string> {
  const { experiment, tasks, stages, files, groups, results, locked, folders = {} } = lock
  const entries: ReadonlyArray<readonly [string, unknown]> = [
    ["experiment", experiment],
    ["format", format],
    ...Object.entries(files).map(([path, digest]) => [`file ${path}`, digest] as const),
    ...Object.entries(folders).map(([name, list]) => [`folder ${name}`, list] as const),
    ...Object.entries(groups).map(([name, group]) => [`group ${name}`, group] as const),
    ...Object.entries(locked).map(([name, digest]) => [`locked ${name}`, digest] as const),
    ...Object.entries(results).map(([name, result]) => [`result ${name}`, result] as const),
    ...Object.entries(stages).map(([name, stage]) => [`stage ${name}`, stage] as const),
    ...Object.entries(tasks).map(([label, task]) => [`task ${label}`, task] as const),
  ]
  const lines: Array<string> = []
  for (const [name, value] of entries) {
    yield
    const text = name.startsWith("group ") ? brokenAtItems(value as LockedGroup) : canonical(value, name)
    lines.push(`${JSON.stringify(name)}:${text},`)
  }
  return `{\n${lines.sort().join("\n\n")}\n\n"~":0\n}\n`
}

/** Its canonical bytes, but for a line break before each item and behind the last. */
function brokenAtItems(group: LockedGroup): string {
  const fields = Object.entries(group).map(([name, value]) => {
    const text = name === "items" ? itemLines(group.items) : canonical(value, name)
    return `${JSON.stringify(name)}:${text}`
  })
  return `{${fields.sort().join(",")}}`
}

function itemLines(items: LockedGroup["items"]): string {
  const lines = Object.keys(items)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(items[name], name)}`)
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n}`
}

/** @throws LockError when the text is no lock file */
export const parseLock = (text: string, path: string): Lock => atOnce(parsing(text, path))

function* parsing(text: string, path: string): Steps<Lock> {
  const entries = (yield* linesOf(text)) ?? allOf(text, path)
  if (!readable.includes(entries.format)) {
    const found = typeof entries.format === "string" ? `, but ${entries.format}` : ""
    throw new LockError(
      `${path} is no lock file of this Refold (${format}${found}): renew it with --update-lock, or take the Refold that wrote it`,
    )
  }
  const tasks: Array<readonly [string, LockedTask]> = []
  const stages: Array<readonly [string, LockedStage]> = []
  const files: Array<readonly [string, Digest]> = []
  const groups: Array<readonly [string, LockedGroup]> = []
  const results: Array<readonly [string, LockedResult]> = []
  const locked: Array<readonly [string, Digest]> = []
  const folders: Array<readonly [string, Json]> = []
  const sorts = [
    { prefix: "task ", isWhole: isLockedTask, into: tasks },
    { prefix: "stage ", isWhole: isLockedStage, into: stages },
    { prefix: "file ", isWhole: isText, into: files },
    { prefix: "folder ", isWhole: Array.isArray, into: folders },
    { prefix: "group ", isWhole: isLockedGroup, into: groups },
    { prefix: "locked ", isWhole: isText, into: locked },
    { prefix: "result ", isWhole: isLockedResult, into: results },
  ]
  for (const name of Object.keys(entries)) {
    yield
    const sort = sorts.find(({ prefix }) => name.startsWith(prefix))
    if (sort === undefined) continue
    const value = entries[name]
    if (!sort.isWhole(value))
      throw new LockError(
        `${path}: the line "${name}" lacks what it should hold: renew it with --update-lock`,
      )
    sort.into.push([name.slice(sort.prefix.length), value as never])
  }
  return {
    experiment: String(entries.experiment),
    tasks: Object.fromEntries(tasks),
    stages: Object.fromEntries(stages),
    files: Object.fromEntries(files),
    groups: Object.fromEntries(groups),
    results: Object.fromEntries(results),
    locked: Object.fromEntries(locked),
    ...(folders.length === 0 ? {} : { folders: Object.fromEntries(folders) }),
  }
}

type Entries = Readonly<Record<string, unknown>>

/** Lines that are parsed at once: one of a long chain may be long. */
const batch = 50

/** Entries of a text as it was written, some lines at a time; undefined for one that was not written so. */
function* linesOf(text: string): Steps<Entries | undefined> {
  const lines = text.split("\n").filter((line) => line !== "")
  if (lines[0] !== "{" || lines.at(-1) !== "}") return undefined
  const entries: Record<string, unknown> = Object.create(null)
  for (let i = 1; i < lines.length - 1; ) {
    yield
    let end = Math.min(i + batch, lines.length - 1)
    while (end < lines.length - 1 && isItem(lines[end]!)) end++
    const parsed = fieldsIn(`{${lines.slice(i, end).join("\n").replace(/,$/, "")}}`)
    if (parsed === undefined) return undefined
    Object.assign(entries, parsed)
    i = end
  }
  return entries
}

/** Whether a line stands within that of a group: an item, or what follows the last. */
const isItem = (line: string): boolean => line.startsWith("}") || /^"(?:[^"\\]|\\.)*":\[/.test(line)

function fieldsIn(text: string): Entries | undefined {
  try {
    return fieldsOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** @throws LockError for what is no JSON, or nothing with entries */
function allOf(text: string, path: string): Entries {
  try {
    return fieldsOf(JSON.parse(text)) ?? {}
  } catch (failure) {
    const isUnmerged = /^<{7} /m.test(text)
    const what = isUnmerged ? "has merge conflicts" : `is not JSON (${(failure as Error).message})`
    throw new LockError(`${path} ${what}: merge it again, or renew it with --update-lock`)
  }
}

/** @returns undefined when there is none. @throws LockError for one that cannot be read */
export const readLock = (root: string, experiment: string): Lock | undefined =>
  atOnce(readingLock(root, experiment))

/** The same, as steps. */
export function* readingLock(root: string, experiment: string): Steps<Lock | undefined> {
  const path = lockPath(root, experiment)
  return existsSync(path) ? yield* parsing(readFileSync(path, "utf8"), path) : undefined
}

/** @returns whether that changed the file: sources that it names may move while keys and outputs do not */
export const writeLock = (root: string, lock: Lock): boolean => atOnce(writingLock(root, lock))

/** The same, as steps. */
export function* writingLock(root: string, lock: Lock): Steps<boolean> {
  const path = lockPath(root, lock.experiment)
  const text = yield* formatting(lock)
  if (existsSync(path) && readFileSync(path, "utf8") === text) return false
  mkdirSync(dirname(path), { recursive: true })
  writeWhole(path, text)
  return true
}
