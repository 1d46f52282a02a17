// What a finished run leaves for people: a folder of its named results, their page, and the event that tells of them.
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { memo } from "../content/memo.ts"
import type { Steps } from "../content/steps.ts"
import { inexactNames, inexactTasks } from "../key/exactness.ts"
import { History } from "../ledger/history.ts"
import type { RunRecord } from "../ledger/records.ts"
import { Results } from "../ledger/results.ts"
import { Transactions } from "../ledger/transactions.ts"
import type { Plan } from "../plan/plan.ts"
import { isGroup, type PlannedStep } from "../plan/planned.ts"
import type { Source } from "../plan/wired-outputs.ts"
import { Events } from "../report/events.ts"
import { cellsOf, measuredDigest, mostMeasured } from "../report/groups/cells.ts"
import type { Counted, RunFacts } from "../report/page/facts.ts"
import { page } from "../report/page/page.ts"
import { isPicture } from "../report/page/pictures.ts"
import { decisionText } from "../report/readers/reasons.ts"
import { errorFacts } from "../run/authored-error.ts"
import type { RunSummary } from "../run/options.ts"
import { inTurns } from "../run/turns.ts"
import { Store } from "../store/store.ts"
import { isWhole, restoreRunFolder } from "./folder/restore.ts"
import { type ResultsFile, readRunFolder } from "./folder/results-file.ts"
import {
  type NamedResult,
  namesDigest,
  runFolder,
  shownBefore,
  storedHeadlines,
  writePage,
  writeRunFolder,
} from "./folder/run-folder.ts"
import type { Judge } from "./gates.ts"
import { orCorruptInTurns } from "./healing.ts"
import type { Place } from "./place.ts"

/** Of an experiment's runs, how many are asked whether their folder already holds the same results. */
const lookedAt = 20

/** Copies named results under readable names, unless an earlier run's folder already holds just these, and judges their gates. */
export const present = Effect.fn("present")(function* (
  place: Place,
  plan: Plan,
  summary: RunSummary,
  about: Omit<RunFacts, "tasks" | "counted">,
  judge: Judge | undefined,
) {
  const history = yield* History
  const results = yield* Results
  const transactions = yield* Transactions
  const store = yield* Store
  const { emit } = yield* Events
  const named = namedResults(plan, summary)
  const gates =
    judge &&
    (yield* orCorruptInTurns(function* () {
      yield
      return judge(storedHeadlines(store, named))
    }))
  const marks = {
    ...inexactFacts(place, plan),
    ...adoptedFacts(plan, summary, results),
    ...notNeededFacts(plan, summary),
    ...(gates === undefined ? {} : { gates }),
    ...(about.compared === undefined ? {} : { compared: about.compared }),
    ...(about.best === undefined ? {} : { best: about.best }),
  }
  const past = history.runs(plan.experiment, lookedAt)
  const folderOf = (id: string): string => runFolder(place.artifacts, id)
  const measured = yield* inTurns(
    () => measuredDigest(taskKeys(plan, summary), results.metrics),
    transactions.read,
  )
  const { digest, shown, isShownWhole } = yield* inTurns(function* () {
    const digest = yield* namesDigest(named, { ...marks, measured })
    const shown = yield* shownBefore(past, digest, named, (id) => readRunFolder(folderOf(id)))
    const isShownWhole = shown !== undefined && (yield* isWhole(folderOf(shown.folder), shown.found))
    return { digest, shown, isShownWhole }
  })
  const path = folderOf(shown?.folder ?? about.run)
  const maker = past.find(({ id }) => id === shown?.folder)
  const facts = (tasks: RunFacts["tasks"]): RunFacts => ({
    ...about,
    ...marks,
    counted: countedBy(plan).map((each) => ({
      ...each,
      count: results.distinctInputs(each.stage, each.role),
    })),
    tasks,
  })
  const made = Effect.gen(function* () {
    const tasks = yield* inTurns(() => taskFacts(plan, summary, results), transactions.read)
    const measured = yield* inTurns(
      () => cellsOf(taskKeys(plan, summary), results.metrics, mostMeasured),
      transactions.read,
    )
    return yield* orCorruptInTurns(() => writeRunFolder(store, path, { ...facts(tasks), measured }, named))
  })
  const restored = (found: ResultsFile, run: RunRecord) =>
    orCorruptInTurns(() => restoreRunFolder({ store, results, history }, path, run, found, about))
  const written =
    shown === undefined || maker === undefined
      ? yield* made
      : isShownWhole
        ? shown.found
        : yield* restored(shown.found, maker)
  emit({
    event: "results",
    experiment: plan.experiment,
    run: about.run,
    folder: path,
    ...(written.inexact === undefined ? {} : { inexact: written.inexact }),
    metrics: written.metrics,
    values: written.values,
    summaries: written.summaries,
    pictures: Object.values(written.outputs).flatMap(({ kind, file }) =>
      file !== undefined && isPicture(kind) ? [join(path, file)] : [],
    ),
    ...(plan.conditional.length === 0 ? {} : { notNeeded: plan.conditional.map(({ name }) => name) }),
  })
  return { results: digest, folder: shown?.folder ?? about.run, gates: gates ?? [] }
})

