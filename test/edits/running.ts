// Runs a drawn project that lies on disk, in this process but for its tasks, and says of each task how it ended.
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import "../../engine/code/lend-effect.ts"
import { Codebase, stageCodes } from "../../engine/code/stage-code.ts"
import * as declare from "../../engine/declare/index.ts"
import { experimentParams } from "../../engine/declare/params.ts"
import { History } from "../../engine/ledger/history.ts"
import type { Ledger } from "../../engine/ledger/ledger.ts"
import { plan } from "../../engine/plan/plan.ts"
import { Events } from "../../engine/report/events.ts"
import { runPlan } from "../../engine/run/runner.ts"
import { loadExperiment } from "../../engine/session/project.ts"
import type { Store } from "../../engine/store/store.ts"
import { EventRecorder } from "../../engine/testing/event-recorder.ts"
import type { Executor } from "../../engine/worker/executor.ts"

/** What became of a task, by its axis. */
export interface Ended {
  readonly label: string
  readonly status: string
  readonly key: string
  readonly outputs: Readonly<Record<string, string>>
  /** Role, or role/name → digest. */
  readonly inputs: Readonly<Record<string, string>>
  readonly error?: string
}

export type Outcome = ReadonlyMap<number, Ended>

/** Where a run keeps what it makes, and who does its tasks. */
export interface Site {
  readonly root: string
  readonly services: Context.Context<Store | Ledger>
  readonly executor: Context.Context<Executor>
}
// What a program lends to the experiments that it loads.
;(globalThis as Record<symbol, unknown>)[Symbol.for("refold.declare")] = declare

let runs = 0

/** @throws what cannot be loaded, planned or bundled; failed tasks are counted */
export async function runOnce({ root, services, executor }: Site, jobs: number): Promise<Outcome> {
  const experiment = await loadExperiment(root, "random")
  const planned = plan(experiment, experimentParams(experiment, []))
  const codes = await stageCodes(planned, new Codebase(root))
  const id = `run-${++runs}`
  const about = { params: {}, commit: null, dirty: null, host: "here", numerics: null }
  Context.get(services, History).beginRun({
    ...about,
    id,
    experiment: "random",
    started: new Date(runs).toISOString(),
  })
  const recorder = new EventRecorder()
  const options = {
    id,
    root,
    jobs,
    keepGoing: true,
    force: new Set<string>(),
    policies: [experiment.policy],
    numerics: {},
    settings: {},
  }
  const running = runPlan(planned, codes, options).pipe(
    Effect.provideService(Events, { emit: recorder.emit }),
    Effect.provide(Layer.succeedContext(executor)),
    Effect.provide(services),
  )
  const { tasks } = await Effect.runPromise(running)
  const ended = [...tasks].map(([task, { status, resolution, outputs, error }]): [number, Ended] => {
    const fingerprint = resolution?.fingerprint
    return [
      Number(task.node.axes!.i),
      {
        label: task.label,
        status,
        key: resolution?.key ?? "",
        outputs: Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest])),
        inputs: flat(fingerprint?.inputs ?? {}),
        ...(error === undefined ? {} : { error: `${error.tag}: ${error.message}` }),
      },
    ]
  })
  return new Map(ended)
}

const flat = (inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([role, given]) =>
      typeof given === "string"
        ? [[role, given]]
        : Object.entries(given as Record<string, string>).map(([name, digest]) => [
            `${role}/${name}`,
            digest,
          ]),
    ),
  )
