// A network on TensorFlow.js with its weights: what learning, looking and keeping a state have in common.
import { setInitialWeights } from "../layers/parts/initial-weights.ts"
import type { LayerShape, ParameterShape } from "../layers/parts/shape.ts"
import type { Tensorflow } from "../layers/parts/tensorflow.ts"
import type { Layer } from "../layers/table.ts"
import { type Seed, seedOf } from "../statistics/random.ts"
import { layersOf } from "../training/options.ts"
import type { TrainerOptions } from "../training/trainer.ts"
import { Kept } from "./parameters.ts"

export interface Plan {
  readonly tf: Tensorflow
  readonly options: Required<TrainerOptions>
  readonly layers: ReadonlyArray<LayerShape<Layer>>
  readonly parameters: ReadonlyArray<ParameterShape>
  /** The seed of (seed, stream). */
  readonly stream: Seed
  /** Weights, statistics and the optimizer's moments. */
  readonly kept: Kept
}

/** A plan with the weights that a training starts from; throws ImpossibleNetwork. */
export function planNetwork(tf: Tensorflow, options: Required<TrainerOptions>): Plan {
  const layers = layersOf(options)
  const stream = seedOf(options.seed, options.stream)
  const kept = new Kept(tf)
  setInitialWeights(stream, layers, ({ name, shape }, values) => kept.write(name, shape, values))
  return { tf, options, layers, parameters: layers.flatMap(({ parameters }) => parameters), stream, kept }
}
