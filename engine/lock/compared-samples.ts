// On which examples metrics were measured, today and at an earlier lock, and which axes of labels are repetitions. Pure; which artifacts
// are examples it is told.
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import { groupedBy } from "../content/grouped.ts"
import { memo } from "../content/memo.ts"
import { nameOfFile, type TaskNode } from "../declare/task.ts"
import type { OutputRecord } from "../ledger/records.ts"
import type { Plan } from "../plan/plan.ts"
import { isGroup, type PlannedGroup, type PlannedStep, type PlannedTask } from "../plan/planned.ts"
import { type Source, sourceOfList, sourcesOf } from "../plan/wired-outputs.ts"
import type { Gave } from "./lines.ts"
import type { Lock } from "./lock-file.ts"
import { filesOfLine } from "./quoted-folder.ts"

/** An artifact that says on which examples something was fitted or measured. */
export interface Sample {
  readonly kind: string
  readonly digest: Digest
  readonly bytes: number | null
}

/** Today's side, whether a run or a lock says it. */
export interface Measured {
  /** By label; of a lock sizes are not known. */
  readonly outputs: (
    task: string,
  ) => Readonly<Record<string, Pick<OutputRecord, "digest"> & { readonly size: number | null }>> | undefined
  /** What a small artifact holds; undefined where it is not at hand. */
  readonly content: (digest: Digest) => Json | undefined
  /** Of local files that are inputs, by path. */
  readonly files: ReadonlyMap<string, Pick<OutputRecord, "digest">>
}

interface Samples {
  readonly all: ReadonlyArray<Sample>
  /** One that is not what it was. */
  readonly other: string | undefined
}

/** What the earlier lock says. */
interface Then {
  readonly files: Lock["files"]
  /** By label. */
  readonly lines: ReadonlyMap<string, Gave>
}

/** What led to each task and says on which examples: of all that is upstream. */
export class TaskSamples {
  readonly #found = new Map<PlannedTask, Samples>()
  readonly #plan: Plan
  readonly #today: Measured
  readonly #then: Then
  /** Files of a folder that is made by a task, as the earlier lock quotes them. */
  readonly #quoted = new Map<TaskNode, ReadonlySet<Digest>>()

  constructor(plan: Plan, today: Measured, then: Then, isSample: (kind: string) => boolean) {
    this.#plan = plan
    this.#today = today
    this.#then = then
    const groups = groupsAround(plan)
    const all = new Map<PlannedTask, ReadonlySet<Sample>>()
    const others = new Map<PlannedTask, string | undefined>()
    for (const task of plan.tasks) {
      const samples = new Set<Sample>()
      let other: string | undefined
      for (const upstream of task.upstream.flatMap((step) => this.#before(step))) {
        for (const sample of all.get(upstream) ?? []) samples.add(sample)
        other ??= others.get(upstream)
      }
      const lists = (groups.get(task) ?? []).map(({ node }) => listed(node))
      for (const source of [...sourcesOf(task.node).map(listed), ...lists]) {
        if (source._tag === "File") other ??= this.#otherFile(nameOfFile(source))
        if (source._tag !== "Item" || source.locked !== undefined) continue
        const { kind, digest, size } = source.record
        samples.add({ kind, digest, bytes: size })
        if (source.from !== undefined) other ??= this.#otherItem(source.from, task, digest)
      }
      this.#found.set(task, { all: [...samples], other })
      for (const [name, kind] of Object.entries(
        task.node.stage.definition.outputs as Record<string, string>,
      )) {
        const made = isSample(kind) ? today.outputs(task.label)?.[name] : undefined
        if (made === undefined) continue
        samples.add({ kind, digest: made.digest, bytes: made.size })
        if (then.lines.get(task.label)?.outputs[name] !== made.digest) other ??= `${task.label} ${name}`
      }
      all.set(task, samples)
      others.set(task, other)
    }
  }

  readonly of = (task: PlannedTask): Samples => this.#found.get(task)!

  /** Of a group what gives its list, and the tasks that it was made of. */
  #before(step: PlannedStep): ReadonlyArray<PlannedTask> {
    if (!isGroup(step)) return [step]
    const list = step.upstream.flatMap((each) => this.#before(each))
    return [...list, ...(this.#plan.opened(step)?.ends ?? [])]
  }

  #otherFile(name: string): string | undefined {
    return this.#then.files[name] === this.#today.files.get(name)?.digest ? undefined : name
  }

  /** Whether the folder held a file of those bytes then; where that was not quoted, nobody knows. */
  #otherItem(from: TaskNode, task: PlannedTask, digest: Digest): string | undefined {
    const { label } = this.#plan.task(from)
    const files = memo(this.#quoted, from, () => {
      const line = this.#then.lines.get(label)
      return new Set(line === undefined ? [] : filesOfLine(line))
    })
    return files.has(digest) ? undefined : `the file of ${task.label}`
  }
}

/** The groups that each task stands in. */
function groupsAround({ steps, opened }: Plan): ReadonlyMap<PlannedStep, ReadonlyArray<PlannedGroup>> {
  const around = new Map<PlannedStep, ReadonlyArray<PlannedGroup>>()
  for (const step of [...steps].reverse())
    if (isGroup(step))
      for (const inner of opened(step)?.steps ?? []) around.set(inner, [step, ...(around.get(step) ?? [])])
  return around
}

/** What gives the list of a group that goes along with others. */
const listed = (source: Source): Source => (source._tag === "Group" ? listed(sourceOfList(source)) : source)

/** The axes of a label, as they stand in it. */
const axesOf = (label: string): ReadonlyMap<string, string> =>
  new Map(
    (label.split("@")[1] ?? "").split("+").flatMap((axis) => {
      const at = axis.indexOf("=")
      return at < 0 ? [] : [[axis.slice(0, at), axis.slice(at + 1)] as const]
    }),
  )

export const without = (label: string, axes: ReadonlySet<string>): string => {
  const kept = [...axesOf(label)]
    .filter(([axis]) => !axes.has(axis))
    .map(([axis, value]) => `${axis}=${value}`)
  return `${label.split("@")[0]}${kept.length === 0 ? "" : `@${kept.join("+")}`}`
}

/** Axes along which the same is measured again: over seeds, or where cells that differ in it alone have other examples. */
export function repeatedOver(tasks: ReadonlyArray<PlannedTask>, samples: TaskSamples): ReadonlySet<string> {
  const names = new Set(tasks.flatMap(({ label }) => [...axesOf(label).keys()]))
  const isRepeated = (name: string): boolean => {
    const isSeeds = ({ node }: PlannedTask): boolean => Object.hasOwn(node.repeats ?? {}, name)
    if (name === "seed" || tasks.some(isSeeds)) return true
    const lines = groupedBy(tasks, ({ label }) => without(label, new Set([name])))
    return [...lines.values()].some((line) => {
      const sets = line.map((task) => new Set(samples.of(task).all.map(({ digest }) => digest)))
      return sets.length > 1 && sets.some((set) => [...sets[0]!].some((digest) => !set.has(digest)))
    })
  }
  return new Set([...names].filter(isRepeated))
}
