// What a repair did, in words.
import type { Repair } from "../../session/repair/repair.ts"

export function repairLines(repair: Repair): ReadonlyArray<string> {
  const { findings, aside, results, runs, unproven, unusedLocks } = repair
  if (findings.length === 0) return ["the ledger is sound: nothing was changed"]
  const unread = unproven === 0 ? "" : `; ${unproven} more had no intact artifacts and are left out`
  return [
    `the ledger was damaged: ${findings.join("; ")}`,
    ...(aside === null ? [] : [`it is kept as ${aside}`]),
    `the new one holds ${results.salvaged} results of the old one and ${results.fromLocks} that lock files prove${unread}`,
    `and ${runs.salvaged} runs of the old one and ${runs.fromFolders} that folders of runs tell of`,
    ...unusedLocks.map((line) => `a lock that could not be used: ${line}`),
    "what is missing, the next run makes again",
  ]
}
