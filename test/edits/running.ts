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
import { Store } from "../../engine/store/store.ts"
import { EventRecorder } from "../../engine/testing/event-recorder.ts"
import type { Executor } from "../../engine/worker/executor.ts"

/** What became of a task. */
export interface Ended {
  readonly label: string
  readonly status: string
  readonly key: string
  readonly outputs: Readonly<Record<string, string>>
  readonly error?: string
  /** What one of its outputs holds, while the store is open. */
  readonly value: (output: string) => unknown
}

/** By task and items. */
export type Outcome = ReadonlyMap<string, Ended>

/** Of the groups that a task stands in, by their names. */
export type Items = Readonly<Record<string, string | number>>

/** What tells the tasks of a run apart, whatever labels say. */
export const instance = (id: number, items: Items): string =>
  `${id} ${JSON.stringify(Object.entries(items).sort(([a], [b]) => (a < b ? -1 : 1)))}`

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
  const { tasks, groups } = await Effect.runPromise(running)
  for (const [{ label }, { error }] of groups)
    if (error !== undefined) throw new Error(`the group ${label}: ${error.message}`)
  const store = Context.get(services, Store)
  const ended = [...tasks].map(([task, { status, resolution, outputs, error }]): [string, Ended] => [
    instance(Number(task.node.axes!.i), task.inside?.scope ?? {}),
    {
      label: task.label,
      status,
      key: resolution?.key ?? "",
      outputs: byName(outputs, ({ digest }) => digest),
      ...(error === undefined ? {} : { error: `${error.tag}: ${error.message}` }),
      value: (output) => JSON.parse(new TextDecoder().decode(store.read(outputs[output]!.digest))),
    },
  ])
  return new Map(ended)
}

/** In the order of names: a ledger has another than a task. */
const byName = <A, B>(all: Readonly<Record<string, A>>, of: (one: A) => B): Readonly<Record<string, B>> =>
  Object.fromEntries(
    Object.keys(all)
      .sort()
      .map((name) => [name, of(all[name]!)]),
  )
