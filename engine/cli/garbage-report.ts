// What `gc` says: what goes, thing by thing and grouped where there are many, and what stays that nobody may have expected.
import { sizeText } from "../report/page/run-details.ts"
import { counted, someOf } from "../report/readers/counted.ts"
import type { Garbage, GcOptions } from "../session/garbage/decide.ts"
import type { Item } from "../session/own-folders.ts"

/** Folders, and names of others, that are told one by one. */
const listedAtMost = 20

interface Group {
  readonly what: Item["what"]
  /** Of artifacts the stage that made them, if that is known; of all others where it lies. */
  readonly of: string | null
  readonly count: number
  readonly bytes: number
}

/** What programs are told: all of it. */
export function reportOf({ items, kept, running, orphans, foreign }: Garbage) {
  const of = (what: Item["what"]): ReadonlyArray<Item> => items.filter((item) => item.what === what)
  return {
    objects: of("object").length,
    bytes: bytesOf(of("object")),
    kept,
    temporary: of("temporary").length,
    folders: of("run").length,
    logs: of("log").length,
    running,
    removes: groupsOf(items),
    orphans: { ...orphans, folders: orphans.folders.length },
    foreign,
  }
}

/** What is wrong with locks that could not be read. */
export const unreadableIn = ({ unreadable = [] }: GcOptions): ReadonlyArray<string> =>
  unreadable.map(({ message }) => message)

export type GcReport = ReturnType<typeof reportOf>

export function garbageLines(garbage: Garbage, options: GcOptions, deletes: boolean): ReadonlyArray<string> {
  const { objects, bytes, folders, logs, temporary, kept, running, removes } = reportOf(garbage)
  const { orphans, foreign } = garbage
  const lines = [
    ...groupLines(removes),
    `${counted(objects, "artifact")} (${sizeText(bytes)}), ${counted(folders, "folder")} of runs, ${logs} of logs and ${counted(temporary, "temporary file")} ${deletes ? "went" : "can go"}`,
    `${counted(kept, "artifact stays", "artifacts stay")}: what locks, pins and the last ${counted(options.keepRuns, "run")} of each experiment reach`,
  ]
  for (const message of unreadableIn(options))
    lines.push(`${message}; until then all that its runs made, and whatever it names, stays`)
  if (running > 0)
    lines.push(
      `${counted(running, "pipeline runs", "pipelines run")} on this store: nothing made or used there goes`,
    )
  if (orphans.objects + orphans.folders.length > 0)
    lines.push(
      `older than the ledger, which was lost or replaced: ${counted(orphans.objects, "artifact")} (${sizeText(orphans.bytes)}) and ${counted(orphans.folders.length, "folder")} of runs; they stay, unless you say --without-history`,
    )
  if (foreign.length > 0) lines.push(`left alone, as it is not the store's: ${someOf(foreign, listedAtMost)}`)
  return lines
}

/** Artifacts by stage; whatever else lies somewhere by its path. */
function groupsOf(items: ReadonlyArray<Item>): ReadonlyArray<Group> {
  const groups = new Map<string, Group>()
  for (const { what, path, stage, bytes } of items) {
    const of = what === "object" ? (stage ?? null) : path
    const name = `${what} ${of}`
    const { count, bytes: before } = groups.get(name) ?? { count: 0, bytes: 0 }
    groups.set(name, { what, of, count: count + 1, bytes: before + bytes })
  }
  return [...groups.values()]
}

function groupLines(groups: ReadonlyArray<Group>): ReadonlyArray<string> {
  const lines = groups
    .filter(({ what }) => what === "object")
    .map(
      ({ of, count, bytes }) =>
        `  ${counted(count, "artifact")} ${of === null ? "that no result names" : `of ${of}`}  ${sizeText(bytes)}`,
    )
  const folders = groups.filter(({ what }) => what !== "object")
  for (const { of, bytes } of folders.slice(0, listedAtMost)) lines.push(`  ${of}  ${sizeText(bytes)}`)
  const rest = folders.slice(listedAtMost)
  if (rest.length > 0) lines.push(`  … and ${rest.length} more  ${sizeText(bytesOf(rest))}`)
  return lines
}

const bytesOf = (all: ReadonlyArray<{ readonly bytes: number }>): number =>
  all.reduce((sum, { bytes }) => sum + bytes, 0)
