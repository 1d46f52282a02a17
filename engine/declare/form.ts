// What a stage takes, gives and does: its forms, and the traits that they share. Types only.
import type { Effect, Schema } from "effect"
import type { Chain } from "./chain.ts"
import type { Age } from "./observed/observed.ts"
import type { Policy } from "./policy/policy.ts"
import type { AnyCommand } from "./programs/command.ts"
import type { Roles } from "./roles.ts"
import type { Allowance, Contents, Outputs, RunContext, ThreadContext } from "./run-context.ts"

/** What a stage takes and gives. */
interface Face<P, I extends Roles, O extends Outputs> {
  // biome-ignore lint/suspicious/noExplicitAny: the encoded side is whatever the schema says
  readonly params: Schema.Schema<P, any>
  readonly inputs: I
  readonly outputs: O
  /** A role whose distinct artifacts the history counts, for what should be looked at but once: shown, never hashed. */
  readonly counts?: keyof I & string
}

/** What a stage takes and gives, and what is done between: a function of the context, or a chain of links. */
// biome-ignore lint/suspicious/noExplicitAny: the state is the chain's own affair
export type Form<P, I extends Roles, O extends Outputs, S = any, N extends string = string> = Face<P, I, O> &
  ({ readonly run: Run<P, I, O, N> } | { readonly chain: Chain<P, I, O, S, N> })

export type Run<P, I extends Roles, O extends Outputs, N extends string = string> = (
  context: RunContext<P, I, N>,
) => Contents<O> | Promise<Contents<O>> | Effect.Effect<Contents<O>, unknown>

/** What a stage is, whatever its form. Its policy is a default: an experiment, a project or the command line may say otherwise. */
export interface Traits<N extends string = string> extends Policy {
  /** One sentence for `list` and pages. */
  readonly doc?: string
  /** Names the numerics that the stage computes with; their identity enters the key. */
  readonly numerics?: string
  readonly allow?: ReadonlyArray<Allowance>
  /** Variables of the environment that it reads: their values, or that one is not set, are in the key. */
  readonly environment?: ReadonlyArray<string>
  /** Variables of the coordinator's environment that it is given as `context.secrets`: in no key, kept nowhere, masked everywhere. */
  readonly secrets?: ReadonlyArray<N>
  /** Packages whose files it reads without importing them, such as fonts: they enter the key like imported ones. */
  readonly packages?: ReadonlyArray<string>
  /** What `progress` counts: "epoch". */
  readonly unit?: string
  /** Only for what is synchronous and cheap: runs in the coordinator, without traps. */
  readonly inProcess?: boolean
  /** What it gives is observed and not computed: its key has a dated list of answers. Said by `recorded`, and of programs. */
  readonly observed?: boolean
  /** What it gives is observed, and made again once it is older than that: `"7d"`. */
  readonly fresh?: Age
  /** What a thread of a task does, for a stage that can use several cores; its code is the stage's, under the same traps. */
  readonly thread?: (given: never, context: ThreadContext) => void | Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: the state is the chain's own affair
export type Definition<P, I extends Roles, O extends Outputs, S = any, N extends string = string> = Form<
  P,
  I,
  O,
  S,
  N
> &
  Traits<N>

/** A stage that is a command. */
export type Program<P, I extends Roles, O extends Outputs> = Face<P, I, O> &
  Traits & { readonly program: AnyCommand }

// biome-ignore lint/suspicious/noExplicitAny: a form of any params and roles
export type AnyForm = Form<any, any, any>
