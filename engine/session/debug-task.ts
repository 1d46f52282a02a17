// One task in a process that waits for a debugger: no time limit, no retries, and nothing of it is kept.

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { debugCopy } from "../code/debug-copy.ts"
import type { StageCode } from "../code/stage-code.ts"
import { fullName } from "../declare/task.ts"
import { fileInputs } from "../key/file-inputs.ts"
import { environmentOf } from "../key/numerics.ts"
import { inputRecords, type Resolution, resolve } from "../key/resolve.ts"
import { foldersIn, smallContents } from "../key/small-contents.ts"
import type { OutputRecords } from "../ledger/records.ts"
import { Results } from "../ledger/results.ts"
import { lockedObservations } from "../lock/observations.ts"
import type { Plan } from "../plan/plan.ts"
import { type PlannedTask, tasksUpstream } from "../plan/planned.ts"
import { stepsTaken } from "../plan/taken.ts"
import { authored } from "../run/authored-error.ts"
import { chainOf } from "../run/chain.ts"
import { previewPlan } from "../run/preview/preview.ts"
import { placing, taskFile } from "../run/task-file.ts"
import { inTurns } from "../run/turns.ts"
import { Store } from "../store/store.ts"
import { Executor, type News, orLost } from "../worker/executor.ts"
import { guardedCommands } from "../worker/guarded-bodies.ts"
import { inspected } from "../worker/inspected.ts"
import { localPool } from "../worker/local-pool.ts"
import type { ResultFile } from "../worker/protocol.ts"
import { declaredSecrets } from "../worker/secrets.ts"
import { expected, expectedLater } from "./expected.ts"
import type { Place } from "./place.ts"

/** What a task takes is not there, as what makes it has not run: what to type. */
export class InputsMissing extends Error {
  readonly _tag = "InputsMissing"
}

export interface Debugged {
  readonly result: ResultFile
  /** The outputs that are known under the task's key. */
  readonly known: OutputRecords | undefined
  /** Whether its bits are the same each time. */
  readonly isExact: boolean
}

export interface DebugOptions {
  readonly plan: Plan
  readonly task: PlannedTask
  readonly codes: ReadonlyMap<string, StageCode>
  /** Of the inspector; 0 for any that is free. */
  readonly port: number
  readonly hear: (news: News) => void
}

/** Performs the task with the inspector open. Fails with InputsMissing, and what resolving or the store may say. */
export const debugTask = Effect.fn("debugTask")(function* (place: Place, options: DebugOptions) {
  const { task, port, hear } = options
  const store = yield* Store
  const results = yield* Results
  const { resolution, files } = yield* resolved(place, options)
  const folder = yield* scratchFolder
  const file = yield* expected(() =>
    taskFile(task, resolution, {
      settings: place.settings,
      folder,
      isPortable: false,
      place: placing(store, files),
      links: chainOf(task) === undefined ? undefined : [],
    }),
  )
  const copy = yield* expectedLater(() => debugCopy(place.root, resolution.code))
  const performing = Effect.gen(function* () {
    const { execute } = yield* Executor
    return yield* execute({ ...file, ...copy }, folder, hear)
  })
  const performed = yield* performing.pipe(
    Effect.provide(
      localPool(inspected(place.worker, port), environmentOf(place.numerics), declaredSecrets()),
    ),
    orLost,
  )
  const debugged: Debugged = {
    result: yield* authored(performed, resolution.code, place.root, task),
    known: results.outputs(resolution.key),
    isExact: resolution.numerics?.exact !== false,
  }
  return debugged
}, Effect.scoped)

const scratchFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "refold-debug-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })),
)

/** The task with its inputs, all of which are there. */
const resolved = Effect.fn("resolved")(function* (place: Place, { plan: whole, task, codes }: DebugOptions) {
  const store = yield* Store
  const { root, numerics } = place
  const { tasks, plan, decide } = yield* previewPlan(whole, codes, {
    root,
    numerics,
    force: new Set(),
    locked: lockedObservations(root, whole.experiment),
  })
  const byTask = new Map(tasks.map((preview) => [preview.task, preview]))
  const sure = stepsTaken(task, decide, plan) ?? task.upstream
  const missing = tasksUpstream({ upstream: sure }, plan).filter(
    (other) => byTask.get(other)?.status !== "cached",
  )
  if (missing.length > 0) return yield* Effect.fail(notThere(plan, task, missing))
  const files = yield* fileInputs(root, plan.files, inTurns)
  const resolution = yield* expected((): Resolution => {
    const resolution = resolve(task, codes.get(fullName(task.node.stage))!, {
      outputs: (node) => byTask.get(plan.task(node))!.outputs,
      file: files.record,
      value: smallContents(store),
      folder: foldersIn(store, files),
      opened: (node) => plan.opened(plan.group(node))!,
      hasOutputs: (node) => byTask.get(plan.task(node))?.status === "cached",
      label: (node) => plan.task(node).label,
      numerics,
      command: guardedCommands(plan.bundle),
    })
    for (const input of inputRecords(resolution)) files.supply(input)
    return resolution
  })
  return { resolution, files }
})

function notThere(plan: Plan, task: PlannedTask, missing: ReadonlyArray<PlannedTask>): InputsMissing {
  const labels = missing.map(({ label }) => label)
  const what = labels.slice(0, 4).join(", ") + (labels.length > 4 ? ` and ${labels.length - 4} more` : "")
  const how = labels.slice(0, 4).map((label) => `--exp ${plan.experiment} --to ${label}`)
  return new InputsMissing(
    `${task.label} takes what ${what} ${labels.length === 1 ? "gives" : "give"}, which is not at hand: run ${how.join(", then ")} first, with the same --set`,
  )
}
