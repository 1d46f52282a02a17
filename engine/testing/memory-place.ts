// A place in memory for whole experiments whose stages a test declares itself: no project, no bundler, no workers.
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { StageCode } from "../code/stage-code.ts"
import { digestOf } from "../content/digest.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import type { AnyForm } from "../declare/form.ts"
import { experimentParams } from "../declare/params.ts"
import { type AnyStage, fullName } from "../declare/task.ts"
import { Claims } from "../ledger/claims.ts"
import type { Heartbeat } from "../ledger/heartbeat.ts"
import { History } from "../ledger/history.ts"
import { type Ledger, sqliteLedger } from "../ledger/ledger.ts"
import { Observations } from "../ledger/observations.ts"
import { Results } from "../ledger/results.ts"
import { type Plan, plan } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import type { RunOptions, RunSummary } from "../run/options.ts"
import { previewPlan } from "../run/preview/preview.ts"
import type { Preview, Previews } from "../run/preview/previewed.ts"
import { runPlan } from "../run/runner.ts"
import { memoryStore } from "../store/memory-store.ts"
import { CorruptArtifact, Store, type StoreError } from "../store/store.ts"
import { Executor } from "../worker/executor.ts"
import { executeUnguarded } from "../worker/in-process.ts"
import { CorruptInput, checkedBytes } from "../worker/inside/input-bytes.ts"
import { EventRecorder } from "./event-recorder.ts"
import { open } from "./layers.ts"
import type { Teardown } from "./temporary-folder.ts"

export interface MemoryRun {
  readonly summary: RunSummary
  readonly recorder: EventRecorder
}

export interface MemoryOptions extends Partial<Omit<RunOptions, "id">> {
  readonly params?: Readonly<Record<string, unknown>>
  /** What stands for a stage's code in its key; default: the text of its functions. */
  readonly code?: (stage: AnyStage) => string
  /** Stages of tasks that join while the run goes on. */
  readonly joining?: ReadonlyArray<AnyStage>
  /** Tells the recorder before the run starts, so that a test can wait for its events. */
  readonly recorder?: EventRecorder
  /** By which the run waits; default: the real one. */
  readonly clock?: Clock.Clock
}

export interface MemoryPlace {
  readonly store: Store["Type"]
  readonly results: Results["Type"]
  readonly observations: Observations["Type"]
  readonly history: History["Type"]
  readonly claims: Claims["Type"]
  readonly plan: (experiment: AnyExperiment, options?: MemoryOptions) => Plan
  /** Runs what is not cached here, one task at a time unless `jobs` says more. */
  readonly run: (experiment: AnyExperiment, options?: MemoryOptions) => Promise<MemoryRun>
  readonly preview: (experiment: AnyExperiment, options?: MemoryOptions) => Promise<ReadonlyArray<Preview>>
  /** The same, with groups. */
  readonly previews: (experiment: AnyExperiment, options?: MemoryOptions) => Promise<Previews>
}

/** What a place in memory does otherwise than usual. */
export interface MemoryServices {
  /** When owners of claims count as dead. */
  readonly beats?: Heartbeat | undefined
  /** In place of a store in memory, whose objects have no path: states of chains are gone there once their attempt has ended. */
  readonly store?: Layer.Layer<Store, StoreError>
  /** The path of a ledger that is another place's too: with its store, it is a second pipeline beside it. */
  readonly ledger?: string
  /** What its runs are called, before their number. */
  readonly name?: string
  /** Services in place of those that there are: such as some that fail. */
  readonly change?: (services: Context.Context<Store | Ledger>) => Context.Context<Store | Ledger>
}

export const memoryPlace = (t: Teardown, given: MemoryServices = {}): MemoryPlace => {
  const { beats, store, ledger = ":memory:", name = "run", change } = given
  const opened = Layer.fresh(sqliteLedger(ledger, beats))
  const services = open(t, Layer.merge(store ?? Layer.fresh(memoryStore), opened))
  return placeIn(change?.(services) ?? services, name)
}

function placeIn(services: Context.Context<Store | Ledger>, name: string): MemoryPlace {
  const history = Context.get(services, History)
  const store = Context.get(services, Store)
  const planned = (experiment: AnyExperiment, { params }: MemoryOptions = {}): Plan =>
    plan(experiment, experimentParams(experiment, [], params))
  const previews: MemoryPlace["previews"] = (experiment, options = {}) => {
    const part = planned(experiment, options)
    const previewing = previewPlan(part, codesOf(part, options), { ...usual, ...options })
    return Effect.runPromise(Effect.provide(previewing, services))
  }
  let runs = 0
  return {
    store,
    history,
    results: Context.get(services, Results),
    observations: Context.get(services, Observations),
    claims: Context.get(services, Claims),
    plan: planned,
    run: async (experiment, options = {}) => {
      const id = `${name}-${++runs}`
      const about = { params: {}, commit: null, dirty: null, host: "here", numerics: null }
      history.beginRun({ ...about, id, experiment: experiment.name, started: new Date(runs).toISOString() })
      const { recorder = new EventRecorder() } = options
      const part = planned(experiment, options)
      const running = runPlan(part, codesOf(part, options), { ...usual, ...options, id }).pipe(
        Effect.provideService(Events, { emit: recorder.emit }),
        Effect.provideService(Executor, inlineExecutor(store, stagesOf(part, options))),
        Effect.provide(services),
        Effect.withClock(options.clock ?? Clock.make()),
      )
      const summary = await Effect.runPromise(running)
      recorder.end()
      return { summary, recorder }
    },
    preview: async (experiment, options) => (await previews(experiment, options)).tasks,
    previews,
  }
}

const usual = {
  root: "/",
  jobs: 1,
  keepGoing: false,
  force: new Set<string>(),
  policies: [],
  numerics: {},
  settings: {},
}

/** A stage's functions as text: an edit of them moves the key, what they close over does not. */
const textOf = ({ definition }: AnyStage): string =>
  Object.entries({ ...definition, ...("chain" in definition ? definition.chain : {}) })
    .filter(([, part]) => typeof part === "function")
    .map(([name, part]) => `${name}: ${part}`)
    .join("\n")

const stagesOf = ({ tasks }: Plan, { joining = [] }: MemoryOptions): ReadonlyArray<AnyStage> => [
  ...tasks.map(({ node }) => node.stage),
  ...joining,
]

const codesOf = (part: Plan, options: MemoryOptions): ReadonlyMap<string, StageCode> =>
  new Map(
    stagesOf(part, options).map((stage) => [
      fullName(stage),
      {
        digest: digestOf((options.code ?? textOf)(stage)),
        path: "memory",
        packages: {},
        sources: {},
        isStateful: false,
      },
    ]),
  )

/** Performs tasks in this process, with the very functions that the test declared, on inputs from the store. */
function inlineExecutor(store: Store["Type"], stages: ReadonlyArray<AnyStage>): Executor["Type"] {
  const forms = new Map<string, AnyForm>()
  for (const { stageName, form, definition } of stages)
    if (!("program" in definition)) forms.set(`${stageName} ${form ?? null}`, definition)
  const executeHere = executeUnguarded({
    form: async ({ stage, form }) => forms.get(`${stage} ${form}`)!,
    read: (role, input) => {
      if (input.path !== store.path(input.digest)) return checkedBytes(role, input) // it lies on the disk
      try {
        return store.read(input.digest)
      } catch (failure) {
        throw failure instanceof CorruptArtifact ? new CorruptInput(role, input, "is damaged") : failure
      }
    },
  })
  return { execute: executeHere, executeHere }
}
