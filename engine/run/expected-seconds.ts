// How long a task may take, from what the ledger remembers: for longest-first order and for time left.
import type { TaskLabel } from "../content/digest.ts"
import type { History } from "../ledger/history.ts"
import type { PlannedTask } from "../plan/plan.ts"

/** Attempts of a stage that are looked at. */
const remembered = 200

interface StageSeconds {
  readonly byLabel: ReadonlyMap<TaskLabel, number>
  readonly mean: number | undefined
}

/** Seconds the same label last took, else the mean of its stage's latest attempts, else unknown. */
export function expectedSeconds(history: History["Type"]): (task: PlannedTask) => number | undefined {
  const stages = new Map<string, StageSeconds>()
  return ({ stage, label }) => {
    let known = stages.get(stage)
    if (known === undefined) {
      known = secondsOf(history, stage)
      stages.set(stage, known)
    }
    return known.byLabel.get(label) ?? known.mean
  }
}

function secondsOf(history: History["Type"], stage: string): StageSeconds {
  const rows = history.durations(stage, remembered)
  const byLabel = new Map([...rows].reverse().map(({ label, seconds }) => [label, seconds]))
  const mean = rows.length > 0 ? rows.reduce((sum, { seconds }) => sum + seconds, 0) / rows.length : undefined
  return { byLabel, mean }
}
