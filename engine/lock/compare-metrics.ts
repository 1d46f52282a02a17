// How metrics differ from those of an earlier lock: headline by headline, and cell by cell of the same label. Pure but for the tests that
// it is handed: it knows no statistics, and which artifacts are examples it asks.
import { groupedBy } from "../content/grouped.ts"
import { headlinesOf } from "../content/headlines.ts"
import { baseOf, type Metrics } from "../content/kind.ts"
import { fullName } from "../declare/task.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { ComparedRow } from "../report/compared.ts"
import { isQuotedRight, linesIn } from "./compare-locks.ts"
import { type Measured, repeatedOver, type Sample, TaskSamples, without } from "./compared-samples.ts"
import { Members } from "./group-lines.ts"
import { isMetrics, lockedHeadlines } from "./headlines.ts"
import type { Gave } from "./lines.ts"
import type { Lock } from "./lock-file.ts"

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

export interface ComparedMetrics {
  readonly rows: ReadonlyArray<ComparedRow>
  readonly onlyToday: ReadonlyArray<string>
  readonly onlyThen: ReadonlyArray<string>
  /** Of which a side knows the digest alone: a lock quotes no metrics of large groups, and no store at hand has them. */
  readonly unread: ReadonlyArray<string>
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
  found.gone()
  const { rows, onlyToday, onlyThen, unread } = found
  const adjusted = statistics.adjust(rows.map(({ p }) => p))
  return {
    rows: rows.map((row, i) => ({ ...row, adjusted: adjusted[i]! })),
    ...{ onlyToday, onlyThen, unread: [...unread] },
  }
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
  readonly unread = new Set<string>()
  readonly #plan: Plan
  readonly #today: Measured
  readonly #then: Lock
  /** What the earlier lock holds of tasks, those of groups too. */
  readonly #lines: ReadonlyMap<string, Gave>
  readonly #statistics: Statistics
  readonly #samples: TaskSamples

  constructor(plan: Plan, today: Measured, then: Lock, statistics: Statistics) {
    this.#plan = plan
    this.#today = today
    this.#then = then
    this.#lines = linesIn(then)
    this.#statistics = statistics
    const lines = { files: then.files, lines: this.#lines }
    this.#samples = new TaskSamples(plan, today, lines, statistics.isSample)
  }

  headlines(): void {
    const named = this.#plan.results.flatMap(({ name, single, output: { source, name: output, kind } }) => {
      if (!single || source._tag !== "Task" || baseOf(kind) !== "metrics") return []
      const task = this.#plan.task(source)
      const content = this.#metricsOf(task, output)
      if (content === "unread") this.unread.add(name)
      return content === "unread" ? [] : [{ name, task, content }]
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

  /** Of what is repeated, each metric over all its repetitions, of other results each by its label; a single one is told by its name. */
  cells(): void {
    const single = new Set<unknown>()
    const cells = new Set<unknown>()
    for (const { single: isSingle, output } of this.#plan.results)
      (isSingle ? single : cells).add(output.source)
    const tasks = this.#plan.tasks.filter(
      ({ node }) =>
        !single.has(node) &&
        Object.values(node.stage.definition.outputs as Record<string, string>).some(isOfMetrics),
    )
    const byStage = groupedBy(tasks, ({ node }) => fullName(node.stage))
    for (const alike of byStage.values()) {
      const repeated = repeatedOver(alike, this.#samples)
      const groups = groupedBy(alike, ({ label }) => without(label, repeated))
      for (const [name, group] of groups)
        if (group.length > 1 || cells.has(group[0]!.node)) this.#group(name, group)
    }
  }

  /** Metrics of items that a group has no more. */
  gone(): void {
    const declared = new Set<string>(this.#plan.tasks.map(({ label }) => label))
    for (const { label, gave } of new Members(this.#then.groups).all()) {
      if (declared.has(label) || gave === "failed") continue
      for (const content of Object.values(gave.contents).filter(isMetrics))
        for (const metric of Object.keys(content))
          if (!isBound(metric)) this.onlyThen.push(`${label} ${metric}`)
    }
  }

  #group(name: string, group: ReadonlyArray<PlannedTask>): void {
    const outputs = group[0]!.node.stage.definition.outputs as Record<string, string>
    for (const output of Object.keys(outputs).filter((output) => isOfMetrics(outputs[output]!))) {
      const cells = new Map<string, Array<Cell>>()
      const lone = new Map<string, Array<string>>()
      for (const task of group) {
        const today = this.#metricsOf(task, output)
        const before = this.#metricsThen(task, output)
        if (today === "unread" || before === "unread") {
          this.unread.add(`${name}${output === "metrics" ? "" : ` ${output}`}`)
          continue
        }
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

  #metricsOf({ label }: PlannedTask, output: string): Metrics | "unread" {
    const digest = this.#today.outputs(label)?.[output]?.digest
    if (digest === undefined) return {}
    const content = this.#today.content(digest)
    if (content === undefined) return "unread"
    return isMetrics(content) ? content : {}
  }

  #metricsThen({ label }: PlannedTask, output: string): Metrics | "unread" {
    const { outputs = {}, contents = {} } = this.#lines.get(label) ?? {}
    const digest = outputs[output]
    if (digest === undefined) return {}
    const quoted = contents[output]
    if (quoted !== undefined) return isQuotedRight(quoted, digest) && isMetrics(quoted) ? quoted : {}
    const content = this.#today.content(digest)
    if (content === undefined) return "unread"
    return isMetrics(content) ? content : {}
  }
}

const isOfMetrics = (kind: string): boolean => baseOf(kind) === "metrics"
