// What was computed again of a task against what the lock holds: digest by digest, with what can be said of the bytes. It runs nothing.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Digest } from "../content/digest.ts"
import { baseOf, isFolder } from "../content/kind.ts"
import { type LinkMetricsRecord, metricsDigest } from "../content/link-metrics.ts"
import { filesOf, folderChanges } from "../content/manifest.ts"
import {
  type Digested,
  digestsOf,
  metricsName,
  objectsOf,
  outputDifferences,
  stateName,
} from "../lock/compare-locks.ts"
import type { Gave } from "../lock/lines.ts"
import { pathLines } from "../lock/path-lines.ts"
import type { Difference } from "../report/differences.ts"
import { type DoneFile, type LinkFile, linkFileName, stateFileName } from "../worker/protocol.ts"

export interface Comparison {
  readonly differences: ReadonlyArray<Difference>
  /** Names of the lock's digests that were compared, as in `digestsOf`. */
  readonly compared: ReadonlySet<string>
}

/** What a worker left, and what comparing its bytes takes. */
export interface Left {
  readonly task: string
  readonly result: DoneFile
  readonly folder: string
  /** Whether only a part of a chain was done again. */
  readonly isPart: boolean
  /** Whether, of a part, what is made of its links was. */
  readonly isFinished: boolean
  /** The bytes that the lock names, where they are at hand. */
  readonly lockedBytes: (digest: Digest) => Uint8Array | undefined
  readonly lockedMetrics: (link: number) => LinkMetricsRecord | undefined
  /** In lines: "conv1/kernel: 3 of 150 differ, by 1e-7 at most". */
  readonly compare: (kind: string, locked: Uint8Array, found: Uint8Array) => ReadonlyArray<string>
  /** Folders whose paths no result should hold. */
  readonly folders: ReadonlyArray<string>
}

export function comparison(locked: Gave, left: Left): Comparison {
  const links = left.isPart ? linkFiles(left.folder, locked.states?.length ?? 0) : wholeLinks(left.result)
  const digests = locked.metrics === undefined ? objectsOf : digestsOf
  const expected = left.isPart ? partOf(locked, digests(locked), links, left.isFinished) : digests(locked)
  const found = { ...outputsOf(left.result), ...digestsByLink(links, locked.metrics !== undefined) }
  const differences = outputDifferences(left.task, expected, found).map((each) =>
    each.what === "output" ? { ...each, details: detailsOf(each, links, left) } : each,
  )
  return {
    differences: [...differences, ...endDifference(locked, left)],
    compared: new Set(Object.keys(expected)),
  }
}

/** A link as it was done again. */
interface AgainLink {
  readonly state: Digest
  readonly metrics: LinkMetricsRecord
  readonly file: string | undefined
}

const outputsOf = ({ outputs }: DoneFile): Digested["outputs"] =>
  Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest]))

/** By link, from 1. */
type AgainLinks = ReadonlyMap<number, AgainLink>

function wholeLinks({ states = [], progress }: DoneFile): AgainLinks {
  return new Map(
    states.map((state, i) => [i + 1, { state, metrics: progress[i]!.metrics, file: stateFileName(i + 1) }]),
  )
}

function linkFiles(folder: string, length: number): AgainLinks {
  const links = new Map<number, AgainLink>()
  for (let n = 1; n <= length; n++) {
    const path = join(folder, linkFileName(n))
    if (!existsSync(path)) continue
    const { state, metrics } = JSON.parse(readFileSync(path, "utf8")) as LinkFile
    links.set(n, { state: state.digest, metrics, file: state.file })
  }
  return links
}

const digestsByLink = (links: AgainLinks, withMetrics: boolean): Readonly<Record<string, Digest>> =>
  Object.fromEntries(
    [...links].flatMap(([n, { state, metrics }]) => [
      [stateName(n), state],
      ...(withMetrics ? [[metricsName(n), metricsDigest(metrics)]] : []),
    ]),
  )

/** Of the lock's digests, those of what was done again. */
function partOf(
  { outputs }: Gave,
  all: Readonly<Record<string, Digest>>,
  links: AgainLinks,
  isFinished: boolean,
): Readonly<Record<string, Digest>> {
  const names = [...links.keys()].flatMap((n) => [stateName(n), metricsName(n)])
  const ofLinks = names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]] as const]))
  return { ...(isFinished ? outputs : {}), ...Object.fromEntries(ofLinks) }
}

/** Metrics decide how many links there are; of a chain that was done whole, states tell. */
function endDifference({ states = [] }: Gave, { task, result }: Left): ReadonlyArray<Difference> {
  if (result.end === undefined || result.end === states.length) return []
  return [{ what: "links", task, locked: states.length, found: result.end }]
}

type OutputDifference = Extract<Difference, { readonly what: "output" }>

function detailsOf(difference: OutputDifference, links: AgainLinks, left: Left): ReadonlyArray<string> {
  const [, part, n] = /^(state|metrics) ([0-9]+)$/.exec(difference.output) ?? []
  const link = links.get(Number(n))
  if (part === "metrics" && link !== undefined)
    return metricsLines(link.metrics, left.lockedMetrics(Number(n)))
  const blob = part === "state" ? { kind: "state", file: link?.file } : left.result.outputs[difference.output]
  const path = blob?.file === undefined ? undefined : join(left.folder, blob.file)
  if (blob === undefined || path === undefined || !existsSync(path)) return []
  if (baseOf(blob.kind) === "file") return [] // of any size
  const found = readFileSync(path)
  const locked = difference.locked === null ? undefined : left.lockedBytes(difference.locked)
  if (isFolder(blob.kind)) return locked === undefined ? [] : folderLines(locked, found)
  return [
    ...(locked === undefined ? [] : left.compare(blob.kind, locked, found)),
    ...pathLines(locked === undefined ? [found] : [found, locked], left.folders),
  ]
}

/** Names of each way to differ that have a place in a line. */
const listed = 5

const folderLines = (locked: Uint8Array, found: Uint8Array): ReadonlyArray<string> =>
  folderChanges(filesOf(locked), filesOf(found)).map(({ change, count, names }) => {
    const more = count > listed ? ` and ${count - listed} more` : ""
    return `${change}: ${names.slice(0, listed).join(", ")}${more}`
  })

function metricsLines(
  found: LinkMetricsRecord,
  locked: LinkMetricsRecord | undefined,
): ReadonlyArray<string> {
  const names = [...new Set([...Object.keys(found), ...Object.keys(locked ?? {})])].sort()
  return names.flatMap((name) => {
    const before = locked?.[name]
    if (locked === undefined) return [`${name} is ${found[name]} now`]
    return before === found[name]
      ? []
      : [`${name} is ${found[name] ?? "absent"}, and was ${before ?? "absent"}`]
  })
}
