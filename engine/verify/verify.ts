// `verify`: current, then intact, then reproduced: each level proves more, and says what it proved.
import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { Codebase } from "../code/stage-code.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import { experimentParams } from "../declare/params.ts"
import { suggest } from "../declare/suggest.ts"
import { inexactTasks } from "../key/exactness.ts"
import { fileRecords } from "../key/file-inputs.ts"
import { environmentOf } from "../key/resolve.ts"
import { Ledger } from "../ledger/ledger.ts"
import type { Difference } from "../lock/compare.ts"
import { checkCurrent } from "../lock/current.ts"
import { LockError, readLock } from "../lock/lock-file.ts"
import { plan } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import { stageCodes } from "../run/runner.ts"
import { missingLock } from "../session/run-lock.ts"
import { artifactLayer, type Place } from "../session/session.ts"
import { localPool } from "../worker/local-pool.ts"
import { type Chosen, choose, recompute } from "./recompute.ts"
import { checkStored } from "./stored-objects.ts"

export interface VerifyRequest {
  readonly stored: boolean
  /** `N`, `all`, `LABEL` or `LABEL#LINK`. */
  readonly recompute: string | undefined
  /** Decides which tasks; drawn from the operating system's entropy when not given. */
  readonly seed: string | undefined
  readonly jobs: number
}

/** @returns how many differences were found, each emitted; the last event is `verify-finished` */
export const verifyExperiment = Effect.fn("verifyExperiment")(function* (
  place: Place,
  experiment: AnyExperiment,
  request: VerifyRequest,
) {
  const { emit } = yield* Events
  const planned = yield* attempt(() => plan(experiment, experimentParams(experiment, [])))
  const lock = yield* attempt(() => readLock(place.root, experiment.name))
  if (lock === undefined) return yield* Effect.fail(missingLock(place, experiment.name))
  const codes = yield* stageCodes(planned, new Codebase(place.root))
  const files = yield* fileRecords(place.root, planned.files)
  const current = checkCurrent(planned, lock, codes, (file) => files.get(file.path)!.digest, place.numerics)
  const found: Array<Difference> = []
  const tell = (differences: ReadonlyArray<Difference>): void => {
    for (const difference of differences) emit({ event: "difference", difference })
    found.push(...differences)
  }
  tell(current.differences)

  let stored: number | null = null
  if (request.stored) {
    const checked = yield* Effect.provide(checkStored(lock), artifactLayer(place.artifacts))
    stored = checked.checked
    tell(checked.differences)
  }

  const unproven = [...inexactTasks(planned, place.numerics)]
  let chosen: ReadonlyArray<Chosen> | undefined
  const seed = request.seed ?? randomBytes(4).toString("hex")
  if (request.recompute !== undefined) {
    const reachable = planned.tasks.filter(
      (task) => current.resolutions.has(task) && !unproven.includes(task),
    )
    chosen = choose(reachable, lock, request.recompute, seed)
    if (chosen === undefined) {
      const names = planned.tasks.map(({ label }) => label)
      return yield* Effect.fail(
        new LockError(
          `--recompute ${request.recompute}: a number, all, or a task or one of its links (LABEL#N)${suggest(request.recompute, names)}`,
        ),
      )
    }
    const running = recompute(chosen, {
      plan: planned,
      lock,
      resolutions: current.resolutions,
      root: place.root,
      settings: place.settings,
      jobs: request.jobs,
      compare: place.compare,
    })
    tell(
      yield* running.pipe(
        Effect.scoped,
        Effect.provide(localPool(place.worker, environmentOf(place.numerics))),
        Effect.provide(artifactLayer(place.artifacts)),
      ),
    )
  }
  emit({
    event: "verify-finished",
    experiment: experiment.name,
    level: chosen !== undefined ? "reproduced" : stored !== null ? "intact" : "current",
    checked: planned.tasks.length,
    stored,
    recomputed: chosen?.length ?? null,
    seed: chosen !== undefined && /^[0-9]+$/.test(request.recompute ?? "") ? seed : null,
    unproven: unproven.map(({ label }) => label),
    inexact: yield* inexactResults(place, experiment.name),
    differences: found.length,
  })
  return found.length
})

/** Of the experiment's runs on this store, if there is one: it is not made for being asked. */
const inexactResults = Effect.fn("inexactResults")(function* ({ artifacts }: Place, experiment: string) {
  if (!existsSync(join(artifacts, "ledger.sqlite"))) return []
  const asked = Effect.map(Ledger, (ledger) => ledger.inexact(experiment))
  const found = yield* Effect.orElseSucceed(Effect.provide(asked, artifactLayer(artifacts)), () => [])
  const byNumerics = new Map<string, Array<string>>()
  for (const { numerics, label } of found)
    byNumerics.set(numerics, [...(byNumerics.get(numerics) ?? []), label])
  return [...byNumerics].map(([numerics, tasks]) => ({ numerics, tasks }))
})

const attempt = <A>(run: () => A): Effect.Effect<A, Error> =>
  Effect.try({ try: run, catch: (failure) => failure as Error })
