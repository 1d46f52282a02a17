// A network in numbers: a row a layer, memory item by item, and how each of the figures follows.
import type { LayerSummary, NetworkSummary } from "../../ml/network/describe.ts"
import type { Network } from "../../ml/network/network.ts"
import type { MemoryItem, PredictionMemory, TrainingMemory } from "../../ml/training/memory.ts"
import { type Answer, answer, bytesText, grouped, times } from "./words.ts"

interface Described {
  readonly network: Network
  readonly summary: NetworkSummary
  readonly prediction: PredictionMemory
  readonly training: TrainingMemory
  /** Examples in a mini-batch. */
  readonly batch: number
}

/**
 * A row a layer, and their sum. Where an output takes its input's place it needs no bytes of its own. Statistics are a
 * column only where a layer has some.
 */
export function layersTable({ layers, totals }: NetworkSummary) {
  const row = (layer: string, output: string, given: Counts, bytes: number | null) => ({
    layer,
    output,
    parameters: given.parameters,
    ...(totals.statistics === 0 ? {} : { statistics: given.statistics }),
    "multiply-adds": given.multiplyAdds,
    "output bytes": bytes,
  })
  return [
    ...layers.map((layer) => row(layer.name, times(layer.output), layer, layer.inPlace ? null : layer.bytes)),
    row("all", "", totals, totals.bytes),
  ]
}

type Counts = Pick<LayerSummary, "parameters" | "statistics" | "multiplyAdds">

/** What lives at once, each with the assumption that it rests on. */
export function memoryTable({ prediction, training, batch }: Described) {
  const items = (to: string, needed: "at least" | "on top", items: ReadonlyArray<MemoryItem>) =>
    items.map(({ what, bytes, why }) => ({ to, needed, what, bytes, why }))
  return [
    ...items("predict one", "at least", prediction.items),
    ...items(`train on ${batch}`, "at least", training.items),
    ...items(`train on ${batch}`, "on top", training.onTop),
  ]
}

export function networkAnswers(described: Described): ReadonlyArray<Answer> {
  const { summary, prediction, training, batch } = described
  const learned = summary.layers.filter(({ parameters }) => parameters > 0)
  const maps = summary.layers.filter(({ inPlace, output }) => !inPlace && output.length === 3)
  return [
    answer(
      "sizes of the maps",
      maps.map(({ output }) => times(output.slice(0, 2))).join(", "),
      `maps: ${maps.map(({ output }) => grouped(output[2]!)).join(", ")}; ${sizesFollow(described.network)}`,
    ),
    ...learned.map((layer) =>
      answer(`parameters of ${layer.name}`, grouped(layer.parameters), counting(layer)),
    ),
    answer(
      "parameters of the network",
      grouped(summary.totals.parameters),
      learned.map(({ parameters }) => grouped(parameters)).join(" + "),
    ),
    answer("least memory to predict one image", bytesText(prediction.bytes), sum(prediction.items)),
    answer(`least memory to train on ${batch} at once`, bytesText(training.least), sum(training.items)),
    answer(
      "gradients and optimizer on top of that",
      bytesText(training.total - training.least),
      sum(training.onTop),
    ),
  ]
}

/** The same as numbers, under flat dotted names. */
export function networkMetrics({
  summary,
  prediction,
  training,
}: Described): Readonly<Record<string, number>> {
  const layers = summary.layers.flatMap(
    ({ name, parameters, output }): ReadonlyArray<[string, number]> =>
      parameters === 0
        ? []
        : output.length === 3
          ? [
              [`${name}.parameters`, parameters],
              [`${name}.height`, output[0]],
              [`${name}.width`, output[1]],
            ]
          : [[`${name}.parameters`, parameters]],
  )
  return {
    parameters: summary.totals.parameters,
    multiplyAdds: summary.totals.multiplyAdds,
    ...Object.fromEntries(layers),
    "prediction.bytes": prediction.bytes,
    "training.bytes": training.least,
    "training.bytes.withGradients": training.total,
  }
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
