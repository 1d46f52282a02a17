// What is asked of a network: sizes of its maps, parameters, and the least memory to predict and to train. Each question has its
// answer, how that follows, and the wrong ones that are often given.
import type { AnswerDraft } from "refold"
import { type LayerSummary, type MemoryItem, type Network, strideOf } from "refold/ml"
import { FLOAT } from "../../ml/kernels/quantities.ts"
import type { Described } from "./network.ts"
import { answer, grouped, times } from "./words.ts"

type Answers = ReadonlyArray<AnswerDraft>

export const networkAnswers = (described: Described): Answers =>
  [sizesAnswer(described), ...parametersAnswers(described), ...memoryAnswers(described)].flat()

function sizesAnswer({ network, summary }: Described): Answers {
  const maps = summary.layers.filter(({ inPlace, output }) => !inPlace && output.length === 3)
  if (maps.length === 0) return []
  const written = (sides: ReadonlyArray<ReadonlyArray<number>>) => sides.map(times).join(", ")
  const [height, width] = summary.input as readonly [number, number, number]
  const roundedDown = halved(network, height, width, Math.floor)
  return answer(
    "sizes of the maps",
    written(maps.map(({ output }) => output.slice(0, 2))),
    `maps: ${maps.map(({ output }) => grouped(output[2]!)).join(", ")}; ${sizesFollow(network)}`,
    {
      names: "maps, map sizes, feature maps",
      mistakes: [
        ...(roundedDown.length === maps.length
          ? [[written(roundedDown), 'rounded down: with padding "same" a side is rounded up'] as const]
          : []),
        [written(maps.map(() => [height, width])), "a stride makes the maps smaller"],
      ],
    },
  )
}

/** The sizes that come of rounding each in some way, where all layers are convolutions that keep the size but for their stride. */
function halved({ layers }: Network, height: number, width: number, round: (side: number) => number) {
  let sides: ReadonlyArray<number> = [height, width]
  return layers.flatMap((layer) => {
    if (layer.type !== "conv" || layer.padding !== "same") return []
    const strides = strideOf(layer)
    sides = sides.map((side, at) => round(side / strides[at]!))
    return [sides]
  })
}

const plus = (counts: ReadonlyArray<number>): number => counts.reduce((sum, count) => sum + count, 0)

function parametersAnswers({ summary }: Described): ReadonlyArray<Answers> {
  const learned = summary.layers.filter(({ parameters }) => parameters > 0)
  return [
    ...learned.map((layer) => {
      const { name, parameters, weights, biases } = layer
      return answer(`parameters of ${name}`, parameters, counting(layer), {
        names: `${name} parameters`,
        mistakes: [
          [weights, "the biases are left out"],
          [flat(layer), "a filter spans all maps below, not one"],
          [flat(layer) - biases, "a filter spans all maps below, not one; and the biases are left out"],
        ],
      })
    }),
    answer(
      "parameters of the network",
      summary.totals.parameters,
      learned.map(({ parameters }) => grouped(parameters)).join(" + "),
      {
        names: "parameters, all parameters, parameters in all",
        mistakes: [
          [summary.totals.weights, "the biases are left out"],
          [plus(learned.map(flat)), "a filter spans all maps below, not one"],
          [FLOAT * summary.totals.parameters, "those are bytes"],
        ],
      },
    ),
  ]
}

/** The parameters of a convolution whose filters see one map only. */
const flat = ({ type, weights, biases, input }: LayerSummary): number =>
  type === "conv" ? weights / input.at(-1)! + biases : weights + biases

function memoryAnswers({ summary, prediction, training, batch }: Described): ReadonlyArray<Answers> {
  const parameters = FLOAT * (summary.totals.parameters + summary.totals.statistics)
  const maps = summary.totals.bytes
  const onTop = training.total - training.least
  return [
    answer("least memory to predict one image", prediction.bytes, sum(prediction.items), {
      names: "predict, memory to predict, prediction memory",
      unit: "bytes",
      mistakes: [
        [prediction.bytes - parameters, "the parameters are left out"],
        [parameters + maps, "all maps at once, without the image: layer by layer, earlier ones may go"],
        [parameters + maps + summary.inputBytes, "all maps at once: layer by layer, earlier ones may go"],
        [prediction.bytes / FLOAT, `those are numbers: one takes ${FLOAT} bytes`],
        [2 * prediction.bytes, `a float32 takes ${FLOAT} bytes, not ${2 * FLOAT}`],
      ],
    }),
    answer(`least memory to train on ${batch} at once`, training.least, sum(training.items), {
      names: "train, memory to train, training memory",
      unit: "bytes",
      mistakes: [
        [training.least - parameters, "the parameters are left out"],
        [
          training.least - batch * summary.inputBytes,
          "the images are left out: the first layer's gradient is made of them",
        ],
        [
          parameters + maps + summary.inputBytes,
          "that is one image: the maps of all of the batch wait for the backward pass",
        ],
        [
          batch * (parameters + maps + summary.inputBytes),
          "the parameters are there once, not once an image",
        ],
        [
          batch * prediction.bytes,
          "as for predicting: but in training no map may go before the backward pass",
        ],
        [training.total, "that is with gradients and the optimizer, which are asked for apart"],
        [training.least / FLOAT, `those are numbers: one takes ${FLOAT} bytes`],
      ],
    }),
    answer("gradients and optimizer on top of that", onTop, sum(training.onTop), {
      names: "on top, gradients, memory on top",
      unit: "bytes",
      mistakes: [
        [training.total, "that is all of it: what is asked for is what comes on top"],
        [parameters, "those are the gradients of the parameters alone"],
        [onTop / FLOAT, `those are numbers: one takes ${FLOAT} bytes`],
      ],
    }),
  ]
}

const sum = (items: ReadonlyArray<MemoryItem>): string =>
  items.map(({ what, bytes }) => `${what} ${grouped(bytes)}`).join(" + ")

function counting({ type, weights, biases, input }: LayerSummary): string {
  if (type === "dense") return `${grouped(biases)} units × (${grouped(input[0])} inputs + 1 bias)`
  if (type !== "conv") return `${grouped(weights)} + ${grouped(biases)}`
  const channels = input.at(-1)!
  const window = weights / (biases * channels)
  return `${grouped(biases)} filters × (${grouped(window)} places × ${grouped(channels)} maps below + 1 bias)`
}

/** The rule of sizes, where it is one and the same for all layers. */
function sizesFollow({ layers }: Network): string {
  const windows = layers.flatMap((layer) => (layer.type === "conv" ? [layer] : []))
  const strides = new Set(windows.map(({ stride }) => String(stride)))
  const isSame = windows.length > 0 && windows.every(({ padding }) => padding === "same")
  return isSame && strides.size === 1 && windows.length === layers.length
    ? `padding "same" gives ⌈side / ${[...strides][0]}⌉ at each layer`
    : "each layer's windows over the maps below"
}
