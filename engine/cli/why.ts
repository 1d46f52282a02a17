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
import { Transactions } from "../ledger/transactions.ts"
import { Members } from "../lock/group-lines.ts"
import { readingLock } from "../lock/lock-file.ts"
import { lockedObservations } from "../lock/observations.ts"
import { ambiguous, isNamed, stepsNamed } from "../plan/named.ts"
import { hasChoices } from "../plan/needed.ts"
import { type Plan, planning } from "../plan/plan.ts"
import { isGroup } from "../plan/planned.ts"
import { restrictTo } from "../plan/restrict.ts"
import { type Answer, Answers } from "../report/readers/answers.ts"
import { someOf } from "../report/readers/counted.ts"
import { askedByOther, observedText } from "../report/readers/observed.ts"
import { reasonText } from "../report/readers/reasons.ts"
import { previewPlan } from "../run/preview/preview.ts"
import type { Preview } from "../run/preview/previewed.ts"
import { inTurns } from "../run/turns.ts"
import { expectedInTurns } from "../session/expected.ts"
import { partOf } from "../session/part.ts"
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
        const { read } = yield* Transactions
        const last = yield* inTurns(() => lastRun(history, Option.getOrUndefined(given.exp), given.task))
        const name = Option.getOrElse(given.exp, () => last?.experiment)
        if (name === undefined)
          return yield* Effect.fail(
            badUsage(`no run knows a task "${given.task}": name its experiment with --exp`),
          )
        const experiment = yield* loadedExperiment(context.root, name)
        const planned = yield* expectedInTurns(() => asDeclaredOrRun(experiment, given, last))
        const codes = yield* codesOf(place.root, planned)
        const { root, numerics } = place
        const { tasks, plan } = yield* previewPlan(planned, codes, {
          root,
          numerics,
          force: new Set(),
          locked: lockedObservations(root, planned.experiment),
        })
        const unclear = ambiguous(plan, given.task)
        if (unclear !== undefined) return yield* Effect.fail(badUsage(unclear))
        const asked = tasks.filter(({ task }) => isNamed(new Set([given.task]), task))
        if (asked.length === 0) yield* partOf(place, planned, given.task) // says what is wrong with the name
        if (given.json) return yield* inTurns(() => printed(asked), read)
        for (const line of yield* inTurns(() => told(asked, history), read)) print(line)
        const moved = asked.filter(({ status, why }) => status === "will-run" && isByCode(why))
        if (moved.length === 0) return
        const lock = yield* expectedInTurns(() => readingLock(place.root, name))
        const members = new Members(lock?.groups ?? {})
        const isLocked = moved.every(({ task: { label, inside } }) =>
          inside === undefined ? lock?.tasks[label] !== undefined : members.find(inside) !== undefined,
        )
        if (isLocked) print(`  ${adoptHint(name, moved[0]!.task.stage)}`)
      }).pipe(Effect.provide(readingLayer(place.artifacts))),
    ),
  ).pipe(
    Command.withDescription("Says why a task runs: the param, source file, package or input that changed"),
  )

/** Of an experiment, or of whichever knows the task. */
function* lastRun(
  history: History["Type"],
  experiment: string | undefined,
  task: string,
): Steps<RunRecord | undefined> {
  if (experiment !== undefined) return history.runs(experiment, 1)[0]
  for (const run of history.runs(undefined, searched)) {
    yield
    if (history.knows(run.id, task)) return run
  }
  return undefined
}

/**
 * What the task needs, or, where values decide whether it is needed itself, all of the plan; a task of the last run's grid need not be in
 * today's default grid.
 */
function* asDeclaredOrRun(
  experiment: AnyExperiment,
  given: { readonly task: string; readonly set: ReadonlyArray<string> },
  last: RunRecord | undefined,
): Steps<Plan> {
  const declared = yield* planning(experiment, experimentParams(experiment, given.set))
  const isKnown = stepsNamed(declared, given.task).length > 0
  const asRun = given.set.length === 0 && !isKnown && last !== undefined
  const asked = asRun
    ? yield* planning(experiment, decodeExperimentParams(experiment, last.params))
    : declared
  // Of a task in a group it is known once the group is open whether there is one.
  const isLater = stepsNamed(asked, given.task).length === 0 && asked.steps.some(isGroup)
  const part = isLater ? asked : restrictTo(asked, given.task)
  return hasChoices(asked) ? asked : part
}

const jsonOf = ({ task, status, key, why, waitsFor, observed }: Preview): string =>
  JSON.stringify({
    ...{ task: task.label, status, key, why, waitsFor: waitsFor.map(({ label }) => label) },
    ...(observed && { observed }),
  })

function* printed(asked: ReadonlyArray<Preview>): Steps<void> {
  for (const preview of asked) {
    yield
    print(jsonOf(preview))
  }
}

function* told(asked: ReadonlyArray<Preview>, history: History["Type"]): Steps<ReadonlyArray<string>> {
  const answers = new Answers()
  for (const preview of asked) {
    yield
    const { status, task, key } = preview
    const run = status === "cached" ? history.maker(task.label, key!)?.run : undefined
    answers.add(task.label, answerOf(preview, run, asked.length === 1))
  }
  return answers.lines()
}

/** @param isAlone whether nothing is said of other tasks: dates would be as many as they are */
function answerOf(
  { status, why, waitsFor, observed }: Preview,
  run: string | undefined,
  isAlone: boolean,
): Answer {
  const details = why.map(reasonText)
  const others = someOf(waitsFor.map(({ label }) => label))
  if (status === "undecided")
    return {
      head: (isOne) => `${isOne ? "is undecided: it waits" : "are undecided: they wait"} for ${others}`,
      details: [],
    }
  if (status === "not-needed") return { head: (isOne) => `${isOne ? "is" : "are"} not needed, as`, details }
  const when = run === undefined ? "" : `, made by run ${run}`
  if (observed !== undefined)
    return {
      head: (isOne) => `${isOne ? "is" : "are"} cached${when}: ${observedText(observed, isAlone)}`,
      details: [
        ...(observed.isOtherCode ? [askedByOther] : []),
        ...(details.length === 0 ? [] : [`asked because of: ${details.join(", ")}`]),
      ],
    }
  if (status === "cached")
    return {
      head: (isOne) => `${isOne ? "is" : "are"} cached${when}; ${isOne ? "it" : "they"} ran because of`,
      details,
    }
  if (why[0]?.reason === "refused") return { head: () => "will fail, as", details }
  return { head: () => "will run because of", details }
}
