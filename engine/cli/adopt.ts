// `adopt`: takes results of earlier code over to today's keys, after a sample of them was computed again.
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { adoptResults } from "../adopt/adopt.ts"
import { declaredNames } from "../declare/stage.ts"
import { expected } from "../session/expected.ts"
import { artifactLayer } from "../session/place.ts"
import { type CommandContext, placeOf } from "./context.ts"
import { badUsage } from "./failures.ts"
import { loadedExperiment } from "./loading.ts"
import { artifacts, data, exp, jobs, json, policy, verbose, worker } from "./options.ts"
import { reporting } from "./output.ts"
import { policiesGiven } from "./policy-option.ts"

const stage = Args.text({ name: "STAGE" }).pipe(
  Args.withDescription("A stage, or one of its forms (evaluate.test); without it all whose keys moved"),
  Args.optional,
)
const sample = Options.integer("sample").pipe(
  Options.withPseudoName("N"),
  Options.withDescription("How many tasks of each stage are computed again; more where its axes need more"),
  Options.withDefault(3),
)
const from = Options.text("from").pipe(
  Options.withPseudoName("RUN"),
  Options.withDescription("Takes the results of a run over, not those that the lock pins"),
  Options.optional,
)
const seed = Options.text("seed").pipe(
  Options.withPseudoName("HEX"),
  Options.withDescription("Repeats an earlier choice of what is computed again"),
  Options.optional,
)

export const adoptCommand = (context: CommandContext) =>
  Command.make(
    "adopt",
    { stage, exp, sample, from, seed, jobs, policy, artifacts, data, worker, json, verbose },
    (given) =>
      Effect.gen(function* () {
        if (given.sample < 1)
          return yield* Effect.fail(
            badUsage(`--sample ${given.sample}: at least 1, as what is adopted unseen may be wrong`),
          )
        const place = yield* placeOf(context, given)
        const experiment = yield* loadedExperiment(context.root, given.exp)
        yield* adoptResults(place, experiment, {
          stage: Option.getOrUndefined(given.stage),
          from: Option.getOrUndefined(given.from),
          sample: given.sample,
          seed: Option.getOrUndefined(given.seed),
          jobs: given.jobs,
          policy: yield* expected(() => policiesGiven(given.policy, declaredNames())),
        }).pipe(Effect.provide(artifactLayer(place.artifacts)))
      }).pipe(Effect.provide(reporting(given.json))),
  ).pipe(
    Command.withDescription(
      "Takes results over to keys that a refactor moved, after a sample gave the same bits under today's code",
    ),
  )
