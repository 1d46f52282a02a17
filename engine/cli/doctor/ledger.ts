// What `doctor` says of the ledger: whether it can be read, and whether all that it holds is sound. It changes nothing.
import { existsSync } from "node:fs"
import { openForReading } from "../../ledger/database.ts"
import type { LedgerError } from "../../ledger/records.ts"
import { salvage } from "../../ledger/repair/salvage.ts"
import { checkLedger } from "../../session/place.ts"
import { ledgerPath } from "../../session/store-mark.ts"
import { broken, type Finding, fine, missing, type Probe } from "./finding.ts"

export const ledger: Probe = {
  about: "ledger",
  ask: async ({ artifacts }) => [ledgerOf(artifacts)],
}

function ledgerOf(artifacts: string): Finding {
  const path = ledgerPath(artifacts)
  const remedy = `doctor --repair --artifacts ${artifacts}`
  try {
    checkLedger(artifacts)
    if (!existsSync(path)) return missing("rows", "none yet: the first run makes it", null)
    openForReading(path).close()
  } catch (failure) {
    const { message, reason } = failure as LedgerError
    return broken("rows", message, reason === "damaged" ? remedy : "see there")
  }
  const { findings, rows } = salvage(path)
  if (findings.length > 0) return broken("rows", `${path} is damaged: ${findings.join("; ")}`, remedy)
  const count = (table: string): number => rows.get(table)?.length ?? 0
  return fine("rows", `sound: ${count("results")} results, ${count("runs")} runs`, {
    results: count("results"),
    runs: count("runs"),
  })
}
