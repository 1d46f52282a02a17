// What a stage is and how calling one makes a task. Bundled into every stage, so it imports nothing at run time;
// it knows neither keys nor stores nor how tasks are run.
import type { Effect, Schema } from "effect"
import type { Accepts, Content } from "../content/kind.ts"

/** A role that takes any number of artifacts of one kind, each under a name of its own. */
export interface Many<K extends string> {
  readonly many: K
}
export const many = <const K extends string>(kind: K): Many<K> => ({ many: kind })

export type Roles = { readonly [role: string]: string | Many<string> }
export type Outputs = { readonly [name: string]: string }

/** What a stage may use beyond its inputs and params. Anything else is refused in workers. */
export type Allowance = "network" | "clock" | "files" | "environment"

export interface RunContext<P, I extends Roles> {
  readonly params: P
  /** Decoded by kind: bytes unless the kind has a codec. */
  readonly inputs: {
    readonly [R in keyof I]: I[R] extends Many<infer K>
      ? Readonly<Record<string, Content<K>>>
      : I[R] extends string
        ? Content<I[R]>
        : never
  }
  /** Files that the stage's numerics bring along, by name (absolute paths); empty when it declares none. */
  readonly files: Readonly<Record<string, string>>
  /** What the stage's numerics provide where they bring a module along, made by it once a worker; otherwise undefined. */
  readonly provided?: unknown
  /** Settings of this machine that never enter a key, such as where data lie. */
  readonly settings: Readonly<Record<string, string>>
  /** Reports that `done` of `total` units are complete, and lets a dead coordinator be noticed: await it. */
  readonly progress: (
    done: number,
    total: number,
    metrics?: Readonly<Record<string, number>>,
  ) => Promise<void>
  /** Await it now and then in the midst of long work, so that a dead coordinator is noticed; rejects when a thread failed. */
  readonly pause: () => Promise<void>
  /** How many cores the task may use now, its own thread's too: 1 unless others would idle. It must not show in what it gives. */
  readonly cores: () => number
  /** Starts a thread that calls the stage's `thread` with a structured clone of `given`; it ends with the task at the latest. */
  readonly thread: (given: unknown) => void
  /** A line for the task's log. */
  readonly log: (line: string) => void
}

export type Contents<O extends Outputs> = { readonly [N in keyof O]: Content<O[N]> }

/** What a stage takes and gives, and what is done between: a function of the context, or a chain of links. */
// biome-ignore lint/suspicious/noExplicitAny: the state is the chain's own affair
export type Form<P, I extends Roles, O extends Outputs, S = any> = {
  // biome-ignore lint/suspicious/noExplicitAny: the encoded side is whatever the schema says
  readonly params: Schema.Schema<P, any>
  readonly inputs: I
  readonly outputs: O
  /** A role whose distinct artifacts the history counts, for what should be looked at but once: shown, never hashed. */
  readonly counts?: keyof I & string
} & ({ readonly run: Run<P, I, O> } | { readonly chain: Chain<P, I, O, S> })

export type Run<P, I extends Roles, O extends Outputs> = (
  context: RunContext<P, I>,
) => Contents<O> | Promise<Contents<O>> | Effect.Effect<Contents<O>, unknown>

/** What a link records: numbers, from which alone a chain decides whether to stop. */
export type LinkMetrics = Readonly<Record<string, number>>

/** The links of a chain that count for `finish`, from 1. */
export interface Links {
  readonly metrics: ReadonlyArray<LinkMetrics>
  /** The saved state after link `n`; made again when its bytes were let go. */
  readonly state: (n: number) => Promise<Uint8Array>
}

/**
 * Work in content-hashed steps (an epoch each), kept one by one, so that more of them go on from where fewer ended.
 * `S` is the live state, changed in place by `advance`; `save` and `restore` must round-trip it bit for bit.
 */
