// What went wrong, as one line for a person and one tag for a program: exit codes and refusals.
import * as Data from "effect/Data"

/** Bad usage or a bad declaration: exit 2. */
export class Refusal extends Data.TaggedError("Refusal")<{
  readonly tag: string
  readonly message: string
  readonly stack_?: string
}> {}

/** A run that ended with failed tasks: exit 1, already reported. */
export class TasksFailed extends Data.TaggedError("TasksFailed")<{ readonly failed: number }> {}

/** A machine that cannot run the default job: exit 1, already reported. */
export class NotReady extends Data.TaggedError("NotReady")<{ readonly failed: number }> {}

export const refusalOf = (failure: unknown): Refusal => {
  if (failure instanceof Refusal) return failure
  const { _tag, name, message, stack } = failure as {
    _tag?: string
    name?: string
    message?: string
    stack?: string
  }
  return new Refusal({
    tag: _tag ?? name ?? "Error",
    message: message ?? String(failure),
    ...(stack === undefined ? {} : { stack_: stack }),
  })
}
