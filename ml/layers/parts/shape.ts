// Shapes of examples and of a layer's tensors, and the rule by which a layer makes them; it knows no layer in particular.

/** One example: [height, width, channels], or [features] where it is flat. */
export type Shape = readonly [number, number, number] | readonly [number]

/** Zeros around an image, in pixels; TensorFlow's "same" puts the odd one at the bottom and right. */
export interface Margins {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

/** One tensor of a layer, named `layer/kernel`, `layer/bias`, …; a conv's kernel is [height, width, in, out]. */
export interface ParameterShape {
  readonly name: string
  readonly shape: ReadonlyArray<number>
  /** "weight" multiplies, "bias" is added, "statistic" is measured in training and learns nothing. */
  readonly role: "weight" | "bias" | "statistic"
  /** What it is before any training; initial-weights.ts draws it. */
  readonly initial: Initial
}

/**
 * All the same, or uniform in ±limit: √(6 / fan in) for "he" (He et al., https://arxiv.org/abs/1502.01852),
 * √(6 / (fan in + fan out)) for "glorot" (Glorot and Bengio, https://proceedings.mlr.press/v9/glorot10a.html).
 */
export type Initial = "zeros" | "ones" | "he" | "glorot"

/** Any layer, of which nothing is known here; the table's `Layer` is the union of those that there are. */
export type AnyLayer = object

/** Whether a layer does something about zeros: puts many into its output, lets those of its input through, or neither. */
export type Zeros = "makes" | "keeps" | "none"

/** A layer in its place in a network. */
export interface LayerShape<L extends AnyLayer = AnyLayer> {
  readonly layer: L
  readonly name: string
  /** Of one example, in pixels and values a pixel, or in values once flat. */
  readonly input: Shape
  /** Likewise. */
  readonly output: Shape
  readonly margins: Margins
  readonly parameters: ReadonlyArray<ParameterShape>
  readonly zeros: Zeros
  /** The earlier layers whose outputs it takes besides its input, or instead. */
  readonly takes?: ReadonlyArray<string>
  /** Its input goes no further here: it goes on from what it takes. */
  readonly branches?: boolean
}

/** What a layer called `name` makes of an input; no margins, no parameters and no zeros may be left out. `outputOf` knows the layers before it by name. Throws ImpossibleNetwork. */
export type ShapeRule<L extends AnyLayer> = (
  layer: L,
  name: string,
  input: Shape,
  outputOf: (earlier: string) => Shape | undefined,
) => Pick<LayerShape, "output"> &
  Partial<Pick<LayerShape, "margins" | "parameters" | "zeros" | "takes" | "branches">>

/** What a layer costs, for one example. */
export interface Cost {
  /** Multiplications, each with an addition. */
  readonly multiplyAdds: number
  /** The output can take its input's place, in training too. */
  readonly inPlace: boolean
  /** The same where nothing is trained; it is `inPlace` if left out. */
  readonly inPlaceToPredict?: boolean
}

export type CostRule<L extends AnyLayer> = (shape: LayerShape<L>) => Cost

/** Whether a layer is there and of this type, which only compiles as one that `L` has. */
export const isOf = <L extends { readonly type: string }>(
  type: L["type"],
  shape: LayerShape | undefined,
): shape is LayerShape<L> => (shape?.layer as L | undefined)?.type === type

export const NO_MARGINS: Margins = { top: 0, bottom: 0, left: 0, right: 0 }

/** The number of values in one example of this shape. */
export const sizeOf = (shape: ReadonlyArray<number>): number => shape.reduce((a, b) => a * b, 1)

/** An example as rows of values that lie together: a flat one is one row. */
export const rowsOf = (shape: Shape): { readonly count: number; readonly length: number } =>
  shape.length === 1 ? { count: 1, length: shape[0] } : { count: shape[0], length: shape[1] * shape[2] }

/** The tensors of a layer that multiplies by a kernel, whose last axes are input and output, and adds a bias. */
export const kernelAndBias = (
  name: string,
  shape: ReadonlyArray<number>,
  initial: "he" | "glorot",
): ReadonlyArray<ParameterShape> => [
  { name: `${name}/kernel`, shape, role: "weight", initial },
  { name: `${name}/bias`, shape: shape.slice(-1), role: "bias", initial: "zeros" },
]
