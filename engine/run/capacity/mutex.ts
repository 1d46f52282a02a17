// A mutex as the ledger holds it, so that no two pipelines on one store run its tasks at once. What it is of, such as a graphics
// card, is a machine's own: on another machine the same name is another mutex.
import { hostname } from "node:os"
import type { Key } from "../../content/digest.ts"
import { ownIdentity } from "../../ledger/process-identity.ts"

/** What a pipeline claims while one of a mutex's tasks runs. It is the key of no task. */
export const mutexClaim = (name: string): Key => `mutex ${ownIdentity().machine ?? hostname()} ${name}` as Key
