// `adopt`: after a refactor, results of earlier code are taken over to today's keys, once a sample was computed again and gave
// the same bits. One that differs, and nothing is.
import { randomBytes } from "node:crypto"
import * as Effect from "effect/Effect"
import { Codebase, stageCodes } from "../code/stage-code.ts"
import { groupedBy } from "../content/grouped.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import type { Policies } from "../declare/policy/policy.ts"
import { recordingFiles } from "../key/file-records.ts"
import { Links } from "../ledger/links.ts"
import { RefusedPairs } from "../ledger/refused-pairs.ts"
import { Results } from "../ledger/results.ts"
import { planning } from "../plan/plan.ts"
import type { Difference } from "../report/differences.ts"
import { type EventOf, Events } from "../report/events.ts"
import { presence } from "../run/presence.ts"
import { expected, expectedInTurns, expectedLater } from "../session/expected.ts"
import type { Place } from "../session/place.ts"
import { Differs } from "../session/run-lock.ts"
import { adoptable, buildsOf, refusedBefore } from "./adoptable.ts"
import { compareSample } from "./compare-sample.ts"
import { earlierLinks, metricsOf } from "./earlier-links.ts"
import { keep } from "./keep.ts"
import { type Compared, outcomeOf, type StageOutcome } from "./outcome.ts"
import { ownOf } from "./own.ts"
import { type Pair, pairing } from "./pairing.ts"
import { type Source, sourceOf } from "./source.ts"
import { OwnResultDiffers } from "./take-over.ts"

export interface AdoptRequest {
  /** A stage, or one of its forms; undefined takes all whose keys moved. */
  readonly stage: string | undefined
  /** A run whose results are taken over; undefined takes the lock's. */
  readonly from: string | undefined
  /** How many tasks of each stage are computed again, at the least. */
  readonly sample: number
  /** Decides which; drawn from the operating system's entropy when not given. */
  readonly seed: string | undefined
  readonly jobs: number
  /** What was said of this sample alone: before what the experiment, the project and the stages say. */
  readonly policy: Policies
}

/** Fails with Differs when a bit does, and nothing is adopted then; the last event is `adopt-finished`. */
export const adoptResults = Effect.fn("adoptResults")(function* (
  place: Place,
  experiment: AnyExperiment,
  request: AdoptRequest,
) {
  const began = performance.now()
  const { emit } = yield* Events
  const run = `adopt-${randomBytes(4).toString("hex")}`
  yield* presence(run) // `gc` spares what is about to be named by a result
  const source = yield* sourceOf(place, experiment, request.from)
  const declared = yield* expectedInTurns(() => planning(experiment, source.params))
  const codes = yield* expectedLater(() => stageCodes(declared, new Codebase(place.root)))
  const files = yield* expectedInTurns(() => recordingFiles(place.root, declared.files))
  const { numerics } = place
  const found = yield* expectedInTurns(() =>
    pairing(source.earlier, { plan: declared, codes, files, numerics }),
  )
  const { plan, lines, resolutions } = found
  const asked = yield* expected(() => adoptable(found, plan, request.stage))
  const pairs = [...asked.stages.values()].flat()
  const { described, differences } = yield* describedPairs(pairs)
  yield* refuseDiffering(source, pairs, [...(yield* refusedDifferences(described)), ...differences])

  const seed = request.seed ?? randomBytes(4).toString("hex")
  const compared = yield* compareSample(place, plan, described, {
    ...{ seed, sample: request.sample },
    capacity: {
      jobs: request.jobs,
      policies: [request.policy, experiment.policy, place.config.policy],
      limits: place.config.limits,
    },
    resolutions,
    earlier: lines,
  })
  yield* refuseDiffering(source, pairs, compared.differences)

  const outcomes = [...groupedBy(compared.pairs, ({ resolution }) => resolution.fingerprint.stage)].map(
    ([stage, all]) => ({ stage, ...outcomeOf(all) }),
  )
  const taken = outcomes.flatMap((outcome) => outcome.taken)
  const kept = yield* keep(place, run, { taken, source, plan, resolutions, files }).pipe(
    Effect.catchIf(
      (failure) => failure instanceof OwnResultDiffers,
      ({ differences }) => refuseDiffering(source, pairs, differences as OwnResultDiffers["differences"]),
    ),
  )
  for (const outcome of outcomes) emit(adoptedEvent(outcome))
  emit({
    event: "adopt-finished",
    experiment: plan.experiment,
    from: source.name,
    tasks: taken.length,
    computed: outcomes.reduce((sum, { computed }) => sum + computed, 0),
    ...kept!,
    seed,
    left: asked.left.map(({ task, reason }) => ({ task: task.label, reason })),
    seconds: (performance.now() - began) / 1000,
  })
}, Effect.scoped)

