// What the tasks of a run measured, as cells: a task that stands somewhere on axes, with numbers of its own and by step. It knows no
// stage, axis or metric by name.
import { type Digest, digestOf } from "../../content/digest.ts"
import { groupedBy } from "../../content/grouped.ts"
import type { Steps } from "../../content/steps.ts"
import type { MetricRow } from "../../ledger/records.ts"

export type AxisValue = string | number
export type CellAxes = Readonly<Record<string, AxisValue>>

/** What was measured step by step, in their order. */
export interface Series {
  readonly steps: Array<number>
  readonly values: Array<number>
}

export interface Cell {
  readonly task: string
  readonly stage: string
  readonly axes: CellAxes
  /** By metric: what its outputs hold. That the output is called `metrics` goes without saying. */
  readonly own: ReadonlyMap<string, number>
  /** By metric: what it told on its way, such as after each epoch. */
  readonly series: ReadonlyMap<string, Series>
}

/** @param rows of the task's result, as the ledger has them: step -1 is the task's own */
export function cellOf(task: string, stage: string, rows: ReadonlyArray<MetricRow>): Cell {
  const own = new Map<string, number>()
  const series = new Map<string, Series>()
  for (const { step, name, value } of rows) {
    if (step < 0) own.set(own.has(shortened(name)) ? name : shortened(name), value)
    else {
      const known = series.get(name) ?? { steps: [], values: [] }
      series.set(name, known)
      known.steps.push(step)
      known.values.push(value)
    }
  }
  return { task, stage, axes: axesOf(task), own, series }
}

const shortened = (name: string): string => name.replace(/^metrics\./, "")

/** The axes that a label says: `train@fold=1+rate=0.5`. What reads as a number is one. */
export function axesOf(label: string): CellAxes {
  const at = label.indexOf("@")
  if (at < 0) return {}
  return Object.fromEntries(
    label
      .slice(at + 1)
      .split("+")
      .flatMap((part) => {
        const [name, value] = part.split("=")
        return value === undefined ? [] : [[name, String(Number(value)) === value ? Number(value) : value]]
      }),
  )
}

export interface Measured {
  readonly cells: ReadonlyArray<Cell>
  /** False where there was more by step than one holds at once: then no cell has any of it. */
  readonly hasSeries: boolean
}

/** Numbers by step that a page is made of. */
export const mostMeasured = 1_000_000

/** @param most numbers by step that are held at once */
export function* cellsOf<K>(
  tasks: Iterable<{ readonly label: string; readonly stage: string; readonly key: K | null | undefined }>,
  metrics: (key: K) => ReadonlyArray<MetricRow>,
  most = Number.POSITIVE_INFINITY,
): Steps<Measured> {
  const cells: Array<Cell> = []
  let points = 0
  for (const { label, stage, key } of tasks) {
    yield
    if (key === null || key === undefined) continue
    const rows = metrics(key)
    points += rows.length
    cells.push(cellOf(label, stage, points > most ? rows.filter(({ step }) => step < 0) : rows))
  }
  if (points <= most) return { cells, hasSeries: true }
  return { cells: cells.map((cell) => ({ ...cell, series: new Map() })), hasSeries: false }
}

/** The digest of what tasks on axes measured, also of those that no result is named after; undefined where there is none. */
export function* measuredDigest<K>(
  tasks: Iterable<{ readonly label: string; readonly key: K | null | undefined }>,
  metrics: (key: K) => ReadonlyArray<MetricRow>,
): Steps<Digest | undefined> {
  const digests: Array<string> = []
  for (const { label, key } of tasks) {
    if (key === null || key === undefined || !label.includes("@")) continue
    yield
    const rows = metrics(key)
    if (rows.length > 0)
      digests.push(
        label,
        digestOf(rows.map(({ step, name, value }) => `${step} ${name} ${value}`).join("\n")),
      )
  }
  return digests.length === 0 ? undefined : digestOf(digests.join("\n"))
}

/** Cells that can be compared: of one stage, on the same axes. */
export interface Family {
  readonly stage: string
  /** Their names, sorted. */
  readonly axes: ReadonlyArray<string>
  /** In the order of their places. */
  readonly cells: ReadonlyArray<Cell>
}

/** By stage, then by axes; whatever the order of the cells. Cells that measured nothing, or stand on no axis, are in none. */
export function familiesOf(cells: Iterable<Cell>): ReadonlyArray<Family> {
  const measuring = [...cells].filter(({ own, series }) => own.size + series.size > 0)
  const groups = groupedBy(measuring, ({ stage, axes }) => `${stage}@${Object.keys(axes).sort().join("+")}`)
  return [...groups]
    .sort(([a], [b]) => inCodeUnits(a, b))
    .map(([, cells]) => {
      const axes = Object.keys(cells[0]!.axes).sort()
      const sorted = [...cells].sort((a, b) => byPlace(axes, a.axes, b.axes) || inCodeUnits(a.task, b.task))
      return { stage: cells[0]!.stage, axes, cells: sorted }
    })
    .filter(({ axes }) => axes.length > 0)
}

/** Along the first axis, then the second, and so on: numbers by size, before text. */
export function byPlace(axes: ReadonlyArray<string>, a: CellAxes, b: CellAxes): number {
  for (const axis of axes) {
    const order = inOrder(a[axis]!, b[axis]!)
    if (order !== 0) return order
  }
  return 0
}

function inOrder(a: AxisValue, b: AxisValue): number {
  if (typeof a === "number" && typeof b === "number") return a - b
  if (typeof a === typeof b) return inCodeUnits(a as string, b as string)
  return typeof a === "number" ? -1 : 1
}

const inCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
