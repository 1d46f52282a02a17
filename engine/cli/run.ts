// The command itself: runs an experiment, or with --plan says what it would run.
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Codebase } from "../code/stage-code.ts"
import { experimentParams } from "../declare/params.ts"
import { suggest } from "../declare/suggest.ts"
import { Events } from "../report/events.ts"
import { expectedRange, previewPlan } from "../run/preview.ts"
import { currentCommit } from "../session/git.ts"
import { experimentNames } from "../session/project.ts"
import { Differs } from "../session/run-lock.ts"
import { artifactLayer, type LockMode, planOf, runExperiment } from "../session/session.ts"
import { loadedExperiment, refusing } from "./experiment.ts"
import { Refusal, TasksFailed } from "./failure.ts"
import {
  artifacts,
  backend,
  chosenPlace,
  data,
  exp,
  force,
  jobs,
  json,
  type Surroundings,
  set,
  verbose,
  worker,
} from "./place.ts"
import { reporting } from "./report.ts"

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
  backend,
  artifacts,
  data,
  worker,
  json,
  verbose,
}

export interface RunArguments {
  readonly exp: Option.Option<string>
  readonly set: ReadonlyArray<string>
  readonly plan: boolean
  readonly jobs: number
  readonly keepGoing: boolean
  readonly force: ReadonlyArray<string>
  readonly to: Option.Option<string>
  readonly locked: boolean
  readonly updateLock: boolean
  readonly backend: Option.Option<string>
  readonly artifacts: Option.Option<string>
  readonly data: Option.Option<string>
  readonly worker: Option.Option<string>
  readonly json: boolean
  readonly verbose: boolean
}

export const runCommand = (around: Surroundings) => (given: RunArguments) =>
  Effect.gen(function* () {
    if (Option.isNone(given.exp)) {
      const names = experimentNames(around.root)
      return yield* new Refusal({
        tag: "Usage",
        message: `name an experiment with --exp: ${names.length === 0 ? `${around.root}/experiments holds none` : names.join(", ")}`,
      })
    }
    if (given.jobs < 1)
      return yield* new Refusal({ tag: "Usage", message: `--jobs ${given.jobs}: at least one` })
    const isDefault = given.set.length === 0 && Option.isNone(given.to)
    if ((given.locked || given.updateLock) && !isDefault) {
      const option = given.locked ? "--locked" : "--update-lock"
      return yield* new Refusal({
        tag: "Usage",
        message: `${option} goes with default params and the whole experiment: leave out --set and --to`,
      })
    }
    const [usual] = around.backends.names
    if ((given.locked || given.updateLock) && Option.getOrElse(given.backend, () => usual) !== usual) {
      const option = given.locked ? "--locked" : "--update-lock"
      return yield* new Refusal({
        tag: "Usage",
        message: `${option} goes with the backend ${usual}, whose results are bit-exact: leave out --backend`,
      })
    }
    if (given.locked && given.updateLock) {
      return yield* new Refusal({ tag: "Usage", message: "--locked and --update-lock exclude each other" })
    }
    const lock = given.locked ? "hold" : given.updateLock ? "renew" : isDefault ? "compare" : "none"
    const commit = given.plan ? undefined : currentCommit(around.root)
    const experiment = yield* loadedExperiment(around.root, given.exp.value)
    const place = yield* chosenPlace(around, given)
    const to = Option.getOrUndefined(given.to)
    const [params, planned] = yield* refusing(() => {
      const params = experimentParams(experiment, given.set)
      const planned = planOf(experiment, params, to)
      const stages = [...new Set(planned.tasks.map(({ stage }) => stage))]
      const unknown = given.force.find((stage) => !stages.includes(stage))
      if (unknown !== undefined)
        throw new Refusal({
          tag: "Usage",
          message: `--force ${unknown}: no such stage${suggest(unknown, stages)}`,
        })
      return [params, planned] as const
    })
    const work = Effect.gen(function* () {
      const { emit } = yield* Events
      if (!given.plan) {
        const request = {
          lock: lock as LockMode,
          jobs: given.jobs,
          keepGoing: given.keepGoing,
          force: given.force,
        }
        const { summary, differing } = yield* runExperiment(
          place,
          experiment,
          params,
          planned,
          request,
          commit,
        )
        if (summary.counts.failed > 0) return yield* new TasksFailed({ failed: summary.counts.failed })
        if (given.locked && differing > 0) return yield* new Differs({ differences: differing })
        return
      }
      const previews = yield* previewPlan(planned, new Codebase(place.root), {
        numerics: place.numerics,
        force: new Set(given.force),
      })
      for (const { task, status, key, why, waitsFor } of previews) {
        emit({
          event: "planned",
          task: task.label,
          stage: task.stage,
          status,
          key,
          why,
          waitsFor: waitsFor.map(({ label }) => label),
        })
      }
      const range = expectedRange(previews, given.jobs)
      const count = (status: string): number => previews.filter((preview) => preview.status === status).length
      emit({
        event: "plan-finished",
        experiment: experiment.name,
        tasks: previews.length,
        cached: count("cached"),
        willRun: count("will-run"),
        undecided: count("undecided"),
        ...(place.backend === undefined ? {} : { backend: place.backend }),
        least: range?.least ?? null,
        most: range?.most ?? null,
      })
    })
    return yield* work.pipe(
      Effect.provide(artifactLayer(place.artifacts)),
      Effect.provide(reporting(given.json)),
    )
  })
