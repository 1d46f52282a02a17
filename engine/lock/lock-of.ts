// What a run's tasks gave, as a lock holds it. Pure but for what it is handed.
import type { Json } from "../content/canonical.ts"
import type { Digest, Key } from "../content/digest.ts"
import { groupedBy } from "../content/grouped.ts"
import { baseOf, isFolder } from "../content/kind.ts"
import { metricsDigest } from "../content/link-metrics.ts"
import type { FolderFile } from "../content/manifest.ts"
import type { Steps } from "../content/steps.ts"
import { fullName } from "../declare/task.ts"
import { formatOf } from "../key/fingerprint.ts"
import type { Resolution } from "../key/resolve.ts"
import type { Links } from "../ledger/links.ts"
import type { OutputRecord, OutputRecords } from "../ledger/records.ts"
import type { Results } from "../ledger/results.ts"
import { lockedInputs, lockedName } from "../plan/locked-inputs.ts"
import type { Plan } from "../plan/plan.ts"
import { isGroup, isOutermost, type PlannedTask } from "../plan/planned.ts"
import { sourceOfList } from "../plan/wired-outputs.ts"
import { chainOf, knownLinks } from "../run/chain.ts"
import {
  type KeyedMember,
  type LockedGroup,
  lockedGroup,
  type Member,
  Members,
  outermost,
  rootsOf,
} from "./group-lines.ts"
import type { Gave, LockedResult, LockedStage, LockedTask } from "./lines.ts"
import { isQuoted, type Lock } from "./lock-file.ts"
import { quotedFolder } from "./quoted-folder.ts"

/** What a ledger knows of a result beside its outputs. */
type Beside = Pick<Gave, "states" | "metrics" | "adopted" | "observed">

/** What one run's tasks gave, as far as a lock holds it. */
export interface Lockable {
  /** Undefined of a task of a group that had no key. */
  readonly resolution: (task: PlannedTask) => Resolution | undefined
  readonly outputs: (task: PlannedTask) => OutputRecords
  /** Of a chained task the digests of its links' states and metrics; of what was adopted its mark. */
  readonly beside: (task: PlannedTask, resolution: Resolution) => Beside
  /** What a small artifact holds. */
  readonly content: (digest: Digest) => Json
  /** The files of a folder. */
  readonly folder: (digest: Digest) => ReadonlyArray<FolderFile>
  /** Of the local files that are inputs, by path. */
  readonly files: ReadonlyMap<string, OutputRecord>
}

export function* lockOf(plan: Plan, found: Lockable): Steps<Lock> {
  const tasks: Record<string, LockedTask> = {}
  const stages: Record<string, LockedStage> = {}
  const members = new Map<string, Array<KeyedMember>>()
  for (const step of plan.steps) if (isGroup(step) && isOutermost(step)) members.set(step.node.name, [])
  const isShort = yield* shortGroups(plan, found)
  for (const task of plan.tasks) {
    yield
    const { inside } = task
    const resolution = found.resolution(task)
    const gave = resolution && gaveOf(task, resolution, found, isShort)
    if (inside !== undefined) members.get(outermost(inside))!.push({ task, gave, key: resolution?.key })
    else if (gave !== undefined)
      tasks[task.label] = { key: resolution!.key, params: resolution!.fingerprint.params, ...gave }
    if (gave !== undefined) stages[resolution!.fingerprint.stage] = lockedStage(resolution!)
  }
  const groups: Record<string, LockedGroup> = {}
  for (const [name, all] of members) {
    yield
    groups[name] = lockedGroup(all, rootsOf(all))
  }
  const files = Object.fromEntries([...found.files].map(([path, { digest }]) => [path, digest]))
  const locked = Object.fromEntries([...lockedInputs(plan.tasks)].map(([name, { digest }]) => [name, digest]))
  const folders = lockedFolders(plan, found.folder)
  return {
    ...{ experiment: plan.experiment, tasks, stages, files, groups, results: lockedResults(plan), locked },
    ...(Object.keys(folders).length === 0 ? {} : { folders }),
  }
}

/** Of folders that other lock files pin, those that groups are made over. */
const lockedFolders = ({ steps }: Plan, files: Lockable["folder"]): NonNullable<Lock["folders"]> =>
  Object.fromEntries(
    steps.flatMap((step) => {
      const list = isGroup(step) ? sourceOfList(step.node) : undefined
      if (list?._tag !== "Item" || list.locked === undefined || !isFolder(list.record.kind)) return []
      return [[lockedName(list.locked), quotedFolder(files(list.record.digest))] as const]
    }),
  )

/** Bytes of all metrics of a group's tasks that its line quotes; of a group with more it has their digests alone. */
const mostMetrics = 128 * 1024

/** The groups whose tasks' metrics are short enough to be quoted, known by their sizes: of thousands none is read. */
function* shortGroups(plan: Plan, found: Lockable): Steps<(group: string) => boolean> {
  const bytes = new Map<string, number>()
  for (const task of plan.tasks) {
    if (task.inside === undefined) continue
    yield
    const group = outermost(task.inside)
    for (const { kind, size } of Object.values(found.outputs(task)))
      if (baseOf(kind) === "metrics") bytes.set(group, (bytes.get(group) ?? 0) + size)
  }
  return (group) => (bytes.get(group) ?? 0) <= mostMetrics
}

/**
 * Of what tasks of groups gave, what a key is made of by this process stands in the lock, and metrics while they are short, as a
 * comparison reads them: thousands of others would be no lock.
 */
