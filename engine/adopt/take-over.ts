// Results and links under today's keys: one transaction of the ledger, for what the store holds. It computes nothing.
import { preImage } from "../key/fingerprint.ts"
import { linkKey } from "../key/link-key.ts"
import type { Claims } from "../ledger/claims.ts"
import type { Links } from "../ledger/links.ts"
import type { LinkRecord, MetricRow, OutputRecords, Result } from "../ledger/records.ts"
import type { Results } from "../ledger/results.ts"
import type { Transactions } from "../ledger/transactions.ts"
import type { Difference } from "../report/differences.ts"
import { chainOf, claimOf } from "../run/chain.ts"
import { finalMetrics } from "../run/commit.ts"
import { isWhole } from "../store/folders.ts"
import { intactSize, type Store } from "../store/store.ts"
import { ownOf } from "./own.ts"
import type { Taken } from "./renewed-lock.ts"

export interface TakeOverServices {
  readonly store: Store["Type"]
  readonly results: Results["Type"]
  readonly links: Links["Type"]
  readonly claims: Claims["Type"]
  readonly transactions: Transactions["Type"]
}

/** With the links that earlier code did, as far as the ledger knows them, and which of them were compared. */
export interface TakenWithLinks extends Taken {
  readonly records: ReadonlyArray<LinkRecord | undefined>
  readonly isProven: (link: number) => boolean
}

/** Another pipeline has computed a task, or links of it, under today's keys since, and they gave something else. */
export class OwnResultDiffers extends Error {
  readonly _tag = "OwnResultDiffers"
  readonly differences: ReadonlyArray<Difference>
  constructor(differences: ReadonlyArray<Difference>) {
    super("a result of today's code differs from what would be adopted")
    this.differences = differences
  }
}

/**
 * All of it or nothing. What another pipeline is at is left to it: its result will be today's own.
 *
 * @returns how many tasks are a hit from now on. @throws OwnResultDiffers, and nothing is changed
 */
export const takeOver = (
  services: TakeOverServices,
  run: string,
  taken: ReadonlyArray<TakenWithLinks>,
): number =>
  services.transactions.write(() => {
    const free = taken.filter(
      ({ task, resolution }) => services.claims.holder(claimOf(task, resolution)) === undefined,
    )
    return free.filter((each) => {
      takeLinks(services, run, each)
      return takeResult(services, run, each)
    }).length
  })

function takeLinks({ links }: TakeOverServices, run: string, taken: TakenWithLinks): void {
  const { task, resolution, locked, records, mark, isProven } = taken
  const chain = chainOf(task)
  if (chain === undefined) return
  for (const [i, record] of records.entries()) {
    if (record === undefined) return // those after it would not be found
    const previous = i === 0 ? null : locked.states![i - 1]!
    const { fingerprint } = resolution
    const { adopted: _, ...done } = record
    const isMarked = mark !== undefined && !isProven(i + 1)
    const key = linkKey(fingerprint, chain.finishing, i + 1, previous)
    links.adopt({ ...done, key, stage: fingerprint.stage, ...(isMarked ? { adopted: mark } : {}) }, run)
  }
}

/** @returns whether the task is a hit now */
function takeResult(
  { store, results, links }: TakeOverServices,
  run: string,
  taken: TakenWithLinks,
): boolean {
  const { resolution, earlier, locked, mark } = taken
  const { key, fingerprint, code } = resolution
  const own = ownOf({ results, links }, taken)
  if (own.differences.length > 0) throw new OwnResultDiffers(own.differences)
  if (own.isDone) return true
  const before = results.result(earlier.key)
  const outputs = heldOutputs(store, taken, before)
  if (outputs === undefined) return false
  const result = {
    ...{ key, stage: fingerprint.stage, fingerprint: preImage(fingerprint), sources: code.sources, outputs },
    seconds: before?.seconds ?? 0, // else nobody knows any more how long it took
    states: locked.states ?? null,
    adopted: mark ?? null,
  }
  results.commit(run, result, fingerprint.inputs, metricRows(store, results, before, outputs))
  return true
}

/** What today's declaration wants, of the sizes that the store holds; undefined when some of it is not there. */
function heldOutputs(
  store: Store["Type"],
  { task, locked }: TakenWithLinks,
  before: Result | undefined,
): OutputRecords | undefined {
  const outputs: Record<string, OutputRecords[string]> = {}
  for (const [name, kind] of Object.entries(
    task.node.stage.definition.outputs as Readonly<Record<string, string>>,
  )) {
    const digest = locked.outputs[name]!
    const known = before?.outputs[name]?.digest === digest ? before.outputs[name].size : undefined
    const size = known ?? intactSize(store, digest)
    if (size === undefined || !isWhole(store, { kind, digest, size })) return undefined
    outputs[name] = { kind, digest, size }
  }
  return outputs
}

/** What was reported on the way, if anybody knows it, and what the outputs hold. */
const metricRows = (
  store: Store["Type"],
  results: Results["Type"],
  before: Result | undefined,
  outputs: OutputRecords,
): ReadonlyArray<MetricRow> =>
  before === undefined ? finalMetrics(store, outputs) : results.metrics(before.key)
