// What a sample proves of the pairs of a stage: what was compared, by how much, and the mark of what was not. Pure.
import type { Adopted, LinkRecord, Sampled } from "../ledger/records.ts"
import { digestsOf, stateName } from "../lock/compare-locks.ts"
import { type Line, lineOf } from "./earlier-links.ts"
import { type Odds, oddsOf } from "./odds.ts"
import type { Pair } from "./pairing.ts"
import type { TakenWithLinks } from "./take-over.ts"

/** A pair with what the ledger knows of its links, and what of it today's code gave too. */
export interface Compared extends Pair, Line {
  readonly records: ReadonlyArray<LinkRecord | undefined>
  /** Names of digests, as `digestsOf` has them, that were computed again, now or by a run of today's own code. */
  readonly same: ReadonlySet<string>
}

export interface StageOutcome {
  readonly taken: ReadonlyArray<TakenWithLinks>
  /** Tasks of which every digest was compared: they are today's own. */
  readonly computed: number
  readonly links: Sampled
  readonly ends: Sampled
  readonly odds: Odds
}

export function outcomeOf(pairs: ReadonlyArray<Compared>): StageOutcome {
  const links = sampled(pairs, ({ locked, same }) =>
    (locked.states ?? []).map((_, i) => same.has(stateName(i + 1))),
  )
  const ends = sampled(pairs, ({ locked, same }) => [
    Object.keys(locked.outputs).every((name) => same.has(name)),
  ])
  const digests = sampled(pairs, (pair) => namesOf(pair).map((name) => pair.same.has(name)))
  const taken = pairs.map((pair): TakenWithLinks => {
    const mark: Adopted = { from: pair.locked.adopted?.from ?? pair.earlier.fingerprint.code, links, ends }
    return {
      ...pair,
      mark: isProven(pair) ? undefined : mark,
      isProven: (link) => pair.same.has(stateName(link)),
    }
  })
  return {
    taken,
    computed: taken.filter(({ mark }) => mark === undefined).length,
    links,
    ends,
    odds: oddsOf(digests.of, digests.compared),
  }
}

const namesOf = (line: Line): ReadonlyArray<string> => Object.keys(digestsOf(lineOf(line)))

/** Whether today's code gave all of it. */
export const isProven = (pair: Compared): boolean => namesOf(pair).every((name) => pair.same.has(name))

function sampled(
  pairs: ReadonlyArray<Compared>,
  areCompared: (pair: Compared) => ReadonlyArray<boolean>,
): Sampled {
  let compared = 0
  let of = 0
  for (const pair of pairs) {
    const each = areCompared(pair)
    of += each.length
    compared += each.filter((is) => is).length
  }
  return { compared, of }
}
