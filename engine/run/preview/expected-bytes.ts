// What tasks may write, from what the ledger remembers: what the same label did before, else the mean of its stage.
import type { History } from "../../ledger/history.ts"
import { keepEach } from "../../store/kept-states.ts"
import { lastOrMean } from "./expected-seconds.ts"
import type { Preview } from "./preview.ts"

export interface PlannedBytes {
  /** What the outputs of cached tasks take. */
  readonly cached: number
  /** What the run writes if the undecided stay cached, and if they all run; null: nobody knows of some task. */
  readonly least: number | null
  readonly most: number | null
}

export function plannedBytes(previews: ReadonlyArray<Preview>, history: History["Type"]): PlannedBytes {
  const expected = lastOrMean((stage, limit) =>
    history.sizes(stage, limit, keepEach).map(({ label, bytes }) => ({ label, value: bytes })),
  )
  const cached = new Map<string, number>()
  let [least, most]: [number | null, number | null] = [0, 0]
  const plus = (sum: number | null, bytes: number | undefined): number | null =>
    sum === null || bytes === undefined ? null : sum + bytes
  for (const { task, status, outputs } of previews) {
    if (status === "cached") for (const { digest, size } of Object.values(outputs)) cached.set(digest, size)
    else if (status !== "not-needed") {
      const bytes = expected(task)
      if (status === "will-run") least = plus(least, bytes)
      most = plus(most, bytes)
    }
  }
  return { cached: [...cached.values()].reduce((sum, size) => sum + size, 0), least, most }
}
