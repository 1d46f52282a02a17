// The first room on a disk so full that the ledger cannot be opened for writing, with nothing held back any more: what the ledger as
// it stands lets go is removed until there is. All else goes under the ledger's lock, which cannot be had before.
import * as Effect from "effect/Effect"
import { freeBytes, whyUnwritable } from "../content/disk-failure.ts"
import type { History } from "../ledger/history.ts"
import { LedgerError } from "../ledger/records.ts"
import { findGarbage } from "./garbage/collect.ts"
import type { Garbage, GcOptions } from "./garbage/decide.ts"
import type { Item } from "./own-folders.ts"
import { artifactLayer, readingLayer } from "./place.ts"

/** Bytes: the ledger's shared memory, and a log of what is let go. */
const enough = 1024 * 1024

/**
 * @param options asked of the ledger as it stands
 * @returns what went: nothing where the ledger can be opened, or fails for another reason
 */
export const firstRoom = Effect.fn("firstRoom")(function* (
  artifacts: string,
  options: Effect.Effect<GcOptions, Error, History>,
) {
  if (!(yield* lacksRoom(artifacts))) return []
  const found = Effect.flatMap(options, findGarbage)
  return removedFrom(artifacts, yield* Effect.provide(found, readingLayer(artifacts)))
})

const lacksRoom = (artifacts: string) =>
  Effect.suspend(() =>
    whyUnwritable(artifacts, enough) !== "full"
      ? Effect.succeed(false)
      : Effect.void.pipe(
          Effect.provide(artifactLayer(artifacts, "free")),
          Effect.as(false),
          Effect.catchAll((failure) =>
            Effect.succeed(failure instanceof LedgerError && failure.reason === "disk"),
          ),
        ),
  )

/** What nothing refers to first. Beside a pipeline that runs only that: it may be about to use whatever else there is. */
function removedFrom(artifacts: string, { items, running }: Garbage): ReadonlyArray<Item> {
  const inOrder = (["temporary", "log", "run", "object"] as const).flatMap((what) =>
    items.filter((item) => item.what === what),
  )
  const gone: Array<Item> = []
  for (const item of inOrder) {
    if ((running > 0 && item.what !== "temporary") || (freeBytes(artifacts) ?? 0) >= enough) break
    try {
      item.remove()
      gone.push(item)
    } catch {
      // it is tried again with all else, and told of then
    }
  }
  return gone
}
