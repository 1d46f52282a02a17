// What was observed and not computed, in words: of one answer, and of a run.
import type { EventOf } from "../events.ts"
import { counted } from "./counted.ts"

/** Of an answer that counts. */
interface Observed {
  readonly at: string
  readonly nth: number
  readonly of: number
  readonly probed?: string
  readonly isPinned: boolean
}

/** When an answer was observed. @param isDated whether its moment is told */
export const observedText = ({ at, nth, of, probed, isPinned }: Observed, isDated: boolean): string =>
  [
    ...(isDated ? [`observed at ${at}`, `${nth} of the ${of} under its key`] : ["observed"]),
    ...(isDated && probed !== undefined ? [`its probe gave the same at ${probed}`] : []),
    ...(isPinned ? ["pinned by the lock"] : []),
  ].join(", ")

export const askedByOther =
  "asked by other code than today's, which stands in no key: forget it to have today's ask"

/** Such as `  12 tasks observed from 2026-11-20T10:00:00.000Z to …`. */
export function observedLines(observed: EventOf<"run-finished">["observed"]): ReadonlyArray<string> {
  if (observed === undefined) return []
  const { tasks, first, last, pinned = 0 } = observed
  return [
    ...(pinned === 0
      ? []
      : [
          `  the lock goes on pinning what ${counted(pinned, "task")} observed before: that counts from the next run on, unless --update-lock pins this`,
        ]),
    `  ${counted(tasks, "task")} observed ${first === last ? `at ${first}` : `from ${first} to ${last}`}`,
  ]
}
