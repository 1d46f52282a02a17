// How metrics differ from those of an earlier lock: headline by headline, and cell by cell of the same label. Pure but for the tests that
// it is handed: it knows no statistics, and which artifacts are examples it asks.
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import { groupedBy } from "../content/grouped.ts"
import { headlinesOf } from "../content/headlines.ts"
import { baseOf, type Metrics } from "../content/kind.ts"
import { fullName, nameOfFile } from "../declare/task.ts"
import type { OutputRecord } from "../ledger/records.ts"
import type { Plan } from "../plan/plan.ts"
import { isGroup, type PlannedStep, type PlannedTask } from "../plan/planned.ts"
import { type Source, sourceOfList, sourcesOf } from "../plan/wired-outputs.ts"
import type { ComparedRow } from "../report/compared.ts"
import { isQuotedRight } from "./compare-locks.ts"
import { isMetrics, lockedHeadlines } from "./headlines.ts"
import type { Lock } from "./lock-file.ts"

/** An artifact that says on which examples something was fitted or measured. */
interface Sample {
  readonly kind: string
  readonly digest: Digest
  readonly bytes: number | null
}

interface MeasuredPair {
  readonly before: number
  readonly today: number
  readonly samples: ReadonlyArray<Sample>
}

/** What tells whether metrics truly differ. */
export interface Statistics {
  /** Whether artifacts of a kind are such samples: where they differ, nothing is compared. */
  readonly isSample: (kind: string) => boolean
  /** Of one metric, at least one pair. */
  readonly compare: (pairs: ReadonlyArray<MeasuredPair>) => {
    readonly difference: number
    readonly interval: { readonly low: number; readonly high: number } | null
    readonly p: number | null
    readonly note: string
  }
  /** Of all metrics, p that allow for how many they are. */
  readonly adjust: (ps: ReadonlyArray<number | null>) => ReadonlyArray<number | null>
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

export interface ComparedMetrics {
  readonly rows: ReadonlyArray<ComparedRow>
  readonly onlyToday: ReadonlyArray<string>
  readonly onlyThen: ReadonlyArray<string>
}

export function comparedMetrics(
  plan: Plan,
  today: Measured,
  then: Lock,
  statistics: Statistics,
): ComparedMetrics {
  const found = new Comparing(plan, today, then, statistics)
  found.headlines()
  found.cells()
  const { rows, onlyToday, onlyThen } = found
  const adjusted = statistics.adjust(rows.map(({ p }) => p))
  return { rows: rows.map((row, i) => ({ ...row, adjusted: adjusted[i]! })), onlyToday, onlyThen }
}

/** Bounds of an interval are part of the metric that they are of. */
const isBound = (metric: string): boolean => /\.(low|high)$/.test(metric)

/** A metric of one task, then and now. */
interface Cell {
  readonly task: PlannedTask
  readonly before: number
  readonly today: number
}

class Comparing {
  readonly rows: Array<Omit<ComparedRow, "adjusted">> = []
  readonly onlyToday: Array<string> = []
  readonly onlyThen: Array<string> = []
  readonly #plan: Plan
  readonly #today: Measured
  readonly #then: Lock
  readonly #statistics: Statistics
  readonly #samples: TaskSamples

  constructor(plan: Plan, today: Measured, then: Lock, statistics: Statistics) {
    this.#plan = plan
    this.#today = today
    this.#then = then
    this.#statistics = statistics
    this.#samples = new TaskSamples(plan, today, then, statistics.isSample)
  }

  headlines(): void {
    const named = this.#plan.results.flatMap(({ name, single, output: { source, name: output, kind } }) => {
      if (!single || source._tag !== "Task" || baseOf(kind) !== "metrics") return []
      const task = this.#plan.task(source)
      const content = this.#metricsOf(task, output)
      return content === undefined ? [] : [{ name, task, content }]
    })
    const before = lockedHeadlines(this.#then, this.#plan)
    const known = new Set<string>()
    for (const { name, value, of } of headlinesOf(named)) {
      known.add(name)
      if (isBound(name)) continue
      if (Object.hasOwn(before, name))
        this.#add(name, [{ task: of.task, before: before[name]!, today: value }])
      else this.onlyToday.push(name)
    }
    for (const name of Object.keys(before)) if (!known.has(name) && !isBound(name)) this.onlyThen.push(name)
  }

  /** Of what is repeated, each metric over all its repetitions; a task that gives a single result is told by its name. */
  cells(): void {
    const single = new Set<unknown>(
      this.#plan.results.flatMap(({ single, output }) => (single ? [output.source] : [])),
    )
    const tasks = this.#plan.tasks.filter(
      ({ node }) =>
        !single.has(node) &&
        Object.values(node.stage.definition.outputs as Record<string, string>).some(isOfMetrics),
    )
    const byStage = groupedBy(tasks, ({ node }) => fullName(node.stage))
    for (const alike of byStage.values()) {
      const repeated = repeatedOver(alike, this.#samples)
      const groups = groupedBy(alike, ({ label }) => without(label, repeated))
      for (const [name, group] of groups) if (group.length > 1) this.#group(name, group)
    }
  }

