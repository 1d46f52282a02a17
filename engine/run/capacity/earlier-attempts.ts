// What runs before this one asked within the last minute counts for its limits too: whoever counts at the other end knows no runs.
import { groupsOf, type Limits } from "../../declare/policy/limits.ts"
import type { History } from "../../ledger/history.ts"
import type { Rates } from "./rates.ts"

/** @param now milliseconds, by the clock that dates attempts */
export function countEarlier(
  rates: Rates,
  limits: Limits,
  history: Pick<History["Type"], "lastEnds">,
  now: () => number,
): void {
  for (const [group, { stages, perMinute }] of groupsOf(limits)) {
    if (perMinute === undefined) continue
    const ends = stages.flatMap((stage) => history.lastEnds(stage, perMinute))
    rates.earlier(
      group,
      ends.map((end) => Math.max(0, now() - end) / 1000),
    )
  }
}
