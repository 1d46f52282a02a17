// Letting go of states of a chain: their bytes leave the store, unless something else needs them. It decides nothing about chains.
import type { Digest } from "../../content/digest.ts"
import type { Links } from "../../ledger/links.ts"
import type { LinkRecord } from "../../ledger/records.ts"
import { keepEach } from "../../store/kept-states.ts"
import type { Store } from "../../store/store.ts"

export interface Keepers {
  readonly store: Pick<Store["Type"], "remove">
  readonly links: Pick<Links["Type"], "isSpared">
}

/**
 * Only after the commit of what they are let go for. Objects are named by their bytes: those of a state that goes may be an
 * artifact too, or the state of another link. What cannot be removed takes room until `gc`.
 *
 * @param isNeeded of digests that stay, beside those that the ledger says
 */
export function letGo(
  { store, links }: Keepers,
  gone: Iterable<Pick<LinkRecord, "state">>,
  isNeeded: (digest: Digest) => boolean,
): void {
  for (const { state } of gone) {
    try {
      if (!isNeeded(state) && !links.isSpared(state, keepEach)) store.remove(state)
    } catch {
      // what it goes for is committed
    }
  }
}