/** Pairs with what the ledger knows of their links, and with what today's own code has done already, and how that differs. */
const describedPairs = Effect.fn("describedPairs")(function* (pairs: ReadonlyArray<Pair>) {
  const ledger = { results: yield* Results, links: yield* Links }
  const differences: Array<Difference> = []
  const described = pairs.map((pair): Compared => {
    const records = earlierLinks(pair, ledger.links)
    const known = { ...pair, records, metrics: metricsOf(pair.locked, records).metrics }
    const own = ownOf(ledger, known)
    for (const difference of own.differences) differences.push(difference)
    return { ...known, same: own.names }
  })
  return { described, differences }
})

/** Pairs of codes that differed before: nothing is computed again of them. */
const refusedDifferences = Effect.fn("refusedDifferences")(function* (pairs: ReadonlyArray<Compared>) {
  const refused = yield* RefusedPairs
  const stages = groupedBy(pairs, ({ resolution }) => resolution.fingerprint.stage)
  return [...stages.values()].flatMap((ofStage): ReadonlyArray<Difference> => {
    const before = refusedBefore(refused, ofStage)
    if (before === undefined) return []
    const { locked: _, ...pair } = before
    return [{ what: "refused-pair", ...pair }]
  })
})

/** One difference, and nothing is adopted; codes of which a bit differed stay refused. */
const refuseDiffering = Effect.fn("refuseDiffering")(function* (
  source: Source,
  pairs: ReadonlyArray<Pair>,
  differences: ReadonlyArray<Difference>,
) {
  if (differences.length === 0) return
  const { emit } = yield* Events
  const refused = yield* RefusedPairs
  for (const difference of differences) {
    emit({ event: "difference", difference: comparedWith(source, difference) })
    if (difference.what !== "output" || difference.locked === null) continue
    const { task, output, locked } = difference
    const pair = pairs.find(({ task }) => task.label === difference.task)
    if (pair === undefined) continue
    const { earlier, today } = buildsOf(pair)
    const { stage } = pair.resolution.fingerprint
    yield* expected(() => refused.add(stage, earlier, today, { task, output, locked }))
  }
  return yield* Effect.fail(new Differs(differences.length))
})

/** What was compared with a run's results says so. */
const comparedWith = ({ lock, earlier, name }: Source, difference: Difference): Difference =>
  lock !== earlier && (difference.what === "output" || difference.what === "links")
    ? { ...difference, from: name }
    : difference

function adoptedEvent(outcome: StageOutcome & { readonly stage: string }): EventOf<"adopted"> {
  const { stage, taken, computed, links, ends, odds } = outcome
  const [first] = taken
  return {
    event: "adopted",
    stage,
    from: [...new Set(taken.map(({ locked, earlier }) => locked.adopted?.from ?? earlier.fingerprint.code))],
    code: first!.resolution.code.digest,
    why: first!.why,
    tasks: taken.length,
    computed,
    links,
    ends,
    escapes: odds,
  }
}
