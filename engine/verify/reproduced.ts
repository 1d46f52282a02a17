// The third level: tasks of the lock run again, and their bits are compared. Which ones, with what, and what of them can be proved.
import { randomBytes } from "node:crypto"
import * as Effect from "effect/Effect"
import type { AnyExperiment } from "../declare/experiment.ts"
import { isObserved } from "../declare/observed/observed.ts"
import { suggest } from "../declare/suggest.ts"
import { inexactTasks } from "../key/exactness.ts"
import { environmentOf } from "../key/numerics.ts"
import { Links } from "../ledger/links.ts"
import type { Current } from "../lock/current.ts"
import { uncheckedEnvironment } from "../lock/environments.ts"
import { LockError } from "../lock/lock-file.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Capacity } from "../run/capacity/admitted.ts"
import { expected } from "../session/expected.ts"
import { type Place, readingLayer } from "../session/place.ts"
import { ensureStore } from "../session/store-mark.ts"
import { localPool } from "../worker/local-pool.ts"
import { declaredSecrets } from "../worker/secrets.ts"
import { type Chosen, choose } from "./choose.ts"
import { recordedMetrics } from "./known-chain.ts"
import { recompute } from "./recompute.ts"
import type { VerifyRequest } from "./request.ts"
import { ofEachProgram, tracerHere } from "./trace.ts"

/** What of a lock can be proved here by running it again. */
export interface Provable {
  /** Tasks whose numerics are not exact: their bits prove nothing. */
  readonly inexact: ReadonlySet<PlannedTask>
  /** Tasks whose environment is at hand. */
  readonly atHand: ReadonlyArray<PlannedTask>
  /** Of these the ones that must give the same bits. */
  readonly tasks: ReadonlyArray<PlannedTask>
}

export function provableOf({ plan, resolutions }: Current, { numerics }: Place): Provable {
  const inexact = inexactTasks(plan, numerics)
  const atHand = plan.tasks.filter((task) => {
    const resolution = resolutions.get(task)
    return resolution !== undefined && uncheckedEnvironment(resolution) === undefined
  })
  const tasks = atHand.filter((task) => !inexact.has(task) && !isObserved(task.node.stage))
  return { inexact, atHand, tasks }
}

/** @returns what was compared, by the seed that drew it; `again` is undefined where nothing was asked to run */
export const reproducedLevel = Effect.fn("reproducedLevel")(function* (
  place: Place,
  experiment: AnyExperiment,
  current: Current,
  provable: Provable,
  request: VerifyRequest,
) {
  const seed = request.seed ?? randomBytes(4).toString("hex")
  const chosen = yield* chosenBy(request, current, provable, seed)
  const tracer = request.trace ? yield* expected(() => tracerHere(place.root)) : undefined
  const policies = [request.policy, experiment.policy, place.config.policy]
  const capacity = { jobs: request.jobs, policies, limits: place.config.limits }
  const again =
    chosen === undefined
      ? undefined
      : yield* recomputed(place, current, chosen, { capacity, budget: request.budget, tracer })
  return { again, seed: isDrawn(request) ? seed : null }
})

/** Whether the seed decided which tasks: how many of them, or how many as there was time for. */
const isDrawn = ({ recompute, budget }: VerifyRequest): boolean =>
  recompute === undefined || recompute === "all" ? budget !== undefined : /^[0-9]+$/.test(recompute)

/** What runs again; undefined when nothing was asked to. Fails with LockError for what `--recompute` names and there is not. */
function chosenBy(
  { recompute, budget, trace }: VerifyRequest,
  { plan, lines }: Current,
  { atHand, tasks }: Provable,
  seed: string,
): Effect.Effect<ReadonlyArray<Chosen> | undefined, Error> {
  const wanted = recompute ?? (budget === undefined ? undefined : String(tasks.length || 1))
  if (wanted === undefined)
    return trace ? expected(() => ofEachProgram(atHand, seed)) : Effect.succeed(undefined)
  const chosen = choose(tasks, lines, wanted, seed)
  if (chosen !== undefined) return Effect.succeed(chosen)
  const labels = plan.tasks.map(({ label }) => label)
  return Effect.fail(
    new LockError(
      `--recompute ${wanted}: a number, all, or a task or one of its links (LABEL#N)${suggest(wanted, labels)}`,
    ),
  )
}

/** With what tasks run again. */
interface Means {
  readonly capacity: Capacity
  readonly budget: number | undefined
  readonly tracer: string | undefined
}

function recomputed(
  place: Place,
  { plan, lines, resolutions }: Current,
  chosen: ReadonlyArray<Chosen>,
  means: Means,
) {
  const { root, artifacts, settings, compare } = place
  // It keeps local files as objects: without the mark, the folder would be somebody else's from then on.
  const marking = Effect.ignore(Effect.try(() => ensureStore(artifacts)))
  const options = { plan, lines, resolutions, root, artifacts, settings, compare, ...means }
  const recomputing = Effect.flatMap(Links, ({ link }) =>
    recompute(chosen, { ...options, metricsOf: recordedMetrics(resolutions, link) }),
  )
  const result = recomputing.pipe(
    Effect.scoped,
    Effect.provide(localPool(place.worker, environmentOf(place.numerics), declaredSecrets())),
    Effect.provide(readingLayer(artifacts)),
  )
  return Effect.zipRight(marking, result)
}
