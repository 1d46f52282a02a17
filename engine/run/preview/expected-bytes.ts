// What tasks may write, from what the ledger remembers: what the same label did before, else the mean of its stage.
import type { Digest } from "../../content/digest.ts"
import { isFolder } from "../../content/kind.ts"
import type { History } from "../../ledger/history.ts"
import { filesIn } from "../../store/folders.ts"
import { keepEach } from "../../store/kept-states.ts"
import type { Store } from "../../store/store.ts"
import { lastOrMean } from "./expected-seconds.ts"
import type { Preview } from "./previewed.ts"

export interface PlannedBytes {
  /** What the outputs of cached tasks take. */
  readonly cached: number
  /** What the run writes if the undecided stay cached, and if they all run; null: nobody knows of some task. */
  readonly least: number | null
  readonly most: number | null
}

/** Attempts of a stage whose folders' lists are read: each may name thousands of files. */
const listsRead = 20

/** What a folder holds counts, each of its files once. @param store knows what stands in folders */
export function plannedBytes(
  previews: ReadonlyArray<Preview>,
  history: History["Type"],
  store: Pick<Store["Type"], "read">,
): PlannedBytes {
  const expected = lastOrMean((stage, limit) => {
    const rows = history.sizes(stage, limit, keepEach)
    const some = rows.some(({ folders }) => folders.length > 0) ? rows.slice(0, listsRead) : rows
    return some.map(({ label, bytes, folders }) => ({ label, value: bytes + sumOf(filesIn(store, folders)) }))
  })
  const cached = new Map<Digest, number>()
  const folders = new Set<Digest>()
  let [least, most]: [number | null, number | null] = [0, 0]
  const plus = (sum: number | null, bytes: number | undefined): number | null =>
    sum === null || bytes === undefined ? null : sum + bytes
  for (const { task, status, outputs } of previews) {
    if (status === "cached")
      for (const { kind, digest, size } of Object.values(outputs)) {
        cached.set(digest, size)
        if (isFolder(kind)) folders.add(digest)
      }
    else if (status !== "not-needed") {
      const bytes = expected(task)
      if (status === "will-run") least = plus(least, bytes)
      most = plus(most, bytes)
    }
  }
  return { cached: sumOf(new Map([...cached, ...filesIn(store, folders)])), least, most }
}

const sumOf = (sizes: ReadonlyMap<Digest, number>): number => {
  let sum = 0
  for (const size of sizes.values()) sum += size
  return sum
}
