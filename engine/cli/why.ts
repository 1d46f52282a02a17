// `why TASK`: why a task would run, or, when it is cached, why it ran when it did.
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { adoptHint, isByCode } from "../adopt/hint.ts"
import type { Steps } from "../content/steps.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import { decodeExperimentParams, experimentParams } from "../declare/params.ts"
import { History } from "../ledger/history.ts"
import type { RunRecord } from "../ledger/records.ts"
import { readLock } from "../lock/lock-file.ts"
import { type Plan, type PlannedTask, planning } from "../plan/plan.ts"
import { restrictTo } from "../plan/restrict.ts"
import { counted, someOf } from "../report/readers/counted.ts"
import { reasonText } from "../report/readers/reasons.ts"
import { type Preview, previewPlan } from "../run/preview.ts"
import { expected, expectedInTurns } from "../session/expected.ts"
import { readingLayer } from "../session/place.ts"
import { type CommandContext, chosenPlace } from "./context.ts"
import { badUsage } from "./failures.ts"
import { codesOf, loadedExperiment } from "./loading.ts"
import { artifacts, backend, exp, json, rehash, set } from "./options.ts"
import { print } from "./output.ts"

const task = Args.text({ name: "TASK" }).pipe(Args.withDescription("A task's label or a stage's name"))

/** Runs that are searched for one that knows the task. */
const searched = 200

export const whyCommand = (context: CommandContext) =>
  Command.make("why", { task, exp: Options.optional(exp), set, backend, artifacts, rehash, json }, (given) =>
    Effect.flatMap(chosenPlace(context, given), (place) =>
      Effect.gen(function* () {
        const history = yield* History
        const isAsked = ({ label, stage }: Pick<PlannedTask, "label" | "stage">): boolean =>
          label === given.task || stage === given.task
        const last = history
          .runs(Option.getOrUndefined(given.exp), searched)
          .find((run) => Option.isSome(given.exp) || history.tasks(run.id).some(isAsked))
        const name = Option.getOrElse(given.exp, () => last?.experiment)
        if (name === undefined)
          return yield* Effect.fail(
            badUsage(`no run knows a task "${given.task}": name its experiment with --exp`),
          )
        const experiment = yield* loadedExperiment(context.root, name)
        const planned = yield* expectedInTurns(() => asDeclaredOrRun(experiment, given, last))
        const codes = yield* codesOf(place.root, planned.tasks)
        const { root, numerics } = place
        const previews = yield* previewPlan(planned, codes, { root, numerics, force: new Set() })
        const answers = new Map<string, Answer>()
        for (const preview of previews.filter(({ task }) => isAsked(task))) {
          if (given.json) {
            print(jsonOf(preview))
            continue
          }
          const attempt = history
            .attempts(preview.task.label)
            .find(({ key, outcome }) => key === preview.key && outcome === "done")
          const { head, reasons } = answerOf(preview, attempt?.run)
          const answer = JSON.stringify([head(true), reasons])
          const { labels } = answers.get(answer) ?? { labels: [] }
          answers.set(answer, { head, reasons, labels: [...labels, preview.task.label] })
        }
        for (const answer of answers.values()) for (const line of linesOf(answer)) print(line)
        const moved = previews.filter(
          ({ task, status, why }) => isAsked(task) && status === "will-run" && isByCode(why),
        )
        if (given.json || moved.length === 0) return
        const lock = yield* expected(() => readLock(place.root, name))
        const isLocked = moved.every(({ task }) => lock?.tasks[task.label] !== undefined)
        if (isLocked) print(`  ${adoptHint(name, moved[0]!.task.stage)}`)
      }).pipe(Effect.provide(readingLayer(place.artifacts))),
    ),
  ).pipe(
    Command.withDescription("Says why a task runs: the param, source file, package or input that changed"),
  )

/** What the task needs; a task of the last run's grid need not be in today's default grid. */
function* asDeclaredOrRun(
  experiment: AnyExperiment,
  given: { readonly task: string; readonly set: ReadonlyArray<string> },
  last: RunRecord | undefined,
): Steps<Plan> {
  const declared = yield* planning(experiment, experimentParams(experiment, given.set))
  const isKnown = declared.tasks.some(({ label, stage }) => label === given.task || stage === given.task)
  const asRun = given.set.length === 0 && !isKnown && last !== undefined
  const asked = asRun
    ? yield* planning(experiment, decodeExperimentParams(experiment, last.params))
    : declared
  return restrictTo(asked, given.task)
}

const jsonOf = ({ task, status, key, why, waitsFor }: Preview): string =>
  JSON.stringify({ task: task.label, status, key, why, waitsFor: waitsFor.map(({ label }) => label) })

/** What is said of tasks, once for all of which it is the same. */
interface Answer {
  readonly labels: ReadonlyArray<string>
  readonly head: (isOne: boolean) => string
  readonly reasons: ReadonlyArray<string>
}

function answerOf({ status, why, waitsFor }: Preview, run: string | undefined): Omit<Answer, "labels"> {
  const reasons = why.map(reasonText)
  const others = someOf(waitsFor.map(({ label }) => label))
  if (status === "undecided")
    return {
      head: (isOne) => `${isOne ? "is undecided: it waits" : "are undecided: they wait"} for ${others}`,
      reasons: [],
    }
  const when = run === undefined ? "" : `, made by run ${run}`
  if (status === "cached")
    return {
      head: (isOne) => `${isOne ? "is" : "are"} cached${when}; ${isOne ? "it" : "they"} ran because of`,
      reasons,
    }
  if (why[0]?.reason === "refused") return { head: () => "will fail, as", reasons }
  return { head: () => "will run because of", reasons }
}

function linesOf({ labels, head, reasons }: Answer): ReadonlyArray<string> {
  const isOne = labels.length === 1
  const tasks = isOne ? labels[0] : `${counted(labels.length, "task")} (${someOf(labels)})`
  return [`${tasks} ${head(isOne)}`, ...reasons.map((reason) => `  ${reason}`)]
}
