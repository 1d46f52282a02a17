// `logs TASK`: what the latest attempts at a task printed, and how they ended.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import type { TaskLabel } from "../content/digest.ts"
import { History } from "../ledger/history.ts"
import type { AttemptRecord } from "../ledger/records.ts"
import { errorLines, messageLines } from "../report/readers/errors.ts"
import { duration } from "../report/readers/reasons.ts"
import { visibleInLine } from "../report/visible.ts"
import { logsOf } from "../run/log/printout.ts"
import { inTurns } from "../run/turns.ts"
import { readRunFolder } from "../session/folder/results-file.ts"
import { runFolder } from "../session/folder/run-folder.ts"
import { readingLayer } from "../session/place.ts"
import { type CommandContext, placeOf } from "./context.ts"
import { badUsage } from "./failures.ts"
import { artifacts, json } from "./options.ts"
import { print } from "./output.ts"

const task = Args.text({ name: "TASK" }).pipe(Args.withDescription("A task's label"))

/** Attempts that are shown, newest first. */
const shown = 3

export const logsCommand = (context: CommandContext) =>
  Command.make("logs", { task, artifacts, json }, (given) =>
    Effect.flatMap(placeOf(context, given), (place) =>
      Effect.gen(function* () {
        const history = yield* History
        const attempts = attemptsAt(given.task as TaskLabel, history, place.artifacts).slice(0, shown)
        const why = yield* inTurns(() => notNeeded(given.task, history, place.artifacts))
        if (why !== undefined) {
          if (given.json) print(JSON.stringify({ ...why, outcome: "not-needed" }))
          else print(`not needed in run ${why.run}, as ${visibleInLine(why.why)}`)
        } else if (attempts.length === 0) {
          return yield* Effect.fail(
            badUsage(
              `no attempt at a task "${given.task}" is in ${place.artifacts}; labels are those that a run prints`,
            ),
          )
        }
        for (const attempt of attempts) {
          const { run, started, seconds, error, accelerator } = attempt
          const text = printedBy(attempt, place.artifacts)
          if (given.json) {
            print(JSON.stringify({ ...attempt, text }))
            continue
          }
          const outcome = attempt.outcome ?? "going on, or cut off,"
          const took = seconds === null ? "" : `, ${duration(seconds)}`
          const faster = accelerator === null ? "" : `, ${accelerator}`
          const head = `${outcome} in run ${run}, ${started}${took}${faster}`
          const why = error === null ? [head] : messageLines(error, `${head}: `, "  ")
          for (const line of [...why, ...(error === null ? [] : errorLines(error, "  "))]) print(line)
          print(text === "" ? "  (it printed nothing)" : text.trimEnd().replace(/^/gm, "  "))
        }
      }).pipe(Effect.provide(readingLayer(place.artifacts))),
    ),
  ).pipe(Command.withDescription("Prints what the latest attempts at a task printed"))

/** Runs that are searched for one that knows the task. */
const searched = 200

/** Whether the last run that knows a task did not need it, and the value that said so. */
function* notNeeded(label: string, history: History["Type"], artifacts: string) {
  for (const { id, started, folder } of history.runs(undefined, searched)) {
    yield
    if (!history.knows(id, label)) continue
    const found = folder === null ? undefined : yield* readRunFolder(runFolder(artifacts, folder))
    const why = Object.entries(found?.notNeeded?.tasks ?? {}).find(([, labels]) => labels.includes(label))
    return why === undefined ? undefined : { run: id, label, started, why: why[0] }
  }
  return undefined
}

/** Of an attempt that the ledger knows nothing of, since its run goes on or was killed, what its log and its run tell. */
type Shown =
  | AttemptRecord
  | (Pick<AttemptRecord, "run" | "label" | "started" | "log" | "text"> &
      Record<"outcome" | "seconds" | "error" | "accelerator", null>)

const nothingYet = { outcome: null, seconds: null, error: null, accelerator: null }

/** Newest first. */
function attemptsAt(label: TaskLabel, history: History["Type"], artifacts: string): ReadonlyArray<Shown> {
  const recorded = history.attempts(label)
  const known = new Set(recorded.map(({ log }) => log))
  const runs = history.runs(undefined, Number.MAX_SAFE_INTEGER)
  const others = runs
    .filter(({ outcome }) => outcome === null)
    .flatMap(({ id, started }) =>
      logsOf(artifacts, id, label)
        .filter((log) => !known.has(log))
        .map((log) => ({ run: id, label, started, log, text: "", ...nothingYet }))
        .reverse(),
    )
  const nth = new Map(runs.map(({ id }, i) => [id, i]))
  return [...others, ...recorded].sort((a, b) => (nth.get(a.run) ?? 0) - (nth.get(b.run) ?? 0))
}

/** The log's text; of one that `gc` has let go, that it is gone. */
function printedBy({ log, text }: Shown, artifacts: string): string {
  if (log === null) return text
  try {
    return readFileSync(join(artifacts, log), "utf8")
  } catch {
    return `(its log ${log} is gone)`
  }
}
