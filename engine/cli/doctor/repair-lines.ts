// What a repair did, in words.
import type { Repair } from "../../session/repair/repair.ts"

export function repairLines(repair: Repair): ReadonlyArray<string> {
  const { findings, aside, results, observations, runs, unproven, unusedLocks } = repair
  if (findings.length === 0) return ["the ledger is sound: nothing was changed"]
  const unread = unproven === 0 ? "" : `; ${unproven} more had no intact artifacts and are left out`
  return [
    `the ledger was damaged: ${findings.join("; ")}`,
    ...(aside === null ? [] : [`it is kept as ${aside}`]),
    `the new one holds ${results.salvaged} results of the old one and ${results.fromLocks} that lock files prove${unread}`,
    ...observationLines(observations),
    `and ${runs.salvaged} runs of the old one and ${runs.fromFolders} that folders of runs tell of`,
    ...unusedLocks.map((line) => `a lock that could not be used: ${line}`),
    observations.elsewhere.length === 0
      ? "what is missing, the next run makes again"
      : "what is missing of what was computed, the next run makes again",
  ]
}

/** Observations that a line has room for. */
const named = 5

function observationLines({ salvaged, fromLocks, elsewhere }: Repair["observations"]): ReadonlyArray<string> {
  if (salvaged + fromLocks === 0) return []
  const more = elsewhere.length > named ? ` and ${elsewhere.length - named} more` : ""
  return [
    `${salvaged} observations of the old one and ${fromLocks} that lock files have`,
    ...(elsewhere.length === 0
      ? []
      : [
          `of these the bytes are not in the store: ${elsewhere.slice(0, named).join(", ")}${more}; put them back from a store that has them: none is asked again by itself`,
        ]),
  ]
}
