// The one error of the statistics: an input for which a formula has no value.

export class StatisticsError extends Error {
  readonly _tag = "StatisticsError"

  constructor(message: string) {
    super(message)
    this.name = "StatisticsError"
  }
}
