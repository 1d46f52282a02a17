// What was adopted, in words: of which code, how much of it was computed again, and what that leaves open.
import type { Reason } from "../../key/explain.ts"
import type { EventOf } from "../events.ts"
import { counted, someOf } from "./counted.ts"
import { duration, reasonsText } from "./reasons.ts"

export const adoptionLines = (
  event: EventOf<"adopted"> | EventOf<"adopt-finished">,
): ReadonlyArray<string> => (event.event === "adopted" ? stageLines(event) : ["", ...finishedLines(event)])

function stageLines(event: EventOf<"adopted">): ReadonlyArray<string> {
  const { stage, from, why, tasks, computed, links, ends, escapes } = event
  const of = `${counted(from.length, "code")} ${from.map((digest) => digest.slice(0, 12)).join(", ")}`
  const lines = [
    `  adopted  ${stage}: ${counted(tasks, "task")} of ${of}  (${reasonsText(why as ReadonlyArray<Reason>)})`,
  ]
  if (computed === tasks) return [...lines, "           all computed again, with the same bits"]
  const chains = links.of === 0 ? "" : `links ${links.compared} of ${links.of}, `
  return [
    ...lines,
    `           computed again, with the same bits: ${chains}ends ${ends.compared} of ${ends.of}`,
    `           one altered digest would have escaped with probability ${chance(escapes.one)}, a tenth of them with ${chance(escapes.tenth)}`,
  ]
}

const chance = (value: number): string =>
  value > 0 && value < 0.005 ? value.toExponential(0) : value.toFixed(2)

const leftWords = {
  "not-locked": "not known of the earlier code",
  "other-work": "given other params or inputs",
  schema: "of a stage that takes other params or gives other outputs",
  observed: "observed, so that nothing can be computed again",
  inexact: "not bit-exact",
  upstream: "after one of those",
} as const

function finishedLines(event: EventOf<"adopt-finished">): ReadonlyArray<string> {
  const { experiment, from, tasks, computed, held, isLockWritten, left, seed, seconds } = event
  const lines = [
    tasks === 0
      ? `${experiment}: nothing to adopt of ${from}: no key moved by code alone`
      : `${experiment}: ${counted(tasks, "task")} adopted from ${from}, of which ${computed} computed again whole, and ${held} cached now; seed ${seed}; ${duration(seconds)}`,
  ]
  const reasons = new Map<keyof typeof leftWords, Array<string>>()
  for (const { task, reason } of left) reasons.set(reason, [...(reasons.get(reason) ?? []), task])
  for (const [reason, all] of reasons)
    lines.push(`  left to run: ${counted(all.length, "task")} ${leftWords[reason]}: ${someOf(all)}`)
  if (isLockWritten === true)
    lines.push("  the lock file has today's keys, and marks what was not computed again")
  return lines
}
