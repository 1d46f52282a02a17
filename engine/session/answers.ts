// The questions that an experiment answers, under some params: read from the store, once what makes them has run. It knows no answer.
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { Codebase, stageCodes } from "../code/stage-code.ts"
import { type AnswerRow, answersKind, type Question, questionsOf } from "../content/answers.ts"
import { accepts, decodeContent } from "../content/kind.ts"
import type { Output } from "../declare/task.ts"
import type { OutputRecords } from "../ledger/records.ts"
import { lockedObservations } from "../lock/observations.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { restrictToTasks } from "../plan/restrict.ts"
import type { Event } from "../report/events.ts"
import { Events } from "../report/events.ts"
import { previewPlan } from "../run/preview/preview.ts"
import { Store } from "../store/store.ts"
import { expected, expectedLater } from "./expected.ts"
import { artifactLayer, type Place, readingLayer } from "./place.ts"
import { type RunRequest, runExperiment, type Subject } from "./run-experiment.ts"

/** An experiment that answers nothing. */
export class NoAnswers extends Error {
  readonly _tag = "NoAnswers"
}

/** What makes answers failed: what the run said of it. */
export class AnswersFailed extends Error {
  readonly _tag = "AnswersFailed"
  readonly events: ReadonlyArray<Event>
  constructor(events: ReadonlyArray<Event>) {
    super("what makes the answers failed")
    this.events = events
  }
}

interface Table {
  readonly task: PlannedTask
  readonly output: Output<string>
}

/** Of an experiment, all questions in the order of its results. Runs what of it is needed and not cached, and says nothing. */
export const answersOf = Effect.fn("answersOf")(function* (place: Place, subject: Subject, jobs: number) {
  const tables = tablesOf(subject.plan)
  if (tables.length === 0)
    return yield* Effect.fail(
      new NoAnswers(
        `experiment "${subject.plan.experiment}" gives no answers to check: none of its results is of kind ${answersKind}`,
      ),
    )
  const plan = restrictToTasks(
    subject.plan,
    tables.map(({ task }) => task),
  )
  const stored = yield* Effect.either(
    cachedAnswers(place, plan, tables).pipe(Effect.provide(readingLayer(place.artifacts))),
  )
  if (Either.isRight(stored) && stored.right !== undefined) return stored.right
  return yield* madeAnswers(place, { ...subject, plan }, tables, jobs).pipe(
    Effect.provide(artifactLayer(place.artifacts)),
  )
})

const tablesOf = ({ results, task }: Plan): ReadonlyArray<Table> =>
  results.flatMap(({ output }) =>
    accepts(answersKind, output.kind) && output.source._tag === "Task"
      ? [{ task: task(output.source), output }]
      : [],
  )

/** @returns undefined where not all is cached */
const cachedAnswers = Effect.fn("cachedAnswers")(function* (
  { root, numerics }: Place,
  plan: Plan,
  tables: ReadonlyArray<Table>,
) {
  const codes = yield* expectedLater(() => stageCodes(plan, new Codebase(root)))
  const { tasks } = yield* previewPlan(plan, codes, {
    root,
    numerics,
    force: new Set(),
    locked: lockedObservations(root, plan.experiment),
  })
  const byTask = new Map(tasks.map((preview) => [preview.task, preview]))
  if (tables.some(({ task }) => byTask.get(task)!.status !== "cached")) return undefined
  return yield* read(tables, (task) => byTask.get(task)!.outputs)
})

const madeAnswers = Effect.fn("madeAnswers")(function* (
  place: Place,
  subject: Subject,
  tables: ReadonlyArray<Table>,
  jobs: number,
) {
  const failures: Array<Event> = []
  const quiet: Events["Type"] = {
    emit: (event) => {
      if (event.event === "task-finished" && event.status === "failed") failures.push(event)
    },
  }
  const { summary } = yield* runExperiment(place, subject, { ...quietly, jobs }).pipe(
    Effect.provideService(Events, quiet),
  )
  if (summary.counts.failed > 0) return yield* Effect.fail(new AnswersFailed(failures))
  return yield* read(tables, (task) => summary.tasks.get(task)!.outputs)
})

const quietly: Omit<RunRequest, "jobs"> = {
  lock: "none",
  keepGoing: false,
  force: [],
  policy: {},
  ungated: "only what answers questions ran",
}

const read = (tables: ReadonlyArray<Table>, outputsOf: (task: PlannedTask) => OutputRecords) =>
  Effect.flatMap(Store, (store) =>
    expected(
      (): ReadonlyArray<Question> =>
        tables.flatMap(({ task, output }) => {
          const bytes = store.read(outputsOf(task)[output.name]!.digest)
          return questionsOf(decodeContent(output.kind, bytes) as ReadonlyArray<AnswerRow>)
        }),
    ),
  )
