// The library: declare stages and experiments, run them, read results back.
import "./code/lend-declare.ts"
import "./code/lend-effect.ts"
import { availableParallelism } from "node:os"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type { Content } from "./content/kind.ts"
import type { Experiment, ParamFields, ParamsOf } from "./declare/experiment.ts"
import { experimentParams } from "./declare/params.ts"
import { type Policies, wrongPolicies, wrongStage } from "./declare/policy/policy.ts"
import type { GroupEntry } from "./declare/run-context.ts"
import type { GroupOutput, OptionalOutput, Output } from "./declare/task.ts"
import { type NumericsRegistry, offeredNumerics } from "./key/numerics.ts"
import { type Plan, plan } from "./plan/plan.ts"
import { stagesOf } from "./plan/planned.ts"
import { type Event, Events } from "./report/events.ts"
import type { GateFacts } from "./report/page/facts.ts"
import { foldersOf, projectConfig } from "./session/config.ts"
import { loading } from "./session/load.ts"
import { artifactLayer, type Place, readingLayer } from "./session/place.ts"
import { projectRoot, withProject } from "./session/project.ts"
import { runExperiment } from "./session/run-experiment.ts"
import { workerCommand } from "./worker/worker-command.ts"

export * from "./declare/index.ts"
export type { Event } from "./report/events.ts"
export type { GateFacts } from "./report/page/facts.ts"

export interface Options<F extends ParamFields> {
  /** Overlays the params' defaults. */
  readonly params?: Partial<ParamsOf<F>>
  /** The project; default: the nearest package.json above the working directory. */
  readonly root?: string
  /** Default: what the project's configuration says, else `artifacts` in the project. */
  readonly artifacts?: string
  readonly jobs?: number
  readonly keepGoing?: boolean
  /** How tasks are run, by the name of their stage: before what the experiment, the project and the stage itself say. */
  readonly policy?: Policies
  /** What stages compute with; default: our own kernels. */
  readonly numerics?: NumericsRegistry
  readonly onEvent?: (event: Event) => void
}

/** What came of a run: its id and how many tasks ran, were cached, failed, were skipped or not needed. */
export interface Outcome {
  readonly run: string
  readonly ran: number
  readonly cached: number
  readonly failed: number
  readonly skipped: number
  /** That upstream values decided against. */
  readonly notNeeded: number
  /** Of the experiment's gates, in the order of their declaration, which are kept, broken or not checked. */
  readonly gates: ReadonlyArray<GateFacts>
}

/** Runs an experiment and resolves once nothing is left to do; a failed task is counted, not thrown. */
export async function run<F extends ParamFields, R>(
  experiment: Experiment<F, R>,
  options: Options<F> = {},
): Promise<Outcome> {
  const place = await placeOf(options)
  const params = experimentParams(experiment, [], options.params)
  const subject = {
    experiment,
    params,
    plan: plan({ ...experiment, wire: withProject(experiment, place.root) }, params),
  }
  const request = {
    jobs: options.jobs ?? availableParallelism(),
    keepGoing: options.keepGoing ?? false,
    lock: "none" as const,
    force: [],
    policy: checkedPolicy(options.policy ?? {}, subject.plan),
    ungated: Object.keys(options.params ?? {}).length > 0 ? "other params were given" : undefined,
  }
  const running = runExperiment(place, subject, request).pipe(
    Effect.provide(
      Layer.merge(
        artifactLayer(place.artifacts),
        Layer.succeed(Events, { emit: options.onEvent ?? (() => {}) }),
      ),
    ),
  )
  const { id, summary, gates } = await settled(running)
  return { run: id, ...summary.counts, gates }
}

/**
 * Reads a result back, decoded by its kind: `await load(survey, (tasks) => tasks[0].rows)`; of what a group gives, one for each
 * item, in the order of its list; of an optional output, undefined where an upstream value says that it is not needed. Rejects when it is
 * not cached for today's code, params and inputs: run the experiment first.
 */
export function load<F extends ParamFields, R, K extends string>(
  experiment: Experiment<F, R>,
  pick: (wired: R) => Output<K>,
  options?: Options<F>,
): Promise<Content<K>>
export function load<F extends ParamFields, R, K extends string>(
  experiment: Experiment<F, R>,
  pick: (wired: R) => Output<K> | OptionalOutput<K>,
  options?: Options<F>,
): Promise<Content<K> | undefined>
export function load<F extends ParamFields, R, K extends string>(
  experiment: Experiment<F, R>,
  pick: (wired: R) => GroupOutput<K>,
  options?: Options<F>,
): Promise<ReadonlyArray<GroupEntry<K>>>
export async function load<F extends ParamFields, R>(
  experiment: Experiment<F, R>,
  pick: (wired: R) => Output<string> | OptionalOutput<string> | GroupOutput<string>,
  options: Options<F> = {},
): Promise<unknown> {
  const place = await placeOf(options)
  const params = experimentParams(experiment, [], options.params)
  const wired = { ...experiment, wire: withProject(experiment, place.root) }
  return settled(
    Effect.provide(loading(place, wired as never, params, pick as never), readingLayer(place.artifacts)),
  )
}

function checkedPolicy(policy: Policies, { tasks }: Plan): Policies {
  const wrong = wrongPolicies(policy) ?? wrongStage(policy, stagesOf(tasks))
  if (wrong !== undefined) throw new TypeError(`run: ${wrong}`)
  return policy
}

/** Rejects with the failure itself, whether it was expected or not. */
async function settled<A, E>(effect: Effect.Effect<A, E>): Promise<A> {
  const exit = await Effect.runPromiseExit(effect)
  if (Exit.isSuccess(exit)) return exit.value
  throw Cause.squash(exit.cause)
}

async function placeOf<F extends ParamFields>({
  root: given,
  artifacts,
  numerics = offeredNumerics(),
}: Options<F>): Promise<Place> {
  const root = given ?? projectRoot(process.cwd())
  const config = await projectConfig(root)
  const folders = foldersOf(root, config, { artifacts })
  return {
    root,
    artifacts: folders.artifacts.path,
    config,
    numerics,
    settings: { root, ...(folders.data === undefined ? {} : { data: folders.data.path }) },
    worker: workerCommand(undefined),
    compare: () => [],
  }
}
