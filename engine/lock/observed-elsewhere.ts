// What a lock says was observed, and a store does not hold: without it nothing that follows can be held to the lock. It asks nothing.
import { isObserved } from "../declare/observed/observed.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Difference } from "../report/differences.ts"
import { isWhole } from "../store/folders.ts"
import { intactSize, type Store } from "../store/store.ts"
import type { Current } from "./current.ts"
import { outputsOf } from "./locked-outputs.ts"

/** In the order of the plan. Each artifact is hashed. */
export function observedElsewhere(
  { plan, lines }: Pick<Current, "plan" | "lines">,
  store: Store["Type"],
): ReadonlyArray<Difference> {
  const isHere = (task: PlannedTask): boolean =>
    outputsOf(task).every(([name, kind]) => {
      const digest = lines[task.label]!.outputs[name]
      const size = digest === undefined ? undefined : intactSize(store, digest)
      return size !== undefined && isWhole(store, { kind, digest: digest!, size })
    })
  return plan.tasks.flatMap((task): ReadonlyArray<Difference> => {
    const locked = lines[task.label]
    if (!isObserved(task.node.stage) || locked === undefined) return []
    const at = locked.observed?.at ?? null
    return at !== null && isHere(task) ? [] : [{ what: "observed-missing", task: task.label, at }]
  })
}
