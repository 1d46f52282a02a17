// What a run's tasks gave, as a lock holds it. Pure but for what it is handed.
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import { groupedBy } from "../content/grouped.ts"
import { isFolder } from "../content/kind.ts"
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
  for (const task of plan.tasks) {
    yield
    const { inside } = task
    const resolution = found.resolution(task)
    const gave = resolution && gaveOf(task, resolution, found)
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

/** Of what tasks of groups gave, only what a key is made of by this process stands in the lock: thousands of others would be no lock. */
function gaveOf(task: PlannedTask, resolution: Resolution, found: Lockable): Gave | undefined {
  const made = Object.entries(found.outputs(task))
  if (made.length === 0) return undefined
  const isRead = (name: string): boolean => task.inside === undefined || task.decisive.has(name)
  const quoted = (name: string, { kind, digest }: OutputRecord): ReadonlyArray<Json> => {
    if (isQuoted(kind) && isRead(name)) return [found.content(digest)]
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
 */
export function* withKept(lock: Lock, before: Lock, plan: Plan): Steps<Lock> {
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
    const kept = (members.get(name) ?? []).map((task): Member => {
      const [gave, gaveThen] = [now.find(task.inside!), earlier.find(task.inside!)]
      const stage = fullName(task.node.stage)
      const isSame = before.groups[name]?.keys[stage] === group.keys[stage]
      if (gave === "failed" || gave === undefined) return { task, gave: undefined }
      return { task, gave: isSame && typeof gaveThen === "object" ? keeping(gave, gaveThen) : gave }
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
