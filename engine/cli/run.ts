// The command itself: runs an experiment, or with --plan says what it would run.
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Steps } from "../content/steps.ts"
import { experimentParams } from "../declare/params.ts"
import type { Policies } from "../declare/policy/policy.ts"
import { declaredNames } from "../declare/stage.ts"
import { suggest } from "../declare/suggest.ts"
import { History } from "../ledger/history.ts"
import { Transactions } from "../ledger/transactions.ts"
import { lockedObservations } from "../lock/observations.ts"
import { ambiguous, stepsNamed } from "../plan/named.ts"
import { type Plan, planning } from "../plan/plan.ts"
import { isGroup, stagesOf } from "../plan/planned.ts"
import { type EventOf, Events } from "../report/events.ts"
import { plannedBytes } from "../run/preview/expected-bytes.ts"
import { expectedRange } from "../run/preview/expected-range.ts"
import { PlannedRoom } from "../run/preview/planned-room.ts"
import { previewPlan } from "../run/preview/preview.ts"
import type { GroupPreview, Preview } from "../run/preview/previewed.ts"
import { inTurns } from "../run/turns.ts"
import { expected, expectedInTurns, expectedLater } from "../session/expected.ts"
import { GatesBroken } from "../session/gates.ts"
import { currentCommit } from "../session/git.ts"
import { missingLocked } from "../session/locked-inputs.ts"
import { openedPlan, partOf } from "../session/part.ts"
import { artifactLayer, type Place, readingLayer } from "../session/place.ts"
import { experimentNames } from "../session/project.ts"
import { lockAt } from "../session/ref-lock.ts"
import { runExperiment, type Subject } from "../session/run-experiment.ts"
import { Differs, type LockMode } from "../session/run-lock.ts"
import { Store } from "../store/store.ts"
import { type CommandContext, chosenPlace, withKernels } from "./context.ts"
import { badUsage, TasksFailed } from "./failures.ts"
import { codesOf, loadedExperiment } from "./loading.ts"
import {
  against,
  artifacts,
  backend,
  data,
  exp,
  force,
  jobs,
  json,
  kernels,
  policy,
  rehash,
  set,
  verbose,
  worker,
} from "./options.ts"
import { reporting } from "./output.ts"
import { policiesGiven } from "./policy-option.ts"

export const runOptions = {
  exp: Options.optional(exp),
  set,
  plan: Options.boolean("plan").pipe(Options.withDescription("Says what would run, and why; runs nothing")),
  jobs,
  keepGoing: Options.boolean("keep-going").pipe(
    Options.withDescription("After a failure goes on with all that does not depend on it"),
  ),
  force,
  to: Options.text("to").pipe(
    Options.withPseudoName("TASK|STAGE"),
    Options.withDescription("Runs only what this task or stage needs"),
    Options.optional,
  ),
  locked: Options.boolean("locked").pipe(
    Options.withDescription(
      "Refuses to differ from the lock file: before, by keys, and after, by every output",
    ),
  ),
  updateLock: Options.boolean("update-lock").pipe(
    Options.withDescription("Writes the lock file after a run in which every task succeeded"),
  ),
  incomplete: Options.boolean("incomplete").pipe(
    Options.withDescription("With --update-lock: also when tasks of groups failed; the lock file says which"),
  ),
  against: Options.optional(against),
  policy,
  backend,
  kernels,
  artifacts,
  data,
  rehash,
  worker,
  json,
  verbose,
}

/** What the parser makes of them. */
export type RunArguments = {
  readonly [N in keyof typeof runOptions]: (typeof runOptions)[N] extends Options.Options<infer A> ? A : never
}

/** The same, with what was said of policy read. */
type Given = Omit<RunArguments, "policy"> & { readonly policy: Policies }

