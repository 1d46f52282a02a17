// What the runner waits for, and how what it started ends.
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import type { OutputRecords } from "../ledger/records.ts"
import type { TaskError } from "../worker/protocol.ts"
import type { Pending } from "./pending.ts"

/** What the runner waits for: that a task ended or was given up, or that it is time to look what other pipelines did. */
export type Notice =
  | ({ readonly notice: "ended" } & Ended)
  | ({ readonly notice: "healed" } & Ended<void>)
  | { readonly notice: "given up" | "not begun"; readonly pending: Pending }
  | { readonly notice: "look elsewhere" | "time has come" | "another waits" }
  | { readonly notice: "taken for dead" }

/** `undefined` of what a probe says that it is good. */
export interface Ended<A = OutputRecords | undefined> {
  readonly pending: Pending
  readonly seconds: number
  readonly exit: Exit.Exit<A, TaskError>
}

/** Whether what went wrong is the runner's own. */
export const isDefect = (exit: Exit.Exit<unknown, TaskError>): exit is Exit.Failure<never, never> =>
  !Exit.isSuccess(exit) && Cause.failureOption(exit.cause)._tag === "None"

export const errorOf = ({ cause }: Exit.Failure<unknown, TaskError>): TaskError =>
  Cause.squash(cause) as TaskError

/** Whether it failed, and not of an input that may be made again. */
export const isForGood = (exit: Exit.Exit<unknown, TaskError>): boolean =>
  !Exit.isSuccess(exit) && (isDefect(exit) || errorOf(exit).corrupt === undefined)
