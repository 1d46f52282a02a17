// `verify`: the lock against today's code without data; with options, the store's bytes and recomputed tasks.
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { declaredNames } from "../declare/stage.ts"
import { expected } from "../session/expected.ts"
import { GatesBroken } from "../session/gates.ts"
import { Differs } from "../session/run-lock.ts"
import { verifyExperiment } from "../verify/verify.ts"
import { type CommandContext, placeOf, withKernels } from "./context.ts"
import { loadedExperiment } from "./loading.ts"
import { artifacts, data, exp, jobs, json, kernels, policy, rehash, verbose, worker } from "./options.ts"
import { reporting } from "./output.ts"
import { policiesGiven } from "./policy-option.ts"

const stored = Options.boolean("stored").pipe(
  Options.withDescription("Hashes every stored artifact again; quarantines what is not what it says"),
)
const recompute = Options.text("recompute").pipe(
  Options.withPseudoName("N|all|TASK[#LINK]"),
  Options.withDescription("Runs N tasks again, or all, or one task or link of its chain, and compares bits"),
  Options.optional,
)
const budget = Options.text("budget").pipe(
  Options.withPseudoName("TIME"),
  Options.withDescription("Runs tasks again until so much time has passed, such as 300s or 5m"),
  Options.filterMap(
    (text) => Option.fromNullable(secondsOf(text)),
    "--budget wants a time that is more than nothing, such as 300s, 5m or 1h",
  ),
  Options.optional,
)
const seed = Options.text("seed").pipe(
  Options.withPseudoName("HEX"),
  Options.withDescription("Repeats an earlier choice of tasks to recompute"),
  Options.optional,
)

const trace = Options.boolean("trace").pipe(
  Options.withDescription(
    "Runs programs again, and tells what they open that is not declared (Linux, strace)",
  ),
)

export const verifyCommand = (context: CommandContext) =>
  Command.make(
    "verify",
    {
      exp,
      stored,
      recompute,
      trace,
      budget,
      seed,
      jobs,
      policy,
      kernels,
      artifacts,
      data,
      rehash,
      worker,
      json,
      verbose,
    },
    (given) =>
      Effect.gen(function* () {
        const experiment = yield* loadedExperiment(context.root, given.exp)
        const portable = yield* placeOf(context, given)
        const place = Option.isNone(given.kernels)
          ? portable // so that what was computed faster is compared with what defines its bits
          : yield* withKernels(context, portable, given.kernels)
        const { differing, broken } = yield* verifyExperiment(place, experiment, {
          stored: given.stored,
          recompute: Option.getOrUndefined(given.recompute),
          trace: given.trace,
          budget: Option.getOrUndefined(given.budget),
          seed: Option.getOrUndefined(given.seed),
          jobs: given.jobs,
          policy: yield* expected(() => policiesGiven(given.policy, declaredNames())),
        })
        if (differing > 0) return yield* Effect.fail(new Differs(differing))
        if (broken > 0) return yield* Effect.fail(new GatesBroken())
      }).pipe(Effect.provide(reporting(given.json))),
  ).pipe(
    Command.withDescription(
      "Checks the lock file against today's code; with options, stored and recomputed bits",
    ),
  )

const units = { s: 1, m: 60, h: 3600 } as const

/** Seconds; a bare number is some, too. */
function secondsOf(text: string): number | undefined {
  const [, number, unit = "s"] = /^([0-9]+(?:\.[0-9]+)?)(s|m|h)?$/.exec(text.trim()) ?? []
  const seconds = Number(number) * units[unit as keyof typeof units]
  return seconds > 0 ? seconds : undefined
}
