// The executor runs one attempt of a task somewhere and hands back its result file. It knows processes, not keys.
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { CoreShare } from "./core-share.ts"
import type { Nudge, ResultFile, TaskError, TaskFile } from "./protocol.ts"

/** The worker died or never answered: no word on the stage itself, so worth another try. */
export class WorkerLost extends Error {
  readonly _tag = "WorkerLost"
  /** What was thrown that ended it, if it was that; and what is known of whose doing it was. */
  readonly facts: Partial<Pick<TaskError, "stack" | "causes" | "inCompany" | "isFinal">>
  constructor(message: string, facts: WorkerLost["facts"] = {}) {
    super(message)
    this.facts = facts
  }
}

/** A lost worker as a failure like another. */
export const orLost = (execution: Effect.Effect<ResultFile, WorkerLost>): Effect.Effect<ResultFile> =>
  Effect.catchAll(execution, ({ _tag, message, facts }) => {
    const { stack = [], causes = [], ...whose } = facts
    return Effect.succeed<ResultFile>({
      status: "failed",
      error: { tag: _tag, message, stack, causes, ...whose },
      seconds: 0,
    })
  })

/** What is heard of a task while it runs: what a worker tells of it, and what the task prints, in pieces of any length. */
export type News =
  | Extract<Nudge, { readonly nudge: "progress" | "link" }>
  | { readonly nudge: "printed"; readonly text: string }
  /** The worker in which it waits with others does not listen any more, and was ended. */
  | { readonly nudge: "stuck" }

export class Executor extends Context.Tag("refold/Executor")<
  Executor,
  {
    /**
     * Runs the task whose folder is `folder`, on one core unless a share says more. Interrupting it stops the work.
     *
     * @param isAlone whether what only waits is to have a worker to itself
     */
    readonly execute: (
      task: TaskFile,
      folder: string,
      hear: (news: News) => void,
      share?: CoreShare,
      isAlone?: boolean,
    ) => Effect.Effect<ResultFile, WorkerLost>
    /** Runs it in this very process: for stages that declare themselves synchronous and cheap. */
    readonly executeHere: (
      task: TaskFile,
      folder: string,
      hear: (news: News) => void,
    ) => Effect.Effect<ResultFile>
  }
>() {}
