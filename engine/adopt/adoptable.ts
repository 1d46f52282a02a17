// Which of the pairs are asked for, by stage, and what refuses to be: a stage that changed, a pair of codes that differed. Pure.
import type { Digest } from "../content/digest.ts"
import { groupedBy } from "../content/grouped.ts"
import { suggest } from "../declare/suggest.ts"
import { fullName } from "../declare/task.ts"
import type { Fingerprint } from "../key/fingerprint.ts"
import type { Build, RefusedPair, RefusedPairs } from "../ledger/refused-pairs.ts"
import { digestsOf } from "../lock/compare-locks.ts"
import type { Plan } from "../plan/plan.ts"
import { counted, someOf } from "../report/readers/counted.ts"
import { type Line, lineOf } from "./earlier-links.ts"
import type { Left, LeftReason, Pair, Pairing } from "./pairing.ts"
import { AdoptRefused } from "./source.ts"

export interface Adoptable {
  /** By the full name of their stage, upstream first. */
  readonly stages: ReadonlyMap<string, ReadonlyArray<Pair>>
  readonly left: ReadonlyArray<Left>
}

/** Why nothing of a stage can be taken over, for reasons that are the stage's. */
const refusals: Partial<Readonly<Record<LeftReason, string>>> = {
  schema:
    "takes other params or gives other outputs than the earlier code did (a param that is added at its default may be adopted)",
  observed: "was observed, not computed: nothing of it can be computed again",
  inexact: "is not bit-exact",
}

/**
 * @param stage a stage's name, or that of one of its forms; undefined takes all
 * @throws AdoptRefused for a stage that there is not, or that changed
 */
export function adoptable(
  pairing: Pairing,
  { tasks, experiment }: Plan,
  stage: string | undefined,
): Adoptable {
  const isAsked = ({ task }: Pick<Left, "task">): boolean =>
    stage === undefined || stage === task.stage || stage === fullName(task.node.stage)
  const names = new Set(tasks.flatMap((task) => [task.stage, fullName(task.node.stage)]))
  if (stage !== undefined && !names.has(stage))
    throw new AdoptRefused(`${experiment} has no stage "${stage}"${suggest(stage, [...names])}`)
  const left = pairing.left.filter(isAsked)
  const refused = stage === undefined ? undefined : left.find(({ reason }) => refusals[reason] !== undefined)
  if (refused !== undefined) {
    const same = left.filter(({ reason }) => reason === refused.reason).map(({ task }) => task.label)
    throw new AdoptRefused(
      `${counted(same.length, "task")} of ${stage} cannot be adopted (${someOf(same)}): it ${refusals[refused.reason]}. Run them: --exp ${experiment}`,
    )
  }
  const pairs = pairing.pairs.filter(isAsked)
  return { stages: groupedBy(pairs, ({ resolution }) => resolution.fingerprint.stage), left }
}

/** What two codes of a stage are compared by. */
export function buildsOf({ resolution, earlier }: Pair): { readonly earlier: Build; readonly today: Build } {
  const build = ({ code, packages, numerics }: Fingerprint): Build => ({
    code,
    beside: [packages, numerics],
  })
  return { earlier: build(earlier.fingerprint), today: build(resolution.fingerprint) }
}

/**
 * The first that was refused before of the codes that a stage's results come from: the earlier one, and who computed them first.
 * It counts as long as the lock says of a task that differed what it said then: it may have been wrong, and was mended since.
 */
export function refusedBefore(
  refused: RefusedPairs["Type"],
  pairs: ReadonlyArray<Pair & Line>,
): RefusedPair | undefined {
  const lines = new Map<string, Readonly<Record<string, Digest>>>(
    pairs.map((pair) => [pair.task.label, digestsOf(lineOf(pair))]),
  )
  const stands = ({ task, output, locked }: RefusedPair): boolean => {
    const line = lines.get(task)
    return line === undefined || line[output] === locked
  }
  for (const pair of pairs) {
    const { earlier, today } = buildsOf(pair)
    const { stage } = pair.resolution.fingerprint
    const first = pair.locked.adopted?.from
    const found = [
      ...refused.find(stage, earlier, today),
      ...(first === undefined ? [] : refused.between(stage, first, today.code)),
    ].find(stands)
    if (found !== undefined) return found
  }
  return undefined
}
