// What calling a stage makes: tasks, their outputs, and params that an upstream task decides. It labels and keys nothing.
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import type { Accepts } from "../content/kind.ts"
import type { AnyForm, Definition, Form, Program } from "./form.ts"
import type { Given } from "./given.ts"
import type { Group, KindOf, Many, Optional, Roles, Settled } from "./roles.ts"
import type { Outputs } from "./run-context.ts"

/** An output of a task (or a local file) of kind `K`: what is wired into roles. */
export interface Output<K extends string> {
  readonly _tag: "Output"
  readonly kind: K
  readonly name: string
  readonly source: TaskNode | FileNode | ItemNode | ChoiceNode
}

/** An output that there may be none of, as a condition decides: wired into roles `optional` alone. */
export interface OptionalOutput<K extends string> {
  readonly _tag: "OptionalOutput"
  readonly kind: K
  readonly name: string
  readonly source: ChoiceNode
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

type Needed<I extends Roles> = {
  readonly [R in keyof I as I[R] extends Optional<string> ? never : R]: I[R] extends Many<infer K>
    ? Readonly<Record<string, Output<Accepts<K>>>> | GroupOutput<Accepts<K>>
    : I[R] extends Group<infer K> | Settled<infer K>
      ? GroupOutput<Accepts<K>>
      : I[R] extends string
        ? Output<Accepts<I[R]>>
        : never
}

type Omissible<I extends Roles> = {
  readonly [R in keyof I as I[R] extends Optional<string> ? R : never]?:
    | Output<Accepts<KindOf<I[R]>>>
    | OptionalOutput<Accepts<KindOf<I[R]>>>
    | undefined
}

/** What a task is wired to, by role; of roles that nothing is known of, anything. */
export type Wires<I extends Roles> = 0 extends 1 & I ? TaskNode["inputs"] : Needed<I> & Omissible<I>

export type Axes = Readonly<Record<string, string | number>>

export interface FileNode {
  readonly _tag: "File"
  /** Or, of several files, the pattern that their paths match. */
  readonly path: string
  readonly isPattern?: true
  /** As what it is wired. */
  readonly kind: string
}

/** What tells the local files of an experiment apart. */
export const nameOfFile = ({ path, isPattern }: FileNode): string =>
  isPattern === true ? `files ${path}` : path

/** An input by its own content that no task of the plan gives: a file of the folder that a group is made over, or a locked output. */
export interface ItemNode {
  readonly _tag: "Item"
  readonly record: { readonly kind: string; readonly digest: Digest; readonly size: number }
  readonly locked?: LockedPlace
  /** The task that gives the folder, if one does. */
  readonly from?: TaskNode
}

/** Which result of which other experiment an input is, by that one's lock file. */
export interface LockedPlace {
  readonly experiment: string
  readonly result: string
  /** What it holds, of kinds that lock files hold whole. */
  readonly content?: Json
}

/** One of the outputs between which a value decides. */
export interface Branch {
  /** Of `match` the name that the value must have; of `when` the values of which it must be one. */
  readonly values: ReadonlyArray<Json>
  readonly output: Output<string> | OptionalOutput<string>
}

/** A value that decides which of several outputs is taken. */
export interface ChoiceNode {
  readonly _tag: "Choice"
  /** By `when`, none is taken where its one branch is not; by `match`, one must be. */
  readonly by: "when" | "match"
  readonly on: Bound
  readonly branches: ReadonlyArray<Branch>
}

/** A group as declared: its list is not known yet. */
export interface GroupNode {
  readonly _tag: "Group"
  readonly name: string
  readonly over: Output<string> | GroupOutput<string>
  /** Wires the tasks of one item. Pure. */
  readonly body: (item: unknown, listed: unknown) => unknown
}

/** What of a group's body an output stands for: its place in what the body returns, by names. */
export interface GroupPlace {
  readonly node: GroupNode
  readonly path: ReadonlyArray<string>
}

/** Behind a symbol, so that outputs can have any name. */
export const place: unique symbol = Symbol.for("refold.group") as never
declare const kind: unique symbol

/** What the tasks of a group give, of kind `K`, one for each item: wired into roles `many`, `group` and `settled`, or mapped over again. */
export interface GroupOutput<K extends string> {
  readonly [place]: GroupPlace
  readonly [kind]?: K
}

/** What a role is wired to: one output, outputs under names, or what a group gives. */
export type Wire =
  | Output<string>
  | OptionalOutput<string>
  | Readonly<Record<string, Output<string>>>
  | GroupOutput<string>

/** One call of another experiment. Two are told apart as objects, and should be by their names. */
export interface Call {
  /** Of calls in calls all of them: `survey.base`. */
  readonly name: string
}

/** A task as declared, before it has a label or a key. */
export interface TaskNode {
  readonly _tag: "Task"
  readonly stage: AnyStage
  readonly params: unknown
  readonly inputs: Readonly<Record<string, Wire>>
  readonly axes: Axes | undefined
  /** Axes that `repeat` gave it, beside those that it was declared with or gets by its params. */
  readonly repeats?: Axes
  /** The call of another experiment that declares it, if one does: its name is an axis of the label, too. */
  readonly of?: Call
}

/** The task itself hides behind a symbol, so that outputs can have any name. */
export const node: unique symbol = Symbol.for("refold.node") as never

export type Task<O extends Outputs = Outputs> = { readonly [N in keyof O]: Output<O[N]> } & {
  readonly [node]: TaskNode
}

/** `G` is what a call gives as params, where that is less than what the stage gets. */
export interface Stage<P, I extends Roles, O extends Outputs, G = P> {
  /** Declares a task. `axes` name its place in a grid, for its label: `{ fold: 1, rate: 0.5 }`. */
  (
    params: Bindable<G>,
    ...rest: keyof I extends never ? [inputs?: Wires<I>, axes?: Axes] : [inputs: Wires<I>, axes?: Axes]
  ): Task<O>
  readonly _tag: "Stage"
  readonly stageName: string
  /** Which of its stage's forms this is; undefined for a stage that has but one. */
  readonly form: string | undefined
  readonly definition: Definition<P, I, O> | Program<P, I, O>
  /** The module that declares it, when known: what is bundled for workers and hashed. */
  readonly module: string | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: a stage of any params and roles
export type AnyStage = Stage<any, any, any>

/** What a stage is called in keys, in locks and among codes: its name, and of several forms which: `evaluate.test`. */
export const fullName = ({ stageName, form }: Pick<AnyStage, "stageName" | "form">): string =>
  form === undefined ? stageName : `${stageName}.${form}`

/** A stage of several forms: `evaluate.test(params, inputs)`. */
export type Forms<F extends Readonly<Record<string, AnyForm>>> = {
  readonly [N in keyof F]: F[N] extends Form<infer P, infer I, infer O>
    ? Stage<P, I, O, Given<F[N]["params"]>>
    : never
}
