// A download that failed, with what to do about it.

/** `isTransient` says whether another try may help, `isUnreachable` that nobody answered. */
export class DownloadError extends Error {
  readonly _tag = "DownloadError"
  readonly isTransient: boolean
  readonly isUnreachable: boolean
  constructor(message: string, kind: { isTransient?: boolean; isUnreachable?: boolean } = {}) {
    super(message)
    this.isTransient = kind.isTransient ?? false
    this.isUnreachable = kind.isUnreachable ?? false
  }
}
