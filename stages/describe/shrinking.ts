// Ways to shrink maps side by side: what each layer sees and costs, and what a max-pool can no longer tell apart.
import {
  describeNetwork as describe,
  featureMaps,
  type Layer,
  receptiveFields,
  type TrainedNetwork,
} from "refold/ml"
import { times } from "./words.ts"

/** A row a layer of each network that has windows or weights. */
export const shrinkingTable = (networks: ReadonlyArray<readonly [string, TrainedNetwork]>) =>
  networks.flatMap(([name, { network, inputShape }]) => {
    const fields = receptiveFields(network, inputShape)
    const { layers, totals } = describe(network, inputShape)
    const rows = layers.flatMap((layer, at) =>
      layer.parameters > 0 || layer.type === "pool" || layer.type === "global-average"
        ? [
            {
              network: name,
              layer: layer.name,
              output: times(layer.output),
              "receptive field": times(fields[at]!),
              parameters: layer.parameters,
              "multiply-adds": layer.multiplyAdds,
            },
          ]
        : [],
    )
    return [
      ...rows,
      {
        ...{ network: name, layer: "all", output: "", "receptive field": "" },
        ...{ parameters: totals.parameters, "multiply-adds": totals.multiplyAdds },
      },
    ]
  })

const SIDE = 28

/**
 * Stripes one pixel wide, and the same moved by one pixel: how many of their values differ before and after a layer. A max-pool of
 * 2 × 2 finds a bright pixel in every window of both; one value in two, which is what a stride of 2 takes, has only bright ones of
 * the one and only dark ones of the other.
 */
export async function stripesTable(wasm: Uint8Array) {
  const striped = (phase: number) =>
    Uint8Array.from({ length: SIDE * SIDE }, (_, at) => ((at % SIDE) % 2 === phase ? 255 : 0))
  const both = new Uint8Array(2 * SIDE * SIDE)
  both.set(striped(0))
  both.set(striped(1), SIDE * SIDE)
  const through = async (after: string, layer: Layer, weights: TrainedNetwork["weights"]) => {
    const { values } = await featureMaps(
      wasm,
      { network: { layers: [{ ...layer, name: "layer" }] }, inputShape: [SIDE, SIDE, 1], weights },
      both,
      "layer",
    )
    const half = values.length / 2
    return {
      after,
      values: half,
      "values that differ": differing(values.subarray(0, half), values.subarray(half)),
    }
  }
  return [
    {
      after: "nothing",
      values: SIDE * SIDE,
      "values that differ": differing(both.subarray(0, SIDE * SIDE), both.subarray(SIDE * SIDE)),
    },
    await through("max-pool of 2 × 2", { type: "pool", kind: "max", size: 2, padding: "valid" }, {}),
    await through(
      "one value in two, rows and columns (stride 2)",
      { type: "conv", filters: 1, kernel: 1, stride: 2, padding: "valid", initializer: "he" },
      {
        "layer/kernel": { shape: [1, 1, 1, 1], data: Float32Array.of(1) },
        "layer/bias": { shape: [1], data: Float32Array.of(0) },
      },
    ),
  ]
}

const differing = (one: ArrayLike<number>, other: ArrayLike<number>): number => {
  let count = 0
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) count++
  return count
}
