// What `gc` says: what goes, thing by thing and grouped where there are many, and what stays that nobody may have expected.
import { counted, someOf } from "../report/readers/counted.ts"
import { boundText, groupText } from "../report/readers/let-go.ts"
import { sizeText } from "../report/readers/sizes.ts"
import type { Checkouts } from "../session/checkouts/checkouts.ts"
import type { Garbage, GcOptions } from "../session/garbage/decide.ts"
import { artifactGroups, bytesOf } from "../session/garbage/groups.ts"
import type { Item } from "../session/own-folders.ts"

/** Folders, and names of others, that are told one by one. */
const listedAtMost = 20

/** What programs are told: all of it. */
export function reportOf({ items, kept, takes, holding, running, orphans, foreign }: Garbage, keep?: number) {
  const of = (what: Item["what"]): ReadonlyArray<Item> => items.filter((item) => item.what === what)
  const bytes = bytesOf(of("object"))
  return {
    objects: of("object").length,
    bytes,
    kept,
    takes: takes - bytes,
    keep: keep ?? null,
    holding,
    temporary: of("temporary").length,
    folders: of("run").length,
    logs: of("log").length,
    running,
    removes: [
      ...artifactGroups(items).map(({ stage, why, artifacts, bytes, seconds }) => ({
        ...{ what: "object" as const, of: stage, why, count: artifacts, bytes, seconds },
      })),
      ...items
        .filter(({ what }) => what !== "object")
        .map(({ what, path, bytes }) => ({ what, of: path, count: 1, bytes })),
    ],
    orphans: { ...orphans, folders: orphans.folders.length },
    foreign,
  }
}

/** What is wrong with locks that could not be read. */
export const unreadableIn = ({ unreadable = [] }: GcOptions): ReadonlyArray<string> =>
  unreadable.map(({ message }) => message)

export type GcReport = ReturnType<typeof reportOf>

export function garbageLines(garbage: Garbage, options: GcOptions, deletes: boolean): ReadonlyArray<string> {
  const { keepRuns, keep } = options
  const { objects, bytes, takes, holding, folders, logs, temporary, kept, running } = reportOf(garbage, keep)
  const { items, orphans, foreign } = garbage
  const lines = [
    ...artifactGroups(items).map((group) => `  ${groupText(group, { keepRuns, keep: keep ?? null })}`),
    ...folderLines(items.filter(({ what }) => what !== "object")),
    `${counted(objects, "artifact")} (${sizeText(bytes)}), ${counted(folders, "folder")} of runs, ${logs} of logs and ${counted(temporary, "temporary file")} ${deletes ? "went" : "can go"}`,
    `${counted(kept, "artifact stays", "artifacts stay")}: what locks, pins and the last ${counted(options.keepRuns, "run")} of each experiment reach`,
  ]
  if (keep !== undefined) lines.push(boundText({ takes, keep, holding }))
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

/** Whose locks count beside those of the project at hand, and whose do not any more. */
export const checkoutLines = ({ there, gone }: Checkouts): ReadonlyArray<string> => [
  ...(there.length > 1
    ? [`locks of other checkouts count too: ${someOf(there.slice(1), listedAtMost)}`]
    : []),
  ...(gone.length > 0 ? [`gone, so that their locks keep nothing: ${someOf(gone, listedAtMost)}`] : []),
]

function folderLines(folders: ReadonlyArray<Item>): ReadonlyArray<string> {
  const lines = folders.slice(0, listedAtMost).map(({ path, bytes }) => `  ${path}  ${sizeText(bytes)}`)
  const rest = folders.slice(listedAtMost)
  if (rest.length > 0) lines.push(`  … and ${rest.length} more  ${sizeText(bytesOf(rest))}`)
  return lines
}
