// How long a task may take, from what the ledger remembers: for longest-first order and for time left; and how it is remembered.
import type { TaskLabel } from "../../content/digest.ts"
import type { History } from "../../ledger/history.ts"
import type { PlannedTask } from "../../plan/planned.ts"

/** Attempts of a stage that are looked at. */
const remembered = 200

/** Seconds the same label last took, else the mean of its stage's latest attempts, else unknown. */
export const expectedSeconds = (history: History["Type"]): ((task: PlannedTask) => number | undefined) =>
  lastOrMean((stage, limit) =>
    history.durations(stage, limit).map(({ label, seconds }) => ({ label, value: seconds })),
  )

interface Remembered {
  readonly label: TaskLabel
  readonly value: number
}

/**
 * What the same label gave last, else the mean of its stage, else unknown.
 *
 * @param read of a stage the latest, newest first; asked once for each stage
 */
export function lastOrMean(
  read: (stage: string, limit: number) => ReadonlyArray<Remembered>,
): (task: PlannedTask) => number | undefined {
  const stages = new Map<string, StageValues>()
  return ({ stage, label }) => {
    let known = stages.get(stage)
    if (known === undefined) {
      known = valuesOf(read(stage, remembered))
      stages.set(stage, known)
    }
    return known.byLabel.get(label) ?? known.mean
  }
}

interface StageValues {
  readonly byLabel: ReadonlyMap<TaskLabel, number>
  readonly mean: number | undefined
}

function valuesOf(rows: ReadonlyArray<Remembered>): StageValues {
  const byLabel = new Map([...rows].reverse().map(({ label, value }) => [label, value]))
  const mean = rows.length > 0 ? rows.reduce((sum, { value }) => sum + value, 0) / rows.length : undefined
  return { byLabel, mean }
}
