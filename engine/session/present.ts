// What a finished run leaves for people: copies of its named results, their page, and the event that tells of them.
import { join, resolve as resolvePath } from "node:path"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { inexactNames, inexactTasks } from "../key/exactness.ts"
import { Ledger } from "../ledger/ledger.ts"
import type { Plan, PlannedTask } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import type { Counted, RunFacts } from "../report/page/page.ts"
import type { RunSummary } from "../run/runner.ts"
import { type NamedResult, readResults, resultsDigest, writeResults } from "./run-folder.ts"
import type { Place } from "./session.ts"

/** Copies named results under readable names, unless an earlier run's folder already holds just these. */
export const present = (
  place: Place,
  planned: Plan,
  summary: RunSummary,
  about: Omit<RunFacts, "tasks" | "counted">,
) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger
    const { emit } = yield* Events
    const results = planned.results.flatMap(({ name, output, single }): ReadonlyArray<NamedResult> => {
      if (output.source._tag === "File") return []
      const task = planned.task(output.source)
      return [{ name, single, task: task.label, ...summary.tasks.get(task)!.outputs[output.name]! }]
    })
    const found = inexactTasks(planned, place.numerics)
    const inexact =
      found.size === 0
        ? undefined
        : { numerics: inexactNames(place.numerics), tasks: [...found].map(({ label }) => label) }
    const digest = resultsDigest(results, inexact)
    const earlier = ledger
      .runs(planned.experiment, 20)
      .find(
        (run) => run.results === digest && run.folder !== null && readResults(runFolder(place, run.folder)),
      )
    const folder = earlier?.folder ?? about.run
    const path = runFolder(place, folder)
    const facts = (): RunFacts => ({
      ...about,
      ...(inexact === undefined ? {} : { inexact }),
      counted: countedBy(planned).map((each) => ({
        ...each,
        count: ledger.distinctInputs(each.stage, each.role),
      })),
      tasks: ledger.together(() => planned.tasks.map((task) => taskFacts(task, summary, ledger))),
    })
    const written = readResults(path) ?? (yield* writeResults(path, facts(), results))
    emit({
      event: "results",
      experiment: planned.experiment,
      run: about.run,
      folder: path,
      ...(written.inexact === undefined ? {} : { inexact: written.inexact }),
      metrics: written.metrics,
      values: written.values,
      summaries: written.summaries,
      pictures: Object.values(written.outputs).flatMap(({ kind, file }) =>
        /^(image|svg)\b/.test(kind) ? [join(path, file)] : [],
      ),
    })
    return { results: digest, folder }
  })

const taskFacts = (
  task: PlannedTask,
  summary: RunSummary,
  ledger: Context.Tag.Service<Ledger>,
): RunFacts["tasks"][number] => {
  const { status, resolution } = summary.tasks.get(task)!
  const seconds = resolution === undefined ? undefined : ledger.seconds(resolution.key)
  return { label: task.label, stage: task.stage, status, seconds }
}

export const runFolder = (place: Pick<Place, "artifacts">, id: string): string =>
  resolvePath(place.artifacts, "runs", id)

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