export const runCommand = (context: CommandContext) => (given: RunArguments) =>
  Effect.gen(function* () {
    const wrong = wrongTogether(context, given)
    if (wrong !== undefined) return yield* Effect.fail(badUsage(wrong))
    const commit = given.plan ? undefined : currentCommit(context.root)
    const experiment = yield* loadedExperiment(context.root, Option.getOrThrow(given.exp))
    const chosen = yield* chosenPlace(context, given)
    const place = given.plan ? chosen : yield* withKernels(context, chosen, given.kernels)
    const params = yield* expected(() => experimentParams(experiment, given.set))
    const whole = yield* expectedInTurns(() => planning(experiment, params))
    const plan = yield* Option.match(given.to, {
      onNone: () => Effect.succeed(whole),
      onSome: (to) => partOf(place, whole, to),
    })
    yield* checkForced(place, plan, given.force)
    const subject: Subject = { experiment, params, plan }
    const policy = yield* expected(() => policiesGiven(given.policy, declaredNames()))
    const read: Given = { ...given, policy }
    const work = given.plan ? planned(place, subject, read) : ran(place, subject, read, commit)
    return yield* work.pipe(
      Effect.provide((given.plan ? readingLayer : artifactLayer)(place.artifacts)),
      Effect.provide(reporting(given.json)),
    )
  })

const ran = (
  place: Place,
  subject: Subject,
  given: Given,
  commit: ReturnType<typeof currentCommit> | undefined,
) =>
  Effect.gen(function* () {
    const { jobs, keepGoing, force, policy, incomplete } = given
    const ref = Option.getOrUndefined(given.against)
    const against =
      ref === undefined
        ? undefined
        : yield* expectedLater(() => lockAt(place.root, ref, subject.experiment.name))
    if (against !== undefined && !("lock" in against) && !against.isNew)
      return yield* Effect.fail(badUsage(`--against: ${against.why}`))
    const request = {
      lock: lockMode(given),
      jobs,
      keepGoing,
      force,
      incomplete,
      policy,
      ungated: ungated(given),
      against,
    }
    const { summary, differing, broken } = yield* runExperiment(place, subject, request, commit)
    if (summary.counts.failed > 0) return yield* Effect.fail(new TasksFailed())
    if (given.locked && differing > 0) return yield* Effect.fail(new Differs(differing))
    if (broken > 0) return yield* Effect.fail(new GatesBroken())
  })

const planned = (place: Place, { experiment, plan }: Subject, given: Given) =>
  Effect.gen(function* () {
    const { emit } = yield* Events
    const { read } = yield* Transactions
    const history = yield* History
    const store = yield* Store
    const codes = yield* codesOf(place.root, plan)
    const { root, numerics } = place
    const found = yield* previewPlan(plan, codes, {
      root,
      numerics,
      force: new Set(given.force),
      locked: lockedObservations(root, plan.experiment, given.locked),
    })
    const { tasks: previews, groups } = found
    for (const preview of groups) emit(groupPlanned(preview))
    for (const difference of missingLocked(store, plan.tasks)) emit({ event: "difference", difference })
    yield* inTurns(() => told(previews, emit), read)
    const { limits, policy } = place.config
    const room = new PlannedRoom(
      { jobs: given.jobs, policies: [given.policy, experiment.policy, policy], limits },
      codes,
    )
    const refusal = room.refusal(found)
    const range = refusal === undefined ? expectedRange(found, room) : undefined
    const count = (status: Preview["status"]): number =>
      previews.filter((preview) => preview.status === status).length
    const failing = previews.filter(willFail).length
    emit({
      event: "plan-finished",
      experiment: experiment.name,
      tasks: previews.length,
      cached: count("cached"),
      willRun: count("will-run"),
      ...(failing === 0 ? {} : { willFail: failing }),
      undecided: count("undecided"),
      ...(count("not-needed") === 0 ? {} : { notNeeded: count("not-needed") }),
      ...(place.backend === undefined ? {} : { backend: place.backend }),
      least: range?.least ?? null,
      most: range?.most ?? null,
      bytes: yield* expected(() => plannedBytes(previews, history, store)),
    })
    if (refusal !== undefined) return yield* Effect.fail(refusal)
  })

const groupPlanned = ({ group, items, waitsFor, refused }: GroupPreview): EventOf<"group-planned"> => ({
  event: "group-planned",
  group: group.label,
  items: items ?? null,
  waitsFor: waitsFor.map(({ label }) => label),
  ...(refused === undefined ? {} : { refused }),
})

