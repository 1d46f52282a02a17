/** A backend that cannot be used here: why, and what to do about it. */
export class Unavailable extends Error {
  readonly _tag = "BackendUnavailable"
  readonly reason: string
  readonly remedy: string

  constructor(backend: string, reason: string, remedy: string) {
    super(`the backend "${backend}" cannot be used: ${reason}. What helps: ${remedy}`)
    this.reason = reason
    this.remedy = remedy
  }
}
