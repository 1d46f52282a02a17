// A layer as a TensorFlow.js layers model has it: its class, its settings, and which of our tensors its weights are.
import type { AnyLayer, LayerShape } from "./shape.ts"

/** A setting as JSON has it. */
type Setting = string | number | boolean | null | ReadonlyArray<number>

export interface LayersModelLayer {
  /** The class's name there. */
  readonly className: string
  /** Its settings as Keras spells them, but for its name. */
  readonly config: Readonly<Record<string, Setting>>
  /** Its weights by the name there, in the order in which they lie there. */
  readonly weights?: Readonly<Record<string, Held>>
}

/** One of our tensors: whole, or written over and over until a larger shape is full. */
export interface Held {
  /** What it is called here, after the layer's name: "kernel". */
  readonly of: string
  /** Its shape there; left out, the one here. */
  readonly shape?: ReadonlyArray<number>
}

/** Throws ImpossibleNetwork where there is no such layer. */
export type LayersModelForm<L extends AnyLayer> = (shape: LayerShape<L>) => LayersModelLayer

/** Channels come last there too. */
export const CHANNELS_LAST = { data_format: "channels_last" } as const

export const KERNEL_AND_BIAS = { kernel: { of: "kernel" }, bias: { of: "bias" } } as const
