// The refusal of what a task's key does not cover. It knows no trap.

/** A stage used something that its key does not cover. */
export class Undeclared extends Error {
  readonly _tag = "Undeclared"
  /** What a package that looks whether something is there takes for "no". */
  readonly code?: string

  constructor(message: string, code?: string) {
    super(message)
    if (code !== undefined) this.code = code
  }
}
