// Puts the sources of programs into the store as they were hashed, before anything runs: what runs is that, whatever becomes of their
// files meanwhile.
import { join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { FileChanged } from "../../code/local-file.ts"
import { copySource, type ProgramSource } from "../../code/programs/sources.ts"
import type { StageCode } from "../../code/stage-code.ts"
import { diskMessageOf } from "../../content/disk-failure.ts"
import type { Steps } from "../../content/steps.ts"
import { type Store, StoreError } from "../../store/store.ts"
import { inTurns } from "../turns.ts"

/** Of all programs that may run. What cannot be kept now is tried again, and told, by the task that needs it. */
export const keepingSources = (
  store: Store["Type"],
  codes: ReadonlyMap<string, StageCode>,
): Effect.Effect<void> =>
  Effect.forEach(
    codes.values(),
    (code) =>
      inTurns(() => keepSources(store, code, store.renew)).pipe(
        Effect.catchSomeDefect((failure) =>
          failure instanceof StoreError || failure instanceof FileChanged
            ? Option.some(Effect.void)
            : Option.none(),
        ),
      ),
    { discard: true },
  )

/**
 * As steps: some are large, and some many.
 *
 * @param isKept whether the store has one already
 * @throws StoreError, FileChanged
 */
export function* keepSources(
  store: Pick<Store["Type"], "adopt" | "scratch" | "discard">,
  { program }: Pick<StageCode, "program">,
  isKept: Store["Type"]["isAsStored"],
): Steps<void> {
  let folder: string | undefined
  try {
    for (const source of program?.sources ?? []) {
      yield
      if (isKept(source.digest, source.size)) continue
      folder ??= store.scratch("sources")
      const copy = join(folder, source.digest)
      copied(source, copy)
      store.adopt(copy, source.digest)
    }
  } finally {
    if (folder !== undefined) store.discard(folder)
  }
}

function copied(source: ProgramSource, to: string): void {
  try {
    copySource(source, to)
  } catch (failure) {
    if (failure instanceof FileChanged) throw failure
    const message =
      diskMessageOf(failure, resolve(to, "..", "..", ".."), source.size) ??
      `the source ${source.shown} cannot be copied: ${(failure as Error).message}`
    throw new StoreError(message, { cause: failure })
  }
}
