// The gates of a run as a table: bounds of metrics, and whether they hold.
import type { GateFacts, RunFacts } from "./facts.ts"
import { type Html, nothing } from "./html.ts"
import { cellText, table } from "./tables.ts"

const words: Readonly<Record<GateFacts["status"], string>> = {
  kept: "kept",
  broken: "broken",
  "not-checked": "not checked",
}

export const gates = ({ gates = [] }: RunFacts): Html =>
  gates.length === 0
    ? nothing
    : table(
        gates.map(({ metric, value, bounds, against, status, why }) => ({
          metric,
          value,
          bounds: Object.entries(bounds)
            .map(([name, bound]) => `${name} ${bound}`)
            .join(", "),
          against:
            against === undefined
              ? null
              : `${against.ref}${against.value === null ? "" : `: ${cellText(against.value)}`}`,
          gate: words[status],
          why,
        })),
      )
