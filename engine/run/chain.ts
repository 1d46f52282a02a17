// A chained task as the ledger sees it: its chain, the links that are known, and what a pipeline claims while it is at one.

import type { Key } from "../content/digest.ts"
import type { AnyChain } from "../declare/chain.ts"
import { linkKey } from "../key/link-key.ts"
import type { Resolution } from "../key/resolve.ts"
import type { LinkRecord } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/planned.ts"

export const chainOf = (task: PlannedTask): AnyChain | undefined => {
  const { definition } = task.node.stage
  return "chain" in definition ? definition.chain : undefined
}

/** What a pipeline claims while it is at a task: of a chained one its chain, as tasks that differ only in how they end share its links. */
export const claimOf = (task: PlannedTask, { key, fingerprint }: Resolution): Key => {
  const chain = chainOf(task)
  return chain === undefined ? key : linkKey(fingerprint, chain.finishing, 1, null)
}

/** The links of a task that the ledger knows, from the first on without a gap. */
export const knownLinks = (
  { fingerprint }: Resolution,
  finishing: ReadonlyArray<string>,
  link: (key: LinkRecord["key"]) => LinkRecord | undefined,
): ReadonlyArray<LinkRecord> => {
  const known: Array<LinkRecord> = []
  for (;;) {
    const found = link(linkKey(fingerprint, finishing, known.length + 1, known.at(-1)?.state ?? null))
    if (found === undefined) return known
    known.push(found)
  }
}
