// `status`: of each experiment with its default params, how many tasks are cached, stale, and other than its lock says.
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { adoptHint, areByCode } from "../adopt/hint.ts"
import { Codebase } from "../code/stage-code.ts"
import type { Steps } from "../content/steps.ts"
import { experimentParams } from "../declare/params.ts"
import type { Reason } from "../key/explain.ts"
import { recordingFiles } from "../key/file-records.ts"
import { Transactions } from "../ledger/transactions.ts"
import { checkCurrent } from "../lock/current.ts"
import { readingLock } from "../lock/lock-file.ts"
import { lockedObservations } from "../lock/observations.ts"
import { planning } from "../plan/plan.ts"
import type { Difference } from "../report/differences.ts"
import { counted } from "../report/readers/counted.ts"
import { reasonText } from "../report/readers/reasons.ts"
import { textTable } from "../report/readers/table.ts"
import { previewPlan } from "../run/preview/preview.ts"
import type { Preview } from "../run/preview/previewed.ts"
import { inTurns } from "../run/turns.ts"
import { expectedInTurns } from "../session/expected.ts"
import { type Place, readingLayer } from "../session/place.ts"
import { experimentNames } from "../session/project.ts"
import { type CommandContext, placeOf } from "./context.ts"
import { errorOf } from "./failures.ts"
import { codesOf, loadedExperiment, settled } from "./loading.ts"
import { artifacts, json, rehash } from "./options.ts"
import { print } from "./output.ts"

export const statusCommand = (context: CommandContext) =>
  Command.make("status", { artifacts, rehash, json }, (given) =>
    Effect.flatMap(placeOf(context, given), (place) =>
      Effect.gen(function* () {
        const codebase = new Codebase(place.root)
        const names = experimentNames(context.root)
        const rows: Array<Status> = []
        const problems: Array<string> = []
        for (const name of names) {
          const status = yield* settled(statusOf(place, codebase, name))
          if (Either.isLeft(status)) {
            problems.push(`${name} cannot be told: ${status.left.message}`)
            if (given.json) print(JSON.stringify({ experiment: name, error: errorOf(status.left) }))
            continue
          }
          const { unreadable, keyFormat, isAdoptable, ...row } = status.right
          rows.push(status.right)
          if (unreadable !== null) problems.push(unreadable.message)
          if (keyFormat !== null)
            problems.push(`${name}: ${counted(keyFormat.tasks, "task")}: ${reasonText(keyFormat.why)}`)
          if (isAdoptable) problems.push(`${name}: ${adoptHint(name)}`)
          if (given.json)
            print(
              JSON.stringify({
                ...row,
                ...(keyFormat === null ? {} : { keyFormat }),
                ...(unreadable === null ? {} : { error: unreadable }),
              }),
            )
        }
        if (given.json) return
        const isAnyUnneeded = rows.some((row) => row["not needed"] !== undefined)
        print(
          names.length === 0
            ? `${place.root}/experiments holds no experiment`
            : textTable(rows.map((row) => shownOf(row, isAnyUnneeded))),
        )
        for (const problem of problems) print(`\n${problem}`)
      }).pipe(Effect.provide(readingLayer(place.artifacts))),
    ),
  ).pipe(
    Command.withDescription(
      "Counts each experiment's tasks: cached, stale, and differing from its lock file",
    ),
  )

/** Every row has the columns of the first. */
const shownOf = (
  { unreadable: _, keyFormat: __, isAdoptable: ___, "not needed": unneeded = 0, ...row }: Status,
  isAnyUnneeded: boolean,
) => (isAnyUnneeded ? { ...row, "not needed": unneeded } : row)

type Status = Effect.Effect.Success<ReturnType<typeof statusOf>>

const statusOf = Effect.fn("statusOf")(function* (place: Place, codebase: Codebase, name: string) {
  const { root, numerics } = place
  const { read: snapshot } = yield* Transactions
  const experiment = yield* loadedExperiment(root, name)
  const planned = yield* expectedInTurns(() => planning(experiment, experimentParams(experiment, [])))
  const codes = yield* codesOf(root, planned, codebase)
  const { tasks: previews } = yield* previewPlan(planned, codes, {
    root,
    numerics,
    force: new Set(),
    locked: lockedObservations(root, planned.experiment),
  })
  const read = yield* settled(expectedInTurns(() => readingLock(root, name)))
  const lock = Either.getOrUndefined(read)
  const differing =
    lock === undefined
      ? undefined
      : (yield* expectedInTurns(function* () {
          const files = yield* recordingFiles(root, planned.files)
          return yield* checkCurrent(lock, { plan: planned, codes, files, numerics })
        })).differences
  const count = (status: Preview["status"]): number =>
    previews.filter((preview) => preview.status === status).length
  return {
    experiment: name,
    tasks: previews.length,
    cached: count("cached"),
    stale: count("will-run"),
    undecided: count("undecided"),
    ...(count("not-needed") === 0 ? {} : { "not needed": count("not-needed") }),
    "differing from lock": differing === undefined ? null : countOf(differing),
    keyFormat: yield* inTurns(() => movedFormat(previews, differing ?? []), snapshot),
    isAdoptable: areByCode(differing ?? []),
    /** A lock that cannot be read tells nothing of the tasks, and they nothing of it. */
    unreadable: Either.isLeft(read) ? errorOf(read.left) : null,
  }
})

/** Those of a group are told together. */
const countOf = (differing: ReadonlyArray<Difference>): number =>
  differing.reduce((count, each) => {
    if (each.what === "key") return count + (each.group?.tasks ?? 1)
    return count + (each.what === "more" ? each.differences : 1)
  }, 0)

/** How many tasks have results, or lines in the lock, under keys of another format, if any: nothing else need have changed. */
function* movedFormat(
  previews: ReadonlyArray<Preview>,
  differing: ReadonlyArray<Difference>,
): Steps<{ readonly tasks: number; readonly why: Reason } | null> {
  const reasons = new Map<string, Reason>()
  const note = (task: string, why: ReadonlyArray<Reason>): void => {
    const reason = why.find(({ reason }) => reason === "key-format")
    if (reason !== undefined) reasons.set(task, reason)
  }
  for (const preview of previews) {
    yield
    if (preview.status !== "cached") note(preview.task.label, preview.why)
  }
  for (const difference of differing) if (difference.what === "key") note(difference.task, difference.why)
  const [why] = reasons.values()
  return why === undefined ? null : { tasks: reasons.size, why }
}
