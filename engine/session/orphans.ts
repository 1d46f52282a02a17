// What lay in a store before its ledger did: the ledger that knew it was lost, or replaced by an empty one. It deletes nothing.
import { existsSync, readdirSync } from "node:fs"
import { atOnce } from "../content/steps.ts"
import type { History } from "../ledger/history.ts"
import type { Store } from "../store/store.ts"
import { runsFolder } from "./folder/run-folder.ts"

/** Of a ledger that knows nothing yet: remembers what is there already, so that `gc` leaves it until a person says otherwise. */
export function recordOrphans(artifacts: string, store: Store["Type"], history: History["Type"]): void {
  if (!history.isNew()) return
  const runs = runsFolder(artifacts)
  const stored = atOnce(store.list()).objects.map(({ digest }) => digest)
  const found = [...stored, ...(existsSync(runs) ? readdirSync(runs) : [])]
  if (found.length > 0) history.addOrphans(found)
}