function gaveOf(
  task: PlannedTask,
  resolution: Resolution,
  found: Lockable,
  isShort: (group: string) => boolean,
): Gave | undefined {
  const made = Object.entries(found.outputs(task))
  if (made.length === 0) return undefined
  const { inside, decisive } = task
  const isRead = (name: string, kind: string): boolean =>
    inside === undefined || decisive.has(name) || (baseOf(kind) === "metrics" && isShort(outermost(inside)))
  const quoted = (name: string, { kind, digest }: OutputRecord): ReadonlyArray<Json> => {
    if (isQuoted(kind) && isRead(name, kind)) return [found.content(digest)]
    return isFolder(kind) && task.decisive.has(name) ? [quotedFolder(found.folder(digest))] : []
  }
  return {
    outputs: Object.fromEntries(made.map(([name, { digest }]) => [name, digest])),
    contents: Object.fromEntries(
      made.flatMap(([name, record]) => quoted(name, record).map((content) => [name, content] as const)),
    ),
    ...found.beside(task, resolution),
  }
}

export const lockedStage = ({ fingerprint, code }: Resolution): LockedStage => {
  const { packages, numerics, environment } = fingerprint
  return {
    ...{ keyFormat: formatOf(fingerprint), code: code.digest, sources: code.sources, packages, numerics },
    ...(environment === undefined ? {} : { environment }),
  }
}

/** By name, the results that stand in no array. */
export const lockedResults = ({ results, task }: Plan): Readonly<Record<string, LockedResult>> =>
  Object.fromEntries(
    results.flatMap(({ name, output: { source, name: output, kind }, single }) =>
      single && source._tag === "Task" ? [[name, { task: task(source).label, output, kind }] as const] : [],
    ),
  )

/** As a ledger knows them; metrics are left out where links of a result are not in it, or gave other states since. */
export function besideIn(
  results: Pick<Results["Type"], "result" | "adopted">,
  links: Pick<Links["Type"], "link">,
): Lockable["beside"] {
  const marks = results.adopted()
  return (task, resolution) => {
    const adopted = marks.get(resolution.key)
    const mark = adopted === undefined ? {} : { adopted }
    const chain = chainOf(task)
    const states = chain === undefined ? null : (results.result(resolution.key)?.states ?? null)
    if (chain === undefined || states === null) return mark
    const known = knownLinks(resolution, chain.finishing, links.link)
    return states.every((state, i) => known[i]?.state === state)
      ? { ...mark, states, metrics: states.map((_, i) => metricsDigest(known[i]!.metrics)) }
      : { ...mark, states }
  }
}

/**
 * What an earlier lock says that a run does not make: when its tasks were observed, and digests of metrics that a ledger lost. Of a
 * task it counts where key, outputs and states are what they were.
 *
 * @param keyOf of tasks of groups, of which a lock has one root for each stage
 */
export function* withKept(
  lock: Lock,
  before: Lock,
  plan: Plan,
  keyOf: (task: PlannedTask) => Key | undefined,
): Steps<Lock> {
  const tasks: Record<string, LockedTask> = {}
  for (const label of Object.keys(lock.tasks)) {
    yield
    const [now, earlier] = [lock.tasks[label]!, before.tasks[label]]
    const { key, params, ...gave } = now
    tasks[label] = earlier?.key === key ? { key, params, ...keeping(gave, earlier) } : now
  }
  const groups: Record<string, LockedGroup> = {}
  const [now, earlier] = [new Members(lock.groups), new Members(before.groups)]
  const members = groupedBy(
    plan.tasks.filter(({ inside }) => inside !== undefined),
    ({ inside }) => outermost(inside!),
  )
  for (const [name, group] of Object.entries(lock.groups)) {
    yield
    const all = members.get(name) ?? []
    const lines = all.map((task): KeyedMember => {
      const gave = earlier.find(task.inside!)
      return { task, gave: typeof gave === "object" ? gave : undefined, key: keyOf(task) }
    })
    // Today's keys of the tasks that the line had: items may have come since.
    const roots = rootsOf(lines)
    const kept = lines.map(({ task, gave: gaveThen }): Member => {
      const gave = now.find(task.inside!)
      const stage = fullName(task.node.stage)
      const isSame = before.groups[name]?.keys[stage] === roots[stage]
      if (gave === "failed" || gave === undefined) return { task, gave: undefined }
      return { task, gave: isSame && gaveThen !== undefined ? keeping(gave, gaveThen) : gave }
    })
    groups[name] = lockedGroup(kept, group.keys)
  }
  return { ...lock, groups, tasks }
}

/** @param before of the same key */
function keeping(gave: Gave, before: Gave): Gave {
  const isSame = sameTexts(before.outputs, gave.outputs) && sameTexts(before.states ?? [], gave.states ?? [])
  if (!isSame) return gave
  const { metrics, observed, adopted } = before
  const { adopted: mark, ...own } = gave
  const isOfThen = observed !== undefined && own.observed?.at === observed.at // counted otherwise here
  return {
    ...(metrics === undefined ? {} : { metrics }),
    ...(observed === undefined ? {} : { observed }),
    ...own,
    ...(isOfThen ? { observed } : {}),
    ...(adopted === undefined || mark === undefined ? {} : { adopted: mark }), // without one, somebody has computed it
  }
}

export const sameTexts = (a: object, b: object): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, text]) => b[name as never] === text)
