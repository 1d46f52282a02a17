// A param that was set or declared wrongly: who set it must set it otherwise. Knows nothing of schemas.

export class ParamError extends Error {
  readonly _tag = "ParamError"
}
