// The first level: whether the lock is what today's declarations, code and packages would give. It needs no data.
import * as Effect from "effect/Effect"
import { Codebase, stageCodes } from "../code/stage-code.ts"
import type { Digest } from "../content/digest.ts"
import { recordingFiles } from "../key/file-records.ts"
import { Observations } from "../ledger/observations.ts"
import { checkCurrent } from "../lock/current.ts"
import { lockedWhereUnset } from "../lock/environments.ts"
import type { Lock } from "../lock/lock-file.ts"
import { observedElsewhere } from "../lock/observed-elsewhere.ts"
import type { Plan } from "../plan/plan.ts"
import { expectedInTurns, expectedLater } from "../session/expected.ts"
import { type Place, readingLayer } from "../session/place.ts"
import { Store } from "../store/store.ts"

/** With what of it was observed and is not in the store; which need not be there. */
export const currentLevel = Effect.fn("currentLevel")(function* (place: Place, plan: Plan, lock: Lock) {
  const codes = yield* expectedLater(() => stageCodes(plan, new Codebase(place.root)))
  const files = yield* expectedInTurns(() => recordingFiles(place.root, plan.files))
  const { numerics } = place
  const checked = Effect.flatMap(Effect.all([Store, Observations]), ([store, requests]) =>
    expectedInTurns(function* () {
      const contents = (digest: Digest): Uint8Array => store.read(digest)
      const variable = lockedWhereUnset(lock)
      const today = { plan, codes, files, numerics, variable, contents, requests }
      const current = yield* checkCurrent(lock, today)
      return { current, elsewhere: observedElsewhere(current, store) }
    }),
  )
  return yield* checked.pipe(Effect.provide(readingLayer(place.artifacts)))
})
