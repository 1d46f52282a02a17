// Exercise 2: strided convolutions on RGB images. How many parameters, and how much memory to predict and to train?
import * as Schema from "effect/Schema"
import { experiment } from "refold"
import { describe, visualize } from "refold/stages"
import { count } from "./parts/params.ts"

export default experiment(
  "exercise-2",
  {
    height: count(200, "rows of the image"),
    width: count(300, "columns of the image"),
    channels: count(3, "channels of the image: 1 is grey, 3 is RGB"),
    filters: Schema.NonEmptyArray(Schema.Int.pipe(Schema.positive())).annotations({
      default: [100, 200, 400],
      description: "feature maps of each convolution, first to last",
    }),
    kernel: count(3, "rows and columns of a filter"),
    stride: count(2, "by how much a filter moves"),
    batch: count(50, "images in a mini-batch"),
  },
  ({ height, width, channels, filters, kernel, stride, batch }) => {
    const conv = (filters: number, at: number) =>
      ({
        type: "conv",
        name: `conv${at + 1}`,
        filters,
        kernel,
        stride,
        padding: "same",
        initializer: "he",
      }) as const
    const [first, ...rest] = filters.map(conv)
    const declared = {
      network: { layers: [first!, ...rest] as const },
      input: [height, width, channels] as const,
      batch,
      optimizer: { type: "adam", learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const,
    }
    const { layers, memory, answers, metrics } = describe.network(declared, {}, { about: "network" })
    const pooling = describe.pooling(declared, {}, { about: "pooling" })
    return {
      layers,
      memory,
      pooling,
      answers,
      network: metrics,
      charts: {
        memory: visualize.memory(
          {
            title: "What lives in memory at once",
            subtitle: `${filters.length} convolutions of ${kernel} × ${kernel}, stride ${stride}, with ${filters.join(", ")} maps, on ${height} × ${width} × ${channels}`,
          },
          { memory },
          { chart: "memory" },
        ),
      },
    }
  },
  "Parameters and memory of a network of strided convolutions, and what max-pools would cost and buy",
)
