// A network in numbers: a row a layer, memory item by item, and how each of the figures follows.
import type {
  LayerSummary,
  MemoryItem,
  Network,
  NetworkSummary,
  PredictionMemory,
  TrainingMemory,
} from "refold/ml"
import { times } from "./words.ts"

export interface Described {
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

/** Under flat dotted names. */
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
