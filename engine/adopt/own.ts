// What today's own code has done already of what earlier code gave: a result, or links of a chain that no run has finished yet.
// It computes nothing.
import type { Digest } from "../content/digest.ts"
import { metricsDigest } from "../content/link-metrics.ts"
import type { Links } from "../ledger/links.ts"
import type { Result } from "../ledger/records.ts"
import type { Results } from "../ledger/results.ts"
import { digestsOf, metricsName, objectsOf, outputDifferences, stateName } from "../lock/compare-locks.ts"
import type { Difference } from "../report/differences.ts"
import { chainOf, knownLinks } from "../run/chain.ts"
import { type Line, lineOf } from "./earlier-links.ts"
import type { Pair } from "./pairing.ts"

export interface Own {
  /** Whether there is a result of today's own code. */
  readonly isDone: boolean
  /** Names of digests that it gave too, as `digestsOf` has them. */
  readonly names: ReadonlySet<string>
  /** How they differ from the earlier ones. */
  readonly differences: ReadonlyArray<Difference>
}

export interface Ledger {
  readonly results: Pick<Results["Type"], "result">
  readonly links: Pick<Links["Type"], "link">
}

type Digests = Readonly<Record<string, Digest>>

export function ownOf({ results, links }: Ledger, pair: Pair & Line): Own {
  const { key } = pair.resolution
  const result = results.result(key)
  const own = result?.adopted === null ? result : undefined
  const earlier = digestsOf(lineOf(pair))
  const ofResult = own === undefined ? {} : resultDigests(own)
  const ofLinks = only(linkDigests(links, pair), (name) => earlier[name] !== undefined)
  const found: Digests = { ...ofLinks, ...ofResult }
  const isState = (name: string): boolean => pair.locked.outputs[name] === undefined && /^state /.test(name)
  const expected = only(earlier, (name) => found[name] !== undefined || (own !== undefined && isState(name)))
  return {
    isDone: own !== undefined,
    names: new Set(Object.keys(expected)),
    differences: outputDifferences(pair.task.label, expected, found),
  }
}

const resultDigests = ({ outputs, states }: Result): Digests =>
  objectsOf({
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest])),
    ...(states === null ? {} : { states }),
  })

/** Of the links under today's keys those that were not adopted. */
function linkDigests({ link }: Ledger["links"], { task, resolution }: Pair): Digests {
  const chain = chainOf(task)
  if (chain === undefined) return {}
  const done = knownLinks(resolution, chain.finishing, link).filter(({ adopted }) => adopted === undefined)
  return Object.fromEntries(
    done.flatMap(({ n, state, metrics }) => [
      [stateName(n), state],
      [metricsName(n), metricsDigest(metrics)],
    ]),
  )
}

const only = (digests: Digests, isWanted: (name: string) => boolean): Digests =>
  Object.fromEntries(Object.entries(digests).filter(([name]) => isWanted(name)))
