// What is asked of a convolution: its maps, its padding, its parameters, and the dense layer that it is a special case of. Each
// question has its answer, how that follows, and the wrong ones that are often given.
import type { AnswerDraft } from "refold"
import {
  type Agreement,
  type ConvolutionShape,
  denseEquivalent,
  MOST_ENTRIES,
  sizeOf,
  strideOf,
} from "refold/ml"
import { freedomOf, sizeKeeping, sizesOf } from "./convolution.ts"
import { answer, bytesText, counted, explained, grouped, times } from "./words.ts"

type Answers = ReadonlyArray<AnswerDraft>

/** `agreement` is undefined where the matrix is too large to be built. */
export const convolutionAnswers = (conv: ConvolutionShape, agreement: Agreement | undefined): Answers =>
  [
    sizeAnswer(conv),
    paddingAnswer(conv),
    parametersAnswer(conv),
    ...denseAnswers(conv),
    sameAnswer(agreement),
  ].flat()

interface Sizes {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly kernelHeight: number
  readonly kernelWidth: number
  /** Weights of one filter. */
  readonly patch: number
}

function sizes({ input, parameters }: ConvolutionShape): Sizes {
  const [height, width, channels] = input as readonly [number, number, number]
  const [kernelHeight, kernelWidth] = parameters[0]!.shape as readonly [number, number]
  return { height, width, channels, kernelHeight, kernelWidth, patch: kernelHeight * kernelWidth * channels }
}

function sizeAnswer(conv: ConvolutionShape): Answers {
  const { height, width, kernelHeight, kernelWidth } = sizes(conv)
  const [strideY, strideX] = strideOf(conv.layer)
  const [rows, columns] = conv.output as readonly [number, number, number]
  const { top, bottom, left, right } = conv.margins
  const places = (size: number, kernel: number, stride: number, round: (x: number) => number) =>
    round((size - kernel) / stride) + 1
  const rounded = (round: (x: number) => number) =>
    times([
      places(height + top + bottom, kernelHeight, strideY, round),
      places(width + left + right, kernelWidth, strideX, round),
    ])
  return answer("size of a feature map", times([rows, columns]), positions(conv), {
    names: "feature map, map, output size",
    mistakes: [
      [times([height, width]), "that is the image: without padding a window has to lie inside it"],
      [times([rows - 1, columns - 1]), "the first place counts too: + 1"],
      [times([rows + 1, columns + 1]), "one place too many along each side"],
      [
        times([height - 2 * kernelHeight + 2, width - 2 * kernelWidth + 2]),
        "the window was taken off at both ends of a side",
      ],
      [rounded(Math.ceil), "rounded up: a window that would stick out has no place"],
    ],
  })
}

function paddingAnswer(conv: ConvolutionShape): Answers {
  const { height, width, kernelHeight, kernelWidth } = sizes(conv)
  const { top, bottom, left, right } = sizeKeeping(conv)
  const isEven = top === bottom && left === right && top === left
  return answer(
    "zeros on each side that keep the size (stride 1)",
    isEven ? top : [top, bottom, left, right].join(", "),
    `${isEven ? "" : "top, bottom, left, right: "}${top + bottom} rows and ${left + right} columns more: ${height} + ${top + bottom} − ${kernelHeight} + 1 = ${height}, ${width} + ${left + right} − ${kernelWidth} + 1 = ${width}`,
    {
      names: "padding",
      mistakes: isEven
        ? [
            [top + bottom, "that is both sides of the image together"],
            [kernelHeight, "that is the filter; it already covers one pixel itself"],
            [Math.ceil(kernelHeight / 2), "half the filter, rounded up: its middle needs no zeros"],
            [0, "without zeros the map is smaller than the image"],
          ]
        : [
            [top, "of an even size the sides differ: top, bottom, left, right"],
            [bottom, "of an even size the sides differ: top, bottom, left, right"],
            [
              [bottom, top, right, left].join(", "),
              "the extra row and column stand at the bottom and at the right",
            ],
          ],
    },
  )
}

function parametersAnswer(conv: ConvolutionShape): Answers {
  const { channels, kernelHeight, kernelWidth, patch } = sizes(conv)
  const { filters } = conv.layer
  const { weights, biases } = sizesOf(conv)
  const dense = denseEquivalent(conv)
  return answer(
    "parameters",
    weights + biases,
    `${counted(filters, "filter")} of ${times([kernelHeight, kernelWidth, channels])} weights and 1 bias: ${grouped(filters)} × (${grouped(patch)} + 1)`,
    {
      names: "number of parameters, weights and biases",
      mistakes: [
        [weights, "the biases are left out"],
        [patch + 1, "that is one filter"],
        [weights + 1, "each filter has a bias of its own"],
        [filters * (kernelHeight * kernelWidth + 1), "a filter has weights for every channel"],
        [weights + sizeOf(conv.output), "the units of a filter share its bias"],
        [
          dense.entries + dense.rows,
          "that is a dense layer: the weights of a filter are the same wherever it looks",
        ],
        [dense.entries, "that is a dense layer: the weights of a filter are the same wherever it looks"],
      ],
    },
  )
}

