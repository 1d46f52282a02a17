// Mutexes as the ledger holds them, so that no two pipelines on one store run a mutex's tasks at once. What one is of, such as a
// graphics card, is a machine's own: on another machine the same name is another mutex.
import { hostname } from "node:os"
import type { Key } from "../../content/digest.ts"
import type { Claims, Owner } from "../../ledger/claims.ts"
import { ownIdentity } from "../../ledger/process-identity.ts"
import type { Admission } from "./admission.ts"
import type { Needs } from "./needs.ts"

/** What a pipeline claims while one of a mutex's tasks runs. It is the key of no task. */
export const mutexClaim = (name: string): Key => `mutex ${ownIdentity().machine ?? hostname()} ${name}` as Key

/**
 * What may start now, its mutex claimed; what needs one that another pipeline has is passed over. It still waits: it is to be taken.
 *
 * @param isHeld hears of each that is passed over
 * @param isWelcome whether what may start is wanted: what is not keeps its turn
 */
export function nextWithMutex<A>(
  admission: Admission<A>,
  where: Needs["where"],
  { claims, run }: { readonly claims: Claims["Type"]; readonly run: string },
  isHeld: (item: A, holder: Owner | undefined, mutex: string) => void,
  isWelcome: (needs: Needs) => boolean = () => true,
): { readonly item: A; readonly needs: Needs } | undefined {
  for (let found = admission.next(where); found !== undefined; found = admission.next(where)) {
    const { item, needs } = found
    if (!isWelcome(needs)) return undefined
    const { mutex } = needs
    if (mutex === undefined || claims.claim(mutexClaim(mutex), run)) return found
    admission.isElsewhere(mutex)
    isHeld(item, claims.holder(mutexClaim(mutex)), mutex)
  }
  return undefined
}
