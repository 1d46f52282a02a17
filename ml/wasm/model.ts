/** A network planned onto the kernels, for the rows of one shard; it knows no loss, no optimizer and no data. */

import type { Arena } from "../kernels/arena.ts"
import { Parameters } from "../kernels/parameters.ts"
import { type Count, type Pointer, stride } from "../kernels/quantities.ts"
import { Scratch } from "../kernels/scratch.ts"
import type { Kernels } from "../kernels/signatures.ts"
import type { Activation } from "../layers/activation.ts"
import type { BatchNormalization } from "../layers/batch-normalization.ts"
import type { Conv } from "../layers/convolution.ts"
import type { Dense } from "../layers/dense.ts"
import { type LayerShape, sizeOf } from "../layers/parts/shape.ts"
import { extentOf, strideOf } from "../layers/parts/windows.ts"
import type { Pool } from "../layers/pool.ts"
import type { Layer } from "../layers/table.ts"
import type { Network } from "../network/network.ts"
import { shapes } from "../network/shapes.ts"
import type { Seed } from "../statistics/random.ts"
import { activationUnit } from "./activation-unit.ts"
import { batchNormalizationUnit } from "./batch-normalization-unit.ts"
import { convolutionUnit } from "./convolution-unit.ts"
import { denseUnit } from "./dense-unit.ts"
import { dropoutUnit } from "./dropout-unit.ts"
import { poolUnit } from "./pool-unit.ts"
import { type Activations, activations, type InputLayout, type Moment, type Site, type Unit } from "./unit.ts"

export interface ModelOptions {
  readonly network: Network
  readonly inputShape: readonly [number, number, number]
  /** Rows of a shard. */
  readonly rows: number
  /** Shards of a step; a training pass is of one below it. */
  readonly shards: number
  readonly stream: Seed
  /** Whether backward also gives the input's gradient; pixels then go to `input` plainly. Default false. */
  readonly inputGradient?: boolean
}

export interface Model {
  readonly input: Activations
  /** Where pixels are written. */
  readonly layout: InputLayout
  readonly output: Activations
  readonly parameters: Parameters
  /** Must follow every change of the weights. */
  prepare(): void
  forward(rows: Count, training: Moment | undefined): void
  /** After forward, with output.gradient filled; `gradients` is a block like that of the parameters. */
  backward(rows: Count, gradients: Pointer): void
  /** Must follow the first `shards` shards of a step, before its update. */
  settle(shards: Count): void
}

/** Plans every buffer; throws ImpossibleNetwork. */
export function planModel(kernels: Kernels, arena: Arena, options: ModelOptions): Model {
  const { rows, shards, stream, inputShape, inputGradient = false } = options
  const layers = shapes(options.network, inputShape)
  const parameters = new Parameters()
  const scratch = new Scratch()
  const site: Site = { kernels, arena, parameters, scratch, rows, shards, stream }
  const input = activations(site, sizeOf(inputShape), inputGradient, "input")
  const units: Array<Unit> = []
  let output = input
  for (let i = 0; i < layers.length; ) {
    const [unit, taken] = unitAt(site, layers, i, output, units.length === 0 && !inputGradient)
    i += taken
    if (unit === undefined) continue
    units.push(unit)
    output = unit.output
  }
  parameters.place(arena)
  scratch.place(arena)
  const backwards = units.toReversed()
  return {
    input,
    layout: units[0]?.layout ?? {
      at: input.values,
      imageBytes: input.rowBytes,
      rowBytes: stride(inputShape[1] * inputShape[2] * 4),
    },
    output,
    parameters,
    prepare: () => {
      for (const unit of units) unit.prepare?.()
    },
    forward: (rows, training) => {
      for (const unit of units) unit.forward(rows, training)
    },
    backward: (rows, gradients) => {
      for (const unit of backwards) unit.backward(rows, gradients)
    },
    settle: (shards) => {
      for (const unit of units) unit.settle?.(shards)
    },
  }
}

/** The unit for the layers from `i`, if they compute anything, and how many layers it takes in. */
function unitAt(
  site: Site,
  layers: ReadonlyArray<LayerShape<Layer>>,
  i: number,
  input: Activations,
  first: boolean,
): readonly [Unit | undefined, number] {
  const shape = layers[i]!
  if (is(shape, "conv")) {
    const relu = isRelu(layers[i + 1])
    const pool = layers[relu ? i + 2 : i + 1]
    if (pool !== undefined && is(pool, "pool") && isFusible(pool))
      return [convolutionUnit(site, { conv: shape, relu, pool }, input, first), relu ? 3 : 2]
    return [convolutionUnit(site, { conv: shape, relu }, input, first), relu ? 2 : 1]
  }
  if (is(shape, "pool")) return [poolUnit(site, shape, input), 1]
  if (shape.layer.type === "global-average") return [poolUnit(site, wholeImage(shape), input), 1]
  if (is(shape, "batch-normalization")) return [batchNormalizationUnit(site, shape, input), 1]
  if (is(shape, "dense"))
    return [
      denseUnit(site, shape, input, { input: relusBefore(layers, i), gradient: isRelu(layers[i + 1]) }),
      1,
    ]
  if (is(shape, "activation")) return [activationUnit(site, shape.layer, input), 1]
  if (is(shape, "dropout") && shape.layer.rate > 0)
    return [dropoutUnit(site, shape.name, shape.layer.rate, input), 1]
  return [undefined, 1]
}

interface ByType {
  readonly conv: typeof Conv.Type
  readonly pool: typeof Pool.Type
  readonly dense: typeof Dense.Type
  readonly activation: typeof Activation.Type
  readonly "batch-normalization": typeof BatchNormalization.Type
  readonly dropout: Extract<Layer, { type: "dropout" }>
  readonly flatten: Extract<Layer, { type: "flatten" }>
}

const is = <T extends keyof ByType>(shape: LayerShape<Layer>, type: T): shape is LayerShape<ByType[T]> =>
  shape.layer.type === type

/** A global average as the pool that it is: one window as large as the image. */
function wholeImage({ input, ...shape }: LayerShape<Layer>): LayerShape<Pool> {
  const [height, width, channels] = input as readonly [number, number, number]
  const layer = { type: "pool", kind: "average", size: [height, width], padding: "valid" } as const
  return { ...shape, layer, input, output: [1, 1, channels] }
}

const isRelu = (shape: LayerShape<Layer> | undefined): boolean =>
  shape?.layer.type === "activation" && shape.layer.kind === "relu"

/** Whether the values that reach layer `i` are those of a relu, or their maxima: seldom fewer than a third are zero then. */
function relusBefore(layers: ReadonlyArray<LayerShape<Layer>>, i: number): boolean {
  const before = layers
    .slice(0, i)
    .findLast(
      (shape) =>
        !is(shape, "flatten") && !is(shape, "dropout") && !(is(shape, "pool") && shape.layer.kind === "max"),
    )
  return isRelu(before)
}

/** Whether a max-pool's windows neither overlap nor have margins, so that a convolution before it takes it in. */
function isFusible({ layer, margins }: LayerShape<Pool>): boolean {
  const [height, width] = extentOf(layer.size)
  const [strideY, strideX] = strideOf(layer)
  const { top, left, bottom, right } = margins
  return layer.kind === "max" && strideY === height && strideX === width && top + left + bottom + right === 0
}