export interface Chain<P, I extends Roles, O extends Outputs, S> {
  /** Params that shape only how many links there are and what `finish` makes of them; the others shape each link. */
  readonly finishing: ReadonlyArray<string>
  /** At most so many links. */
  readonly length: (params: P) => number
  /** Whether to stop after these links, although there could be more: pure. */
  readonly stops: (params: P, metrics: ReadonlyArray<LinkMetrics>) => boolean
  /** Whether the state after the last of these links is worth keeping however many follow: pure. */
  readonly isRecord: (metrics: ReadonlyArray<LinkMetrics>) => boolean
  readonly start: (context: RunContext<P, I>) => S | Promise<S>
  /** Does link `n`, from 1. */
  readonly advance: (state: S, n: number) => LinkMetrics | Promise<LinkMetrics>
  readonly save: (state: S) => Uint8Array
  readonly restore: (state: S, saved: Uint8Array) => void
  readonly finish: (context: RunContext<P, I>, links: Links) => Contents<O> | Promise<Contents<O>>
  /** Lets go of what a live state holds outside the reach of the garbage collector. */
  readonly close?: (state: S) => void
}

/** How a stage is run, whatever its form. */
export interface Traits {
  /** One sentence for `list` and pages. */
  readonly doc?: string
  /** Names the numerics that the stage computes with; their identity enters the key. */
  readonly numerics?: string
  readonly allow?: ReadonlyArray<Allowance>
  /** Packages whose files it reads without importing them, such as fonts: they enter the key like imported ones. */
  readonly packages?: ReadonlyArray<string>
  /** What `progress` counts: "epoch". */
  readonly unit?: string
  /** Only for what is synchronous and cheap: runs in the coordinator, without traps. */
  readonly inProcess?: boolean
  /** What a thread of a task does, for a stage that can use several cores; its code is the stage's, under the same traps. */
  readonly thread?: (given: never) => void | Promise<void>
  /** Further tries after a failure of the stage itself; a lost worker is always tried once more. Default 0. */
  readonly retries?: number
  /** Seconds after which an attempt is stopped and fails. Default none. */
  readonly timeout?: number
}

// biome-ignore lint/suspicious/noExplicitAny: the state is the chain's own affair
export type Definition<P, I extends Roles, O extends Outputs, S = any> = Form<P, I, O, S> & Traits

/** An output of a task (or a local file) of kind `K`: what is wired into roles. */
export interface Output<K extends string> {
  readonly _tag: "Output"
  readonly kind: K
  readonly name: string
  readonly source: TaskNode | FileNode
}

/** A param whose value an upstream task decides: it enters the key as that value. */
export interface Bound {
  readonly _tag: "Bound"
  readonly output: Output<string>
  readonly path: ReadonlyArray<string>
}

/** Binds a param to an upstream output of kind `value`, or to a field inside it. */
export const bound = (output: Output<Accepts<"value">>, ...path: ReadonlyArray<string>): Bound => ({
  _tag: "Bound",
  output,
  path,
})

export type Bindable<T> =
  | T
  | Bound
  | (T extends ReadonlyArray<unknown>
      ? never
      : T extends object
        ? { readonly [F in keyof T]: Bindable<T[F]> }
        : never)

export type Wires<I extends Roles> = {
  readonly [R in keyof I]: I[R] extends Many<infer K>
    ? Readonly<Record<string, Output<Accepts<K>>>>
    : I[R] extends string
      ? Output<Accepts<I[R]>>
      : never
}

export type Axes = Readonly<Record<string, string | number>>

export interface FileNode {
  readonly _tag: "File"
  readonly path: string
}

/** A task as declared, before it has a label or a key. */
export interface TaskNode {
  readonly _tag: "Task"
  readonly stage: AnyStage
  readonly params: unknown
  readonly inputs: Readonly<Record<string, Output<string> | Readonly<Record<string, Output<string>>>>>
  readonly axes: Axes | undefined
}

/** The task itself hides behind a symbol, so that outputs can have any name. */
export const node: unique symbol = Symbol.for("refold.node") as never

export type Task<O extends Outputs = Outputs> = { readonly [N in keyof O]: Output<O[N]> } & {
  readonly [node]: TaskNode
}