function denseAnswers(conv: ConvolutionShape): ReadonlyArray<Answers> {
  const { input, output, layer } = conv
  const { height, width, channels, patch } = sizes(conv)
  const { rows, columns, entries, nonZero, distinct, biases } = denseEquivalent(conv)
  const places = sizeOf(output) / layer.filters
  const inside = nonZero === rows * patch ? "" : ", fewer at the borders, where it sees padding"
  return [
    answer(
      "units of the feed-forward layer that it is",
      rows,
      `a unit for each position and filter: ${times(output)}`,
      {
        names: "units, rows",
        mistakes: [
          [places, "those of one feature map: each filter has units of its own"],
          [height * width * layer.filters, "a window has no place at every pixel"],
          [layer.filters, "a filter has a unit at every position"],
        ],
      },
    ),
    answer("inputs of that layer", columns, `one for each pixel and channel: ${times(input)}`, {
      names: "inputs, columns",
      mistakes: [
        [height * width, "a pixel is an input for each channel"],
        [patch, "that is what one unit sees"],
        [channels, "every pixel is an input"],
      ],
    }),
    answer(
      "entries of its weight matrix",
      entries,
      `${times([rows, columns])}; as float32 ${bytesText(4 * entries)}`,
      {
        names: "entries, matrix entries",
        mistakes: [
          [entries + rows, "the biases are no entries of the matrix"],
          [entries / layer.filters, "those of one filter"],
          [4 * entries, "those are bytes"],
        ],
      },
    ),
    answer(
      "first constraint: entries that are not 0",
      nonZero,
      `a unit sees its patch of ${grouped(patch)} inputs and no others${inside}`,
      {
        names: "non-zero, nonzero entries, not zero",
        mistakes: [
          [distinct, "each weight stands in the matrix once for every position"],
          [nonZero / layer.filters, "those of one filter"],
          [entries - nonZero, "those are the zeros"],
          [rows, "a unit sees more than one input"],
        ],
      },
    ),
    answer(
      "share of entries that are not 0",
      (100 * nonZero) / entries,
      `${grouped(nonZero)} of ${grouped(entries)}`,
      {
        names: "density, share",
        unit: "%",
        mistakes: [[100 - (100 * nonZero) / entries, "that is the share of zeros"]],
      },
    ),
    answer(
      "second constraint: distinct weights",
      distinct,
      `the units of one filter have the same weights wherever they look: ${counted(layer.filters, "filter")} of ${grouped(patch)}`,
      {
        names: "distinct weights, shared weights",
        mistakes: [
          [distinct + biases, "those are weights and biases"],
          [patch, "those of one filter"],
          [nonZero, "most of those are the same: all units of a filter share its weights"],
        ],
      },
    ),
    answer(
      "second constraint: distinct biases",
      biases,
      `one a filter, shared by its ${counted(places, "unit")}`,
      {
        names: "distinct biases, biases",
        mistakes: [
          [rows, "the units of a filter share its bias"],
          [1, "each filter has a bias of its own"],
        ],
      },
    ),
    ...freedomAnswers(conv),
  ]
}

/** How many numbers could be chosen freely, without the constraints and with each of them. */
function freedomAnswers(conv: ConvolutionShape): ReadonlyArray<Answers> {
  const { rows, entries, nonZero, distinct, biases } = denseEquivalent(conv)
  const { none, locality, sharedWeights, sharedBiases, left } = freedomOf(conv)
  return [
    answer(
      "degrees of freedom without constraints",
      none,
      `every entry and every bias: ${grouped(entries)} + ${grouped(rows)}`,
      { names: "degrees of freedom of the dense layer" },
    ),
    answer(
      "degrees of freedom that locality takes",
      locality,
      `entries that have to be 0: ${grouped(entries)} − ${grouped(nonZero)}`,
      { names: "taken by locality, taken by sparsity" },
    ),
    answer(
      "degrees of freedom that sharing takes",
      sharedWeights + sharedBiases,
      `weights ${grouped(nonZero)} − ${grouped(distinct)}, biases ${grouped(rows)} − ${grouped(biases)}`,
      { names: "taken by sharing, taken by weight sharing" },
    ),
    answer(
      "degrees of freedom that are left",
      left,
      `${grouped(none)} − ${grouped(locality)} − ${grouped(sharedWeights + sharedBiases)}`,
      { names: "degrees of freedom of the convolution" },
    ),
  ]
}

const sameAnswer = (agreement: Agreement | undefined): Answers =>
  agreement === undefined
    ? explained(
        "do both layers give the same",
        "not tried",
        `a matrix of more than ${grouped(MOST_ENTRIES)} entries is counted, not built: try a smaller input`,
      )
    : answer(
        "do both layers give the same",
        agreement.sameBits === agreement.outputs,
        `${grouped(agreement.sameBits)} of ${grouped(agreement.outputs)} outputs have the same bits: both were run on images of noise; largest difference ${agreement.largestDifference}`,
        { names: "same" },
      )

/** How many places a window has along both sides, as a student would reckon it. */
function positions({ layer, input, parameters, margins }: ConvolutionShape): string {
  const [strideY, strideX] = strideOf(layer)
  const along = (size: number, zeros: number, kernel: number, stride: number): string => {
    const padded = zeros === 0 ? String(size) : `${size} + ${zeros}`
    return stride === 1 ? `${padded} − ${kernel} + 1` : `⌊(${padded} − ${kernel}) / ${stride}⌋ + 1`
  }
  const [kernelHeight, kernelWidth] = parameters[0]!.shape as readonly [number, number]
  const down = along(input[0], margins.top + margins.bottom, kernelHeight, strideY)
  const across = along(input[1]!, margins.left + margins.right, kernelWidth, strideX)
  return down === across
    ? `places of the window along a side: ${down}`
    : `places of the window: ${down} down, ${across} across`
}
