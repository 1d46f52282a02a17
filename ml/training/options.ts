// A trainer's options, made complete and checked, whoever the maker is.
import { ImpossibleNetwork } from "../layers/parts/impossible-network.ts"
import type { LayerShape } from "../layers/parts/shape.ts"
import type { Layer } from "../layers/table.ts"
import { shapes } from "../network/shapes.ts"
import { checkDecay } from "./decay.ts"
import type { TrainerOptions } from "./trainer.ts"

const DEFAULT_SHARDS = 4

/** Throws RangeError for a batch size, shards or classes that are no positive integer, and for a weight decay that would turn weights round instead of shrinking them. */
export function complete(given: TrainerOptions): Required<TrainerOptions> {
  const options = { shards: DEFAULT_SHARDS, ...given }
  const { batchSize, shards, classes } = options
  for (const [name, count] of Object.entries({ batchSize, shards, classes }))
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`${name} is ${count}, not a positive integer`)
  checkDecay(options.optimizer)
  return options
}

/** The network's layers; throws ImpossibleNetwork where they do not fit the input or the classes. */
export function layersOf({ network, inputShape, classes }: TrainerOptions): ReadonlyArray<LayerShape<Layer>> {
  const layers = shapes(network, inputShape)
  const last = layers.at(-1)!
  if (`${last.output}` !== `${classes}`)
    throw new ImpossibleNetwork({
      layer: last.name,
      reason: `it ends in ${last.output.join("×")}, not in ${classes} classes`,
    })
  return layers
}
