// The error that a backend fails with: why it cannot be used here, and what to do about it. It knows no backend.

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