export interface Stage<P, I extends Roles, O extends Outputs> {
  /** Declares a task. `axes` name its place in a grid, for its label: `{ fold: 1, rate: 0.5 }`. */
  (
    params: Bindable<P>,
    ...rest: keyof I extends never ? [inputs?: Wires<I>, axes?: Axes] : [inputs: Wires<I>, axes?: Axes]
  ): Task<O>
  readonly _tag: "Stage"
  readonly stageName: string
  /** Which of its stage's forms this is; undefined for a stage that has but one. */
  readonly form: string | undefined
  readonly definition: Definition<P, I, O>
  /** The module that declares it, when known: what is bundled for workers and hashed. */
  readonly module: string | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: a stage of any params and roles
export type AnyStage = Stage<any, any, any>

// biome-ignore lint/suspicious/noExplicitAny: a form of any params and roles
export type AnyForm = Form<any, any, any>

/** Helps inference: one form of a stage that has several. */
/* @__NO_SIDE_EFFECTS__ */
export function form<P, const I extends Roles, const O extends Outputs, S>(
  form: Form<P, I, O, S>,
): Form<P, I, O> {
  return form
}

/** A stage of several forms: `evaluate.test(params, inputs)`. */
export type Forms<F extends Readonly<Record<string, AnyForm>>> = {
  readonly [N in keyof F]: F[N] extends Form<infer P, infer I, infer O> ? Stage<P, I, O> : never
}

/** Set by the loader of experiments before each module's body, so that a stage knows where it was declared. */
export const moduleMark = Symbol.for("refold.module")

/**
 * Declares a stage: a named, typed function of artifacts and params. With `forms`, one stage does its work on several
 * kinds of inputs, each form with kinds, params and a function of its own.
 * Export it from its module under its own name: workers import exactly that export, and its bundled code is in the key.
 *
 * @throws TypeError for a name that would not be safe in a label
 */
/* @__NO_SIDE_EFFECTS__ */
export function stage<P, const I extends Roles, const O extends Outputs, S>(
  name: string,
  definition: Definition<P, I, O, S>,
): Stage<P, I, O>
export function stage<const F extends Readonly<Record<string, AnyForm>>>(
  name: string,
  definition: Traits & { readonly forms: F },
): Forms<F>
/* @__NO_SIDE_EFFECTS__ */
export function stage(name: string, definition: AnyDefinition | (Traits & FormsField)): unknown {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new TypeError(`stage "${name}": a name is lower-case letters, digits and hyphens, a letter first`)
  }
  const module = (globalThis as Record<symbol, unknown>)[moduleMark] ?? callerModule()
  if (!("forms" in definition)) return callable(name, undefined, definition, module as string | undefined)
  const { forms, ...traits } = definition
  return Object.fromEntries(
    Object.entries(forms).map(([form, own]) => [
      form,
      callable(name, form, { ...traits, ...own }, module as string | undefined),
    ]),
  )
}

interface FormsField {
  readonly forms: Readonly<Record<string, AnyForm>>
}
// biome-ignore lint/suspicious/noExplicitAny: a definition of any params and roles
type AnyDefinition = Definition<any, any, any>

function callable(
  name: string,
  form: string | undefined,
  definition: AnyDefinition,
  module: string | undefined,
): AnyStage {
  const declare = (params: unknown, inputs: TaskNode["inputs"] = {}, axes?: Axes): Task => {
    const source: TaskNode = { _tag: "Task", stage: self as unknown as AnyStage, params, inputs, axes }
    const outputs = Object.entries(definition.outputs as Outputs).map(
      ([output, kind]): [string, Output<string>] => [output, { _tag: "Output", kind, name: output, source }],
    )
    return Object.assign(Object.fromEntries(outputs), { [node]: source }) as Task
  }
  const self = Object.assign(declare, { _tag: "Stage", stageName: name, form, definition, module })
  return self as unknown as AnyStage
}

/** Outside the loader, the stack says which module called `stage`: the first that is not this one. */
function callerModule(): string | undefined {
  const modules = modulesOnStack()
  return modules.find((module) => module !== modules[0])
}

/** Asked for as data, since a path in the text of a stack may hold blanks; from the text where there is no such thing. */
function modulesOnStack(): ReadonlyArray<string> {
  const errors = Error as { prepareStackTrace?: unknown }
  const before = errors.prepareStackTrace
  let modules: ReadonlyArray<string> | undefined
  errors.prepareStackTrace = (_: unknown, sites: ReadonlyArray<{ getFileName: () => string | null }>) => {
    modules = sites
      .map((site) => site.getFileName() ?? "")
      .filter((name) => /^(file:|\/|[A-Z]:\\)/.test(name))
    return ""
  }
  const text = new Error().stack ?? ""
  errors.prepareStackTrace = before
  return (modules ?? text.match(/(file:\/\/)?\/[^\s()]+?(?=:\d+:\d+)/g) ?? []).map(
    (name) => name.split("?", 1)[0]!,
  )
}