/** The page of a run that failed, alone in its folder. @returns no page where none can be written: the failure itself counts */
export const presentFailure = Effect.fn("presentFailure")(function* (
  place: Place,
  plan: Plan,
  summary: RunSummary,
  about: Omit<RunFacts, "tasks" | "counted">,
) {
  const results = yield* Results
  const transactions = yield* Transactions
  const tasks = yield* inTurns(() => taskFacts(plan, summary, results), transactions.read)
  const failures = [...summary.tasks].flatMap(([{ label }, { error }]) =>
    error === undefined ? [] : [{ task: label, error: errorFacts(error) }],
  )
  const facts: RunFacts = { ...about, ...notNeededFacts(plan, summary), counted: [], tasks, failures }
  const text = yield* inTurns(() => page(facts, {}, [], []))
  const written = yield* Effect.option(
    Effect.try(() => writePage(runFolder(place.artifacts, about.run), text)),
  )
  return Option.match(written, {
    onNone: () => ({ results: null, folder: null, page: undefined }),
    onSome: (path) => ({ results: null, folder: about.run, page: path }),
  })
})

const namedResults = (plan: Plan, summary: RunSummary): ReadonlyArray<NamedResult> =>
  plan.results.flatMap(({ name, output, single }) => {
    if (output.source._tag !== "Task") return []
    const task = plan.task(output.source)
    return [{ name, single, task: task.label, ...summary.tasks.get(task)!.outputs[output.name]! }]
  })

function inexactFacts({ numerics }: Place, plan: Plan): Pick<RunFacts, "inexact"> {
  const found = inexactTasks(plan, numerics)
  if (found.size === 0) return {}
  return { inexact: { numerics: inexactNames(numerics), tasks: [...found].map(({ label }) => label) } }
}

function adoptedFacts(
  plan: Plan,
  { tasks }: RunSummary,
  results: Results["Type"],
): Pick<RunFacts, "adopted"> {
  const marked = results.adopted()
  if (marked.size === 0) return {}
  const adopted = plan.tasks.filter((task) => marked.has(tasks.get(task)!.resolution!.key))
  return adopted.length === 0 ? {} : { adopted: adopted.map(({ label }) => label) }
}

function notNeededFacts({ conditional }: Plan, { tasks }: RunSummary): Pick<RunFacts, "notNeeded"> {
  const labels = new Map<string, Array<string>>()
  const decisions = new Map<unknown, string>()
  for (const [{ node, label }, { decision }] of tasks) {
    if (decision === undefined) continue
    const why = decisionText(decision)
    memo(labels, why, () => []).push(label)
    decisions.set(node, why)
  }
  if (labels.size === 0) return {}
  const results = conditional.flatMap(({ name, output: { source } }) => {
    const why = sourcesIn(source)
      .map((each) => decisions.get(each))
      .find((each) => each !== undefined)
    return why === undefined ? [] : [[name, why] as const]
  })
  return { notNeeded: { results: Object.fromEntries(results), tasks: Object.fromEntries(labels) } }
}

/** What may give the output that a choice comes to. */
const sourcesIn = (source: Source): ReadonlyArray<Source> =>
  source._tag === "Choice" ? source.branches.flatMap(({ output }) => sourcesIn(output.source)) : [source]

function* taskFacts(plan: Plan, summary: RunSummary, results: Results["Type"]): Steps<RunFacts["tasks"]> {
  const facts: Array<RunFacts["tasks"][number]> = []
  const groups = groupOf(plan)
  const others = [...summary.tasks].flatMap(([task, { status }]) => (status === "not-needed" ? [task] : []))
  for (const task of [...plan.tasks, ...others]) {
    yield
    const group = groups.get(task)
    const { status, resolution, observed } = summary.tasks.get(task)!
    const seconds = resolution === undefined ? undefined : results.seconds(resolution.key)
    facts.push({
      ...{ label: task.label, stage: task.stage, status, seconds },
      ...(group === undefined ? {} : { group }),
      ...(observed === undefined ? {} : { observed: observed.at }),
    })
  }
  return facts
}

/** The labels of the groups that tasks are made for. */
function groupOf({ steps, opened }: Plan): ReadonlyMap<PlannedStep, string> {
  const groups = new Map<PlannedStep, string>()
  for (const step of steps)
    if (isGroup(step)) for (const inner of opened(step)?.steps ?? []) groups.set(inner, step.label)
  return groups
}

function* taskKeys(plan: Plan, summary: RunSummary) {
  for (const task of plan.tasks) {
    const { label, stage } = task
    yield { label, stage, key: summary.tasks.get(task)!.resolution?.key }
  }
}

/** The stages of a plan that say what should pass them but once. */
function countedBy({ tasks }: Plan): ReadonlyArray<Counted> {
  const found = new Map<string, Counted>()
  for (const { node, stage } of tasks) {
    const { form, definition } = node.stage
    const name = form === undefined ? stage : `${stage}.${form}`
    if (definition.counts !== undefined) found.set(name, { stage: name, role: definition.counts })
  }
  return [...found.values()]
}
