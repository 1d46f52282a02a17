// How two locks differ, task by task: outputs, and states and metrics of links, since those are what a run promises. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import { type Digest, digestOf } from "../content/digest.ts"
import type { Steps } from "../content/steps.ts"
import type { Difference } from "../report/differences.ts"
import { bounded } from "./group-keys.ts"
import { Members } from "./group-lines.ts"
import type { Gave } from "./lines.ts"
import type { Lock } from "./lock-file.ts"
import { filesQuoted } from "./quoted-folder.ts"

/** What a task's digests are of: outputs, and of a chained task states and metrics of its links. */
export type Digested = Pick<Gave, "outputs" | "states" | "metrics">

export const stateName = (link: number): string => `state ${link}`
export const metricsName = (link: number): string => `metrics ${link}`

/** The digests of what a store holds of a task, states under `state n`. */
export const objectsOf = ({ outputs, states = [] }: Digested): Readonly<Record<string, Digest>> => ({
  ...outputs,
  ...byLink(stateName, states),
})

/** All digests of a task, metrics of links under `metrics n`. */
export const digestsOf = (task: Digested): Readonly<Record<string, Digest>> => ({
  ...objectsOf(task),
  ...byLink(metricsName, task.metrics ?? []),
})

const byLink = (
  name: (link: number) => string,
  digests: ReadonlyArray<Digest>,
): Readonly<Record<string, Digest>> => Object.fromEntries(digests.map((digest, i) => [name(i + 1), digest]))

/** What a lock holds of tasks, by label. */
export type Lines = Readonly<Record<string, Gave>>

/** What a lock holds of tasks, those of groups too. */
export const linesIn = ({ tasks, groups }: Pick<Lock, "tasks" | "groups">): ReadonlyMap<string, Gave> =>
  new Map([
    ...Object.entries(tasks),
    ...[...new Members(groups).all()].flatMap(({ label, gave }) =>
      gave === "failed" ? [] : [[label as string, gave] as const],
    ),
  ])

/** The tasks of groups that had failed, or were not reached, when a lock was made. */
export const failedMembers = ({ groups }: Pick<Lock, "groups">): ReadonlyArray<string> =>
  [...new Members(groups).all()].flatMap(({ label, gave }) => (gave === "failed" ? [label] : []))

/** Links whose metrics stand under no digest. */
export const linksWithoutMetrics = (lines: Lines): number =>
  Object.values(lines).reduce(
    (sum, { states, metrics }) => sum + (metrics === undefined ? (states?.length ?? 0) : 0),
    0,
  )

/** How a run's results differ from the lock, task by task. Metrics of links are compared where both sides know them. */
export function* resultDifferences(lock: Lock, found: Lock): Steps<ReadonlyArray<Difference>> {
  const labels = [...new Set([...Object.keys(lock.tasks), ...Object.keys(found.tasks)])].sort()
  const differences: Array<Difference> = []
  for (const task of labels) {
    yield
    for (const difference of taskDifferences(task, lock.tasks[task], found.tasks[task]))
      differences.push(difference)
  }
  for (const group of [...new Set([...Object.keys(lock.groups), ...Object.keys(found.groups)])].sort()) {
    yield
    for (const difference of groupDifferences(group, lock.groups, found.groups)) differences.push(difference)
  }
  return differences
}

function groupDifferences(
  group: string,
  before: Lock["groups"],
  after: Lock["groups"],
): ReadonlyArray<Difference> {
  if (!Object.hasOwn(before, group)) return [{ what: "not-locked", task: group }]
  if (!Object.hasOwn(after, group)) return [{ what: "not-declared", task: group }]
  const gave = (groups: Lock["groups"]): ReadonlyMap<string, Gave | "failed"> =>
    new Map([...new Members({ [group]: groups[group]! }).all()].map(({ label, gave }) => [label, gave]))
  const [locked, found] = [gave(before), gave(after)]
  return bounded(
    [...new Set([...locked.keys(), ...found.keys()])].flatMap((task) =>
      memberDifferences(task, locked.get(task), found.get(task)).map((each) => [group, each] as const),
    ),
  )
}

function memberDifferences(
  task: string,
  before: Gave | "failed" | undefined,
  after: Gave | "failed" | undefined,
): ReadonlyArray<Difference> {
  if (before === after) return []
  if (after === "failed") return [{ what: "failed", task, message: "it failed, or was not reached" }]
  return taskDifferences(task, before === "failed" ? undefined : before, after)
}

function taskDifferences(
  task: string,
  before: Gave | undefined,
  after: Gave | undefined,
): ReadonlyArray<Difference> {
  if (before === undefined) return [{ what: "not-locked", task }]
  if (after === undefined) return [{ what: "not-declared", task }]
  const areKnown = before.metrics !== undefined && after.metrics !== undefined
  const digests = areKnown ? digestsOf : objectsOf
  return outputDifferences(task, digests(before), digests(after))
}

/** Whether what a lock quotes of an output is what its digest says. */
export const isQuotedRight = (content: Json | undefined, digest: Digest | undefined): boolean =>
  content !== undefined &&
  digest !== undefined &&
  (digestOf(canonical(content)) === digest || filesQuoted(content, digest) !== undefined)

/** What a lock quotes of outputs. */
export interface Quotations {
  /** By digest, where it is what the digest says: nobody has to read the artifact. */
  readonly right: ReadonlyMap<Digest, Json>
  /** Outputs of which it quotes something else: one of the two was edited. */
  readonly differences: ReadonlyArray<Difference>
}

export function* quotations({ tasks, groups }: Pick<Lock, "tasks" | "groups">): Steps<Quotations> {
  const right = new Map<Digest, Json>()
  const differences: Array<Difference> = []
  const quote = (task: string, { contents, outputs }: Gave): void => {
    for (const [output, content] of Object.entries(contents)) {
      const digest = outputs[output]
      if (digest !== undefined && isQuotedRight(content, digest)) right.set(digest, content)
      else differences.push({ what: "content", task, output })
    }
  }
  for (const task of Object.keys(tasks)) {
    yield
    quote(task, tasks[task]!)
  }
  for (const { label, gave } of new Members(groups).all()) {
    yield
    if (gave !== "failed") quote(label, gave)
  }
  return { right, differences }
}

export const outputDifferences = (
  task: string,
  locked: Readonly<Record<string, Digest>>,
  found: Readonly<Record<string, Digest>>,
): ReadonlyArray<Difference> =>
  [...new Set([...Object.keys(locked), ...Object.keys(found)])].flatMap((output) =>
    locked[output] === found[output]
      ? []
      : [
          {
            what: "output",
            task,
            output,
            locked: locked[output] ?? null,
            found: found[output] ?? null,
            details: [],
          },
        ],
  )
