// What a verification proved, in words: the level, how much was compared and what escapes that, and what nothing is proven for.
import type { EventOf } from "../events.ts"
import { visibleInLine } from "../visible.ts"
import { counted, someOf } from "./counted.ts"
import { duration } from "./reasons.ts"

type Verified = EventOf<"verify-finished">

const levels = {
  current:
    "the lock is current: today's keys follow from code, params and packages. Outputs were not checked (--stored, --recompute N|all do)",
  intact:
    "the lock is current, and what the store holds is intact. Nothing was recomputed (--recompute N|all does)",
  reproduced: "the lock is current, and what was recomputed gave the same bits",
} as const

export function verifiedLines(event: Verified): ReadonlyArray<string> {
  const { experiment, level, checked, stored, differences } = event
  const { linksWithoutMetrics = 0, incomplete = [], gatesBroken = 0 } = event
  const lines = [`${experiment}: ${differences === 0 ? levels[level] : counted(differences, "difference")}`]
  const hashed = stored === null ? "" : `, ${counted(stored, "stored artifact")} hashed`
  lines.push(`  ${counted(checked, "key")} checked${hashed}`)
  for (const line of recomputedLines(event)) lines.push(line)
  if (linksWithoutMetrics > 0)
    lines.push(
      `  ${counted(linksWithoutMetrics, "link")} without digests of metrics: renew the lock (--exp ${experiment} --update-lock)`,
    )
  if (incomplete.length > 0)
    lines.push(
      `  the lock is incomplete: nothing of ${counted(incomplete.length, "task")} that gave nothing when it was made (${someOf(incomplete)})`,
    )
  if (gatesBroken > 0)
    lines.push(`  ${counted(gatesBroken, "gate")} broken by the metrics that the lock holds`)
  for (const line of environmentLines(event)) lines.push(line)
  for (const line of unprovenLines(event)) lines.push(line)
  return lines
}

/** Of those that could be: what was observed is none of them. */
function recomputedLines(event: Verified): ReadonlyArray<string> {
  const { recomputed, checked, seed, budget, digests, observed } = event
  if (recomputed === null) return []
  const all = checked - (observed?.tasks ?? 0)
  const within = budget === undefined || budget === null ? "" : ` in ${duration(budget)}`
  const drawn = seed === null ? "" : `; seed ${seed}`
  const lines = [`  ${recomputed} of ${counted(all, "task")} recomputed${within}${drawn}`]
  if (digests === undefined) return lines
  const { compared, escapes } = digests
  const chance =
    escapes === 0
      ? "none altered would have escaped"
      : `one altered would have escaped with probability ${probabilityText(escapes)}`
  return [
    ...lines,
    `  ${compared} of ${counted(digests.all, "digest")} compared (outputs, states and metrics): ${chance}`,
  ]
}

function environmentLines({
  environmentsNotChecked = [],
  environmentsUnknown = [],
}: Verified): ReadonlyArray<string> {
  const lines = environmentsNotChecked.map(({ stage, why }) => `  ${stage}: environment not checked: ${why}`)
  return environmentsUnknown.length === 0
    ? lines
    : [...lines, `  environment unknown: what is installed for ${someOf(environmentsUnknown)} is in no key`]
}

function unprovenLines({
  unproven,
  adopted = [],
  restsOnAdopted = [],
  inexact = [],
  observed,
}: Verified): ReadonlyArray<string> {
  const isAdopted = new Set(adopted.map(({ task }) => task))
  const notExact = unproven.filter((task) => !isAdopted.has(task))
  const lines: Array<string> = []
  if (notExact.length > 0) lines.push(`  it proves nothing for ${notExact.join(", ")}: not bit-exact`)
  if (adopted.length > 0) {
    lines.push(
      `  adopted from other code, and unproven for today's: ${counted(adopted.length, "task")} (${someOf([...isAdopted])})`,
    )
    if (restsOnAdopted.length > 0)
      lines.push(`  on them ${restsOnAdopted.length === 1 ? "rests" : "rest"} ${someOf(restsOnAdopted)}`)
  }
  if (observed !== undefined) for (const line of observedLines(observed)) lines.push(line)
  for (const { numerics, tasks } of inexact)
    lines.push(`  it proves nothing for what ${numerics} computed in this store: ${someOf(tasks)}`)
  return lines
}

function observedLines({
  tasks,
  first,
  last,
  elsewhere,
  unchecked,
}: NonNullable<Verified["observed"]>): ReadonlyArray<string> {
  const from = first === null ? "" : ` ${first === last ? `at ${first}` : `from ${first} to ${last}`}`
  return [
    `  ${counted(tasks, "task")} observed${from}: evidence, which nothing computes again; what follows is exact given it`,
    ...(elsewhere === 0
      ? []
      : [
          `  ${elsewhere === tasks ? "none" : tasks - elsewhere} of that is in this store; nothing was asked`,
        ]),
    ...(unchecked.length === 0
      ? []
      : [`  keys not checked, as what they ask is not at hand: ${someOf(unchecked)}`]),
  ]
}

/** With as many digits as tell it from 0 and from 1. */
export function probabilityText(probability: number): string {
  if (probability === 1) return "1"
  const short = probability.toFixed(2)
  if (short === "0.00") return probability.toPrecision(1)
  return short === "1.00" ? String(1 - Number((1 - probability).toPrecision(1))) : short
}

/** Of a program that was watched: nothing where it did nothing of note. */
export const tracedLines = ({ task, started, wrote }: EventOf<"traced">): ReadonlyArray<string> => [
  ...(started.length === 0
    ? []
    : [
        `  ${task} started ${started.map(visibleInLine).join(", ")}, which \`starts\` does not name: an update of one runs nothing again`,
      ]),
  ...(wrote.length === 0
    ? []
    : [
        `  ${task} wrote to ${wrote.map(visibleInLine).join(", ")}, outside its own folder: nobody keeps that`,
      ]),
]
