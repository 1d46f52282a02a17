// A layer as PyTorch has it: its module, and how its tensors lie there; it knows no layer in particular.
import type { AnyLayer, LayerShape, Margins, Shape } from "./shape.ts"

/** [height, width, channels]. PyTorch lays an image out as [channels, height, width]. */
export type Image = readonly [number, number, number]

/** One of a layer's tensors with its axes in another order. */
export interface Transposed {
  /** What it is called here, after the layer's name: "kernel". */
  readonly of: string
  /** Its axes here, as many values in all. */
  readonly axes: ReadonlyArray<number>
  /** Which of them comes first there, which second, … */
  readonly order: ReadonlyArray<number>
  /** Its shape there. */
  readonly shape: ReadonlyArray<number>
}

export interface PytorchLayer {
  /** A call that makes the module, as one writes it behind `self.name =`; absent where an operator does what the layer does. */
  readonly module?: string
  /** Zeros to be put around its input beforehand, where the module has no way to ask for them. */
  readonly margins?: Margins
  /** Rows and columns that its output has too many, in front. */
  readonly extra?: readonly [number, number]
  /** Its part of a state_dict, by the name there. "count" is a counter of training steps, which nothing here keeps. */
  readonly tensors?: Readonly<Record<string, Transposed | "count">>
  /** The image of whose values, channel by channel, its flat output consists; absent where ours is in the same order. */
  readonly image?: Image | undefined
}

/** `image` is what the layer before it says of its output. */
export type PytorchForm<L extends AnyLayer> = (shape: LayerShape<L>, image: Image | undefined) => PytorchLayer

/** A vector as it is, or a value for each of an image's flat values in their order there. */
export const vector = (of: string, size: number, image: Image | undefined): Transposed =>
  image === undefined
    ? { of, axes: [size], order: [0], shape: [size] }
    : { of, axes: image, order: [2, 0, 1], shape: [size] }

/** An image as flat values: absent where its values lie in the same order here and there. */
export const flattened = (shape: Shape): Image | undefined => {
  if (shape.length === 1) return undefined
  const [height, width, channels] = shape
  return channels > 1 && height * width > 1 ? shape : undefined
}

/** A Python literal: one number where both are the same. */
export const pair = ([first, second]: readonly [number, number]): string =>
  first === second ? `${first}` : `(${first}, ${second})`
