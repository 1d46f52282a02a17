// A network planned onto the kernels, for the rows of one shard; it knows no loss, no optimizer and no data.
import type { Arena } from "../kernels/arena.ts"
import { Parameters } from "../kernels/parameters.ts"
import { type Count, FLOAT, type Pointer, stride } from "../kernels/quantities.ts"
import { Scratch } from "../kernels/scratch.ts"
import type { Kernels } from "../kernels/signatures.ts"
import type { Moment } from "../layers/parts/moment.ts"
import { type LayerShape, rowsOf, type Shape, sizeOf } from "../layers/parts/shape.ts"
import {
  type Activations,
  activations,
  type DeferredGradient,
  type InputLayout,
  type ShardOfStep,
  type Site,
  type Unit,
  type UnitMaker,
} from "../layers/parts/unit.ts"
import { type Layer, unitMakers } from "../layers/table.ts"
import type { Seed } from "../statistics/random.ts"
import { Tap } from "./tap.ts"

export interface ModelOptions {
  /** The network's layers, for examples of `inputShape`. */
  readonly layers: ReadonlyArray<LayerShape<Layer>>
  /** One example. */
  readonly inputShape: Shape
  /** Rows of a shard, at the most. */
  readonly rows: number
  /** Shards of a step; a training pass is of one below it. */
  readonly shards: number
  /** The seed of (seed, stream). */
  readonly stream: Seed
  /** Whether backward also gives the input's gradient; pixels then go to `input` plainly. Default false. */
  readonly inputGradient?: boolean
}

export interface Model {
  readonly input: Activations
  /** Rows of a shard, at the most. */
  readonly rows: Count
  /** Where pixels are written. */
  readonly layout: InputLayout
  readonly output: Activations
  readonly parameters: Parameters
  /** Gradients that backward leaves to be made by the update, in the order in which they lie. */
  readonly deferred: ReadonlyArray<DeferredGradient>
  /** Must follow every change of the weights. */
  prepare(): void
  forward(rows: Count, training: Moment | undefined): void
  /** After forward, with output.gradient filled; `gradients` is a block like that of the parameters. */
  backward(rows: Count, gradients: Pointer): void
  /** Must follow the shards of a step, before its update. */
  settle(shards: ReadonlyArray<ShardOfStep>): void
}

/** Plans every buffer. */
export function planModel(kernels: Kernels, arena: Arena, options: ModelOptions): Model {
  const { layers, rows, shards, stream, inputShape, inputGradient = false } = options
  const parameters = new Parameters()
  const scratch = new Scratch()
  const site: Site = { kernels, arena, parameters, scratch, rows, shards, stream }
  const input = activations(site, sizeOf(inputShape), inputGradient, "input")
  const units = planUnits(site, layers, input, !inputGradient)
  parameters.place(arena)
  scratch.place(arena)
  const backwards = units.toReversed()
  return {
    input,
    rows,
    layout: units[0]?.layout ?? {
      at: input.values,
      imageBytes: input.rowBytes,
      rowBytes: stride(rowsOf(inputShape).length * FLOAT),
    },
    output: units.at(-1)?.output ?? input,
    parameters,
    deferred: units.flatMap(({ deferred }) => deferred ?? []),
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

/**
 * The units in the order of the layers; one computes several layers where its maker takes in those that follow, up to one whose
 * output is taken later.
 */
function planUnits(
  site: Site,
  layers: ReadonlyArray<LayerShape<Layer>>,
  pixels: Activations,
  isPixelsOnly: boolean,
): ReadonlyArray<Unit> {
  const units: Array<Unit> = []
  const taps = new Map<string, Tap>()
  for (const { takes = [] } of layers) for (const earlier of takes) taps.set(earlier, new Tap(site))
  for (let i = 0; i < layers.length; ) {
    const shape = layers[i]!
    const taken = (shape.takes ?? []).map((earlier) => taps.get(earlier)!)
    const make = unitMakers[shape.layer.type] as UnitMaker<Layer>
    const { unit, takes } = make(site, {
      shape,
      before: layers.slice(0, i),
      after: untilTapped(layers, i, taps),
      input: units.at(-1)?.output ?? pixels,
      taken: taken.map(({ source }) => source!),
      first: units.length === 0 && isPixelsOnly,
    })
    if (unit !== undefined) units.push(unit)
    for (const [at, tap] of taken.entries()) tap.addends.push(unit!.back![at]!)
    i += takes
    const own = taps.get(layers[i - 1]!.name)
    if (own !== undefined) {
      own.source = units.at(-1)?.output ?? pixels
      const back = own.unit(layers[i]?.branches === true)
      if (back !== undefined) units.push(back)
    }
  }
  return units
}

/** The layers after layer `i` that its unit may take in. */
function untilTapped(
  layers: ReadonlyArray<LayerShape<Layer>>,
  i: number,
  taps: ReadonlyMap<string, unknown>,
): ReadonlyArray<LayerShape<Layer>> {
  const last = layers.findIndex(({ name }, at) => at >= i && taps.has(name))
  return layers.slice(i + 1, last < 0 ? layers.length : last + 1)
}
