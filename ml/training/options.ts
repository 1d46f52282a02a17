// A trainer's options, made complete and checked, whoever the maker is.
import { checkNormalization } from "../data/normalization.ts"
import { ImpossibleNetwork } from "../layers/parts/impossible-network.ts"
import type { LayerShape } from "../layers/parts/shape.ts"
import type { Layer } from "../layers/table.ts"
import { DEFAULT_LOSS, isOfClasses, type Loss } from "../losses/table.ts"
import { shapes } from "../network/shapes.ts"
import { checkAugmentation } from "./augmentation/augmentation.ts"
import { checkDecay } from "./decay.ts"
import type { TrainerOptions } from "./trainer.ts"

const DEFAULT_SHARDS = 4

/**
 * Throws RangeError for a batch size, shards or outputs that are no positive integer, for a weight decay that would turn weights
 * round instead of shrinking them, and for more or fewer weights of classes than classes, or channels than a normalization has, and for an augmentation of what are no images.
 */
export function complete(given: TrainerOptions): Required<TrainerOptions> {
  const options = {
    shards: DEFAULT_SHARDS,
    loss: DEFAULT_LOSS,
    normalization: null,
    augmentation: [],
    ...given,
  }
  const { batchSize, shards, outputs, loss } = options
  for (const [name, count] of Object.entries({ batchSize, shards, outputs }))
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`${name} is ${count}, not a positive integer`)
  checkDecay(options.optimizer)
  checkClassWeights(loss, outputs)
  checkAugmentation(options)
  if (options.normalization !== null) checkNormalization(options.normalization, options.inputShape)
  return options
}

/** The network's layers; throws ImpossibleNetwork where they do not fit the input or the outputs. */
export function layersOf({
  network,
  inputShape,
  outputs,
  loss = DEFAULT_LOSS,
}: TrainerOptions): ReadonlyArray<LayerShape<Layer>> {
  const layers = shapes(network, inputShape)
  const last = layers.at(-1)!
  if (`${last.output}` !== `${outputs}`)
    throw new ImpossibleNetwork({
      layer: last.name,
      reason: `it ends in ${last.output.join("×")}, not in ${outputs} ${isOfClasses(loss) ? "classes" : "outputs"}`,
    })
  checkBranches(layers)
  return layers
}

/** Throws ImpossibleNetwork where a layer's output goes nowhere, since the next one goes on from elsewhere. */
function checkBranches(layers: ReadonlyArray<LayerShape>): void {
  for (const [at, { name }] of layers.entries())
    if (layers[at + 1]?.branches && !layers.slice(at + 1).some(({ takes = [] }) => takes.includes(name)))
      throw new ImpossibleNetwork({
        layer: name,
        reason: `${layers[at + 1]!.name} goes on from elsewhere, and nothing takes what it gives: name it in an add or a concat`,
      })
}

/** Throws RangeError where weights of classes are not one for each. */
function checkClassWeights(loss: Loss, classes: number): void {
  if (loss.type !== "softmax-cross-entropy" || loss.classWeights === undefined) return
  const { length } = loss.classWeights
  if (length !== classes)
    throw new RangeError(`${length} weights of classes are given, for ${classes} classes`)
}
