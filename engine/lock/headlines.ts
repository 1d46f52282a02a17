// The headline metrics that a lock file pins: no artifact is read. Pure.
import type { Json } from "../content/canonical.ts"
import { headlineMetrics } from "../content/headlines.ts"
import { baseOf, type Metrics } from "../content/kind.ts"
import type { Plan } from "../plan/plan.ts"
import { isQuotedRight } from "./compare-locks.ts"
import { fieldsOf } from "./lines.ts"
import type { Lock } from "./lock-file.ts"
import { lockedResults } from "./lock-of.ts"

/** Under the lock's own names, or today's where it is older than these. What was edited apart from its digest is left out. */
export function lockedHeadlines({ tasks, results }: Lock, today: Plan): Metrics {
  const named = Object.keys(results).length > 0 ? results : lockedResults(today)
  return headlineMetrics(
    Object.entries(named).flatMap(([name, { task, output, kind }]) => {
      const locked = baseOf(kind) === "metrics" && Object.hasOwn(tasks, task) ? tasks[task]! : undefined
      const content = locked?.contents[output]
      return isQuotedRight(content, locked?.outputs[output]) && isMetrics(content) ? [{ name, content }] : []
    }),
  )
}

export const isMetrics = (content: Json | undefined): content is Metrics =>
  fieldsOf(content) !== undefined &&
  Object.values(content as object).every((value) => typeof value === "number")