/** Of what can have no key, as its program or a file is not there. */
const willFail = (preview: Preview): boolean =>
  preview.status === "will-run" && preview.why[0]?.reason === "refused"

/** Reasons are found for whoever reads them: a person is told none of what is cached. */
function* told(previews: ReadonlyArray<Preview>, emit: Events["Type"]["emit"]): Steps<void> {
  for (const preview of previews) {
    yield
    const { task, status, key, waitsFor } = preview
    emit({
      event: "planned",
      task: task.label,
      stage: task.stage,
      status,
      key,
      get why() {
        return preview.why
      },
      waitsFor: waitsFor.map((other) => other.label),
    })
  }
}

/** A lock pins an experiment with its default params, whole. */
const isDefault = ({ set, to }: Pick<RunArguments, "set" | "to">): boolean =>
  set.length === 0 && Option.isNone(to)

/** Why gates do not count: they bound what the experiment gives whole, with its default params. */
function ungated({ set, to }: Pick<RunArguments, "set" | "to">): string | undefined {
  if (Option.isSome(to)) return "--to runs a part of the experiment"
  return set.length > 0 ? "--set gives other params" : undefined
}

function lockMode(given: Pick<RunArguments, "set" | "to" | "locked" | "updateLock">): LockMode {
  if (given.locked) return "hold"
  if (given.updateLock) return "renew"
  return isDefault(given) ? "compare" : "none"
}

/** What is wrong with the options as they stand beside each other, if anything is. */
function wrongTogether({ root, backends }: CommandContext, given: RunArguments): string | undefined {
  if (Option.isNone(given.exp)) {
    const names = experimentNames(root)
    return `name an experiment with --exp: ${names.length === 0 ? `${root}/experiments holds none` : names.join(", ")}`
  }
  if (given.jobs < 1) return `--jobs ${given.jobs}: at least one`
  if (Option.isSome(given.against) && (given.plan || Option.isSome(given.to)))
    return "--against goes with a run of the whole experiment: leave out --plan and --to"
  if (given.locked || given.updateLock) {
    const option = given.locked ? "--locked" : "--update-lock"
    if (!isDefault(given))
      return `${option} goes with default params and the whole experiment: leave out --set and --to`
    const [usual] = backends.names
    if (Option.getOrElse(given.backend, () => usual) !== usual)
      return `${option} goes with the backend ${usual}, whose results are bit-exact: leave out --backend`
  }
  if (given.incomplete && !given.updateLock) return "--incomplete goes with --update-lock"
  if (given.locked && given.updateLock) return "--locked and --update-lock exclude each other"
  return undefined
}

/** Fails for what is neither a stage, nor a task or a group that is known. */
const checkForced = (place: Place, plan: Plan, force: ReadonlyArray<string>): Effect.Effect<void, Error> =>
  Effect.gen(function* () {
    if (force.length === 0) return
    const stages = stagesOf(plan.tasks).concat(plan.reachable.map(({ stageName }) => stageName))
    const isStage = (name: string): boolean => stages.includes(name.replace(/^stage:/, ""))
    const isKnown = (name: string, within: Plan): boolean =>
      isStage(name) || stepsNamed(within, name).length > 0
    const mayBeTwo = (name: string): boolean =>
      isStage(name) && plan.steps.some((step) => isGroup(step) && step.label === name)
    if (force.every((name) => isKnown(name, plan) && !mayBeTwo(name))) return
    const { plan: opened } = yield* openedPlan(place, plan)
    const unclear = force.map((name) => ambiguous(opened, name)).find((why) => why !== undefined)
    if (unclear !== undefined) return yield* Effect.fail(badUsage(`--force: ${unclear}`))
    const unknown = force.find((name) => !isKnown(name, opened))
    if (unknown === undefined) return
    const names = [...stages, ...opened.steps.map(({ label }) => label)]
    return yield* Effect.fail(
      badUsage(`--force ${unknown}: no such stage, task or group${suggest(unknown, names)}`),
    )
  })
