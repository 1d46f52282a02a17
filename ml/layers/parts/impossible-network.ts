// The error of a network that cannot be; it knows no layer in particular.

/** A network whose layers do not fit one another, its input or its classes. */
export class ImpossibleNetwork extends Error {
  readonly _tag = "ImpossibleNetwork"
  readonly layer: string
  readonly reason: string

  constructor({ layer, reason }: { readonly layer: string; readonly reason: string }) {
    super(`layer ${layer}: ${reason}`)
    this.name = this._tag
    this.layer = layer
    this.reason = reason
  }
}
