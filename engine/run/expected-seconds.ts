// How long a task may take, from what the ledger remembers: for longest-first order and for time left.
import type * as Context from "effect/Context"
import type { TaskLabel } from "../content/digest.ts"
import type { Ledger } from "../ledger/ledger.ts"
import type { PlannedTask } from "../plan/plan.ts"

/** Seconds the same label last took, else the mean of its stage's latest attempts, else unknown. */
export function expectedSeconds(
  ledger: Context.Tag.Service<typeof Ledger>,
  tasks: ReadonlyArray<PlannedTask>,
): (task: PlannedTask) => number | undefined {
  const byLabel = new Map<TaskLabel, number>()
  const byStage = new Map<string, number>()
  for (const stage of new Set(tasks.map((task) => task.stage))) {
    const rows = ledger.durations(stage, 200)
    for (const { label, seconds } of [...rows].reverse()) byLabel.set(label, seconds)
    if (rows.length > 0) byStage.set(stage, rows.reduce((sum, { seconds }) => sum + seconds, 0) / rows.length)
  }
  return (task) => byLabel.get(task.label) ?? byStage.get(task.stage)
}