  #group(name: string, group: ReadonlyArray<PlannedTask>): void {
    const outputs = group[0]!.node.stage.definition.outputs as Record<string, string>
    for (const output of Object.keys(outputs).filter((output) => isOfMetrics(outputs[output]!))) {
      const cells = new Map<string, Array<Cell>>()
      const lone = new Map<string, Array<string>>()
      for (const task of group) {
        const today = this.#metricsOf(task, output) ?? {}
        const before = this.#metricsThen(task, output) ?? {}
        for (const metric of Object.keys({ ...before, ...today }).filter((metric) => !isBound(metric))) {
          const full = `${name} ${output === "metrics" ? "" : `${output}.`}${metric}`
          const [a, b] = [before[metric], today[metric]]
          if (a === undefined || b === undefined)
            lone.set(full, a === undefined ? this.onlyToday : this.onlyThen)
          else if (cells.has(full)) cells.get(full)!.push({ task, before: a, today: b })
          else cells.set(full, [{ task, before: a, today: b }])
        }
      }
      for (const [full, pairs] of cells) this.#add(full, pairs)
      for (const [full, side] of lone) if (!cells.has(full)) side.push(full)
    }
  }

  #add(metric: string, cells: ReadonlyArray<Cell>): void {
    const mean = (values: ReadonlyArray<number>): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length
    const shared = {
      metric,
      before: mean(cells.map(({ before }) => before)),
      today: mean(cells.map(({ today }) => today)),
      pairs: cells.length,
    }
    const other = cells.map(({ task }) => this.#samples.of(task).other).find((name) => name !== undefined)
    if (other !== undefined) {
      const nothing = { difference: null, low: null, high: null, p: null }
      this.rows.push({ ...shared, ...nothing, note: `on other examples (${other}): not comparable` })
      return
    }
    const pairs = cells.map(({ task, before, today }) => ({
      before,
      today,
      samples: this.#samples.of(task).all,
    }))
    const { difference, interval, p, note } = this.#statistics.compare(pairs)
    this.rows.push({
      ...shared,
      difference,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      p,
      note,
    })
  }

  #metricsOf({ label }: PlannedTask, output: string): Metrics | undefined {
    const digest = this.#today.outputs(label)?.[output]?.digest
    const content = digest === undefined ? undefined : this.#today.content(digest)
    return isMetrics(content) ? content : undefined
  }

  #metricsThen({ label }: PlannedTask, output: string): Metrics | undefined {
    const locked = Object.hasOwn(this.#then.tasks, label) ? this.#then.tasks[label]! : undefined
    const content = locked?.contents[output]
    return isQuotedRight(content, locked?.outputs[output]) && isMetrics(content) ? content : undefined
  }
}

const isOfMetrics = (kind: string): boolean => baseOf(kind) === "metrics"

interface Samples {
  readonly all: ReadonlyArray<Sample>
  /** One that is not what it was. */
  readonly other: string | undefined
}

/** What led to each task and says on which examples: of all that is upstream. */
class TaskSamples {
  readonly #found = new Map<PlannedTask, Samples>()

  constructor(plan: Plan, today: Measured, then: Lock, isSample: (kind: string) => boolean) {
    const all = new Map<PlannedTask, ReadonlySet<Sample>>()
    const others = new Map<PlannedTask, string | undefined>()
    for (const task of plan.tasks) {
      const samples = new Set<Sample>()
      let other: string | undefined
      for (const upstream of task.upstream.flatMap(tasksBefore)) {
        for (const sample of all.get(upstream)!) samples.add(sample)
        other ??= others.get(upstream)
      }
      for (const source of sourcesOf(task.node).map(listed)) {
        if (source._tag !== "File") continue
        const name = nameOfFile(source)
        if (then.files[name] !== today.files.get(name)?.digest) other ??= name
      }
      this.#found.set(task, { all: [...samples], other })
      for (const [name, kind] of Object.entries(
        task.node.stage.definition.outputs as Record<string, string>,
      )) {
        const made = isSample(kind) ? today.outputs(task.label)?.[name] : undefined
        if (made === undefined) continue
        samples.add({ kind, digest: made.digest, bytes: made.size })
        const before = Object.hasOwn(then.tasks, task.label)
          ? then.tasks[task.label]!.outputs[name]
          : undefined
        if (before !== made.digest) other ??= `${task.label} ${name}`
      }
      all.set(task, samples)
      others.set(task, other)
    }
  }

  readonly of = (task: PlannedTask): Samples => this.#found.get(task)!
}

/** Of a group, what gives its list: its own tasks are not known before a run. */
const tasksBefore = (step: PlannedStep): ReadonlyArray<PlannedTask> =>
  isGroup(step) ? step.upstream.flatMap(tasksBefore) : [step]

const listed = (source: Source): Source => (source._tag === "Group" ? listed(sourceOfList(source)) : source)

/** The axes of a label, as they stand in it. */
const axesOf = (label: string): ReadonlyMap<string, string> =>
  new Map(
    (label.split("@")[1] ?? "").split("+").flatMap((axis) => {
      const at = axis.indexOf("=")
      return at < 0 ? [] : [[axis.slice(0, at), axis.slice(at + 1)] as const]
    }),
  )

const without = (label: string, axes: ReadonlySet<string>): string => {
  const kept = [...axesOf(label)]
    .filter(([axis]) => !axes.has(axis))
    .map(([axis, value]) => `${axis}=${value}`)
  return `${label.split("@")[0]}${kept.length === 0 ? "" : `@${kept.join("+")}`}`
}

/** Axes along which the same is measured again: over seeds, or where cells that differ in it alone have other examples. */
function repeatedOver(tasks: ReadonlyArray<PlannedTask>, samples: TaskSamples): ReadonlySet<string> {
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
