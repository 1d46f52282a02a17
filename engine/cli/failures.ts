// What went wrong, as one line for a person and one tag for a program: refusals, and outcomes that have exit codes.

/** Bad usage or a bad declaration: exit 2. */
export class Refusal extends Error {
  readonly _tag = "Refusal"
  /** What programs tell it apart by: the tag of what was refused, or `Usage`. */
  readonly tag: string
  /** Where what was refused was thrown, if it was not here. */
  readonly origin: string | undefined
  constructor(tag: string, message: string, origin?: string) {
    super(message)
    this.tag = tag
    this.origin = origin
  }
}

/** Words on the command line that make no sense. */
export const badUsage = (message: string): Refusal => new Refusal("Usage", message)

/** A run that ended with failed tasks: exit 1, already reported. */
export class TasksFailed extends Error {
  readonly _tag = "TasksFailed"
}

/** A machine that cannot run the default job: exit 1, already reported. */
export class NotReady extends Error {
  readonly _tag = "NotReady"
}

export const refusalOf = (failure: unknown): Refusal => {
  if (failure instanceof Refusal) return failure
  const { _tag, name, message, stack } = failure as Partial<Error> & { readonly _tag?: string }
  return new Refusal(_tag ?? name ?? "Error", message ?? String(failure), stack)
}

/** A failure as programs are told of it. */
export function errorOf(failure: unknown): { readonly tag: string; readonly message: string } {
  const { tag, message } = refusalOf(failure)
  return { tag, message }
}
