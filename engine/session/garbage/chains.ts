// Chains as their states lie in a store: what it takes to make one again, from the nearest that is there.
import type { Digest } from "../../content/digest.ts"
import type { Survey } from "./survey.ts"

/** A state's place in its chain. */
interface Place {
  readonly chain: ReadonlyArray<Digest>
  /** From 0. */
  readonly at: number
}

export class Chains {
  readonly #survey: Survey
  readonly #places = new Map<Digest, Place>()

  constructor(survey: Survey) {
    this.#survey = survey
    for (const { states } of survey.results) {
      // The first chain that holds a state tells: what is before it is the same in all.
      for (let at = states.length - 1; at >= 0 && !this.#places.has(states[at]!); at--)
        this.#places.set(states[at]!, { chain: states, at })
    }
  }

  /**
   * The seconds of the links from the nearest earlier state that `isThere`, to this; undefined where nobody knows them. Of a
   * chain that is no result yet only its own link is known.
   */
  secondsOf(state: Digest, isThere: (state: Digest) => boolean): number | undefined {
    const { links } = this.#survey
    const place = this.#places.get(state)
    if (place === undefined) return links.get(state)?.seconds
    let seconds = 0
    for (let at = place.at; at >= 0; at--) {
      const link = place.chain[at]!
      if (at < place.at && isThere(link)) break
      const own = links.get(link)
      if (own === undefined) return undefined
      seconds += own.seconds
    }
    return seconds
  }
}

/**
 * States of chains that are no results yet which may be the last of their chain: the next run goes on from there. Which links are
 * of one chain is not recorded, so where the links of a run and a stage grow fewer from one to the next, all of that number count.
 */
export function lastOfUnfinished({ links }: Survey): ReadonlySet<Digest> {
  const counts = new Map<string, number>()
  const nameOf = (stage: string, run: string, n: number): string => JSON.stringify([stage, run, n])
  for (const { stage, run, n, isFinished } of links.values()) {
    if (isFinished) continue
    const name = nameOf(stage, run, n)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const last = new Set<Digest>()
  for (const [state, { stage, run, n, isFinished }] of links) {
    if (isFinished) continue
    const later = counts.get(nameOf(stage, run, n + 1)) ?? 0
    if (later < counts.get(nameOf(stage, run, n))!) last.add(state)
  }
  return last
}
