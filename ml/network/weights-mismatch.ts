// Tensors from elsewhere against those that a network has: names and shapes, before anybody takes them for its weights.

/** Weights from elsewhere that are not a given network's. */
export class WeightsMismatch extends Error {
  readonly _tag = "WeightsMismatch"

  constructor(message: string) {
    super(message)
    this.name = this._tag
  }
}

interface Expected {
  readonly shape: ReadonlyArray<number>
  /** The layer here whose tensor it is. */
  readonly layer: string
}

type Shaped = Readonly<Record<string, { readonly shape: ReadonlyArray<number> }>>

/** How many names a message has at most. */
const SHOWN = 8

/**
 * @param of what the tensors came in: "the state_dict"
 * @throws WeightsMismatch that names each tensor which is missing, has no place in the network, or has another shape
 */
export function checkTensors(found: Shaped, expected: ReadonlyMap<string, Expected>, of: string): void {
  const missing = [...expected.keys()].filter((name) => !Object.hasOwn(found, name))
  const strange = Object.keys(found).filter((name) => !expected.has(name))
  const wrong = [
    ...(missing.length === 0 ? [] : [`it has no ${listed(missing)}`]),
    ...(strange.length === 0 ? [] : [`the network has no place for ${listed(strange)}`]),
  ]
  if (wrong.length > 0)
    throw new WeightsMismatch(`${of} is not this network's: ${wrong.join("; ")}. Names must be the same`)
  const shapes = [...expected].flatMap(([name, { shape, layer }]) =>
    `${found[name]!.shape}` === `${shape}`
      ? []
      : [`${name} is [${found[name]!.shape.join(", ")}], and layer ${layer} takes [${shape.join(", ")}]`],
  )
  if (shapes.length > 0)
    throw new WeightsMismatch(`${of} is not this network's: ${shapes.slice(0, SHOWN).join("; ")}`)
}

const listed = (names: ReadonlyArray<string>): string =>
  names.length <= SHOWN
    ? names.join(", ")
    : `${names.slice(0, SHOWN).join(", ")} and ${names.length - SHOWN} more`
