// A network as one layer after another, each alone on the trainer's kernels, dropout off: what goes from one to the next can be
// seen, and changed. The bits are those of predicting. It knows no dataset.
import type { Tensors } from "../data/tensor.ts"
import { Arena } from "../kernels/arena.ts"
import { bindKernels } from "../kernels/bind.ts"
import type { LoadedKernels } from "../kernels/load.ts"
import { rowOf } from "../kernels/quantities.ts"
import { type LayerShape, sizeOf } from "../layers/parts/shape.ts"
import type { Layer } from "../layers/table.ts"
import { seedOf } from "../statistics/random.ts"
import { giveWeights } from "../wasm/given-weights.ts"
import { planModel } from "../wasm/model.ts"

/**
 * One layer, its weights set: what it gives for one example, row-major. The array is the caller's. `taken` is what the earlier
 * layers gave that it names.
 */
export type LayerRun = (input: Float32Array, taken?: ReadonlyArray<Float32Array>) => Float32Array

/**
 * A layer alone. Its weights are read now, by the names that the layer's shape gives them. Throws RangeError where one is
 * missing or has another shape.
 */
export function layerRun(kernels: LoadedKernels, shape: LayerShape<Layer>, weights: Tensors): LayerRun {
  if (shape.takes !== undefined) return combining(shape)
  const arena = new Arena(kernels)
  const bound = bindKernels(kernels.module, arena.memory)
  arena.startAt(bound.firstFree())
  const model = planModel(bound, arena, {
    ...{ layers: [shape], inputShape: shape.input, rows: 1, shards: 1, stream: seedOf(0) },
    // Its input then lies plainly, as that of a layer within a network does.
    inputGradient: true,
  })
  const { input, output } = model
  giveWeights(arena, model, weights)
  model.prepare()
  return (values) => {
    if (values.length !== input.size)
      throw new RangeError(`${values.length} values are not the ${input.size} that ${shape.name} takes`)
    arena.floats(input.values, input.size).set(values)
    model.forward(1, undefined)
    return arena.floats(output.values, output.size).slice()
  }
}

/** Float32, one addition a value, as the kernels add, or none: there is nothing to plan. */
function combining({ layer, output }: LayerShape<Layer>): LayerRun {
  if (layer.type === "from") return (_, taken) => taken![0]!.slice()
  if (layer.type === "add") return (input, taken) => input.map((value, i) => value + taken![0]![i]!)
  const all = output.at(-1)!
  return (input, taken) => {
    const maps = [...taken!, input]
    const positions = sizeOf(output) / all
    const values = new Float32Array(sizeOf(output))
    let first = 0
    for (const map of maps) {
      const channels = map.length / positions
      for (let i = 0; i < map.length; i++)
        values[Math.floor(i / channels) * all + first + (i % channels)] = map[i]!
      first += channels
    }
    return values
  }
}

/** What a network's output says of each class: the softmax that a trainer's predictions go through. */
export function softmaxRun(kernels: LoadedKernels, classes: number): LayerRun {
  const arena = new Arena(kernels)
  const bound = bindKernels(kernels.module, arena.memory)
  arena.startAt(bound.firstFree())
  const [logits, probabilities] = [arena.allocate(classes * 4), arena.allocate(classes * 4)]
  const exponentials = arena.allocate(classes * 8)
  // One example of class 0, whose loss nobody asks for.
  const [labels, order, predicted, correct] = [1, 4, 1, 4].map((bytes) => arena.allocate(bytes))
  return (values) => {
    arena.floats(logits, classes).set(values)
    // biome-ignore format: one group of arguments a line
    bound.softmaxCrossEntropy(
      logits, rowOf(classes), 1, classes,
      labels!, order!, 0, 1,
      0, probabilities, predicted!,
      exponentials, correct!)
    return arena.floats(probabilities, classes).slice()
  }
}
