// Exercise 1: one convolution on a grey image. How large are its maps, what does it learn, and which dense layer is it?
import { experiment } from "refold"
import { describe, visualize } from "refold/stages"
import { count, seed } from "./parts/params.ts"

export default experiment(
  "exercise-1",
  {
    height: count(32, "rows of the image"),
    width: count(32, "columns of the image"),
    channels: count(1, "channels of the image: 1 is grey, 3 is RGB"),
    filters: count(3, "filters of the convolution, one feature map each"),
    kernel: count(5, "rows and columns of a filter"),
    seed: seed.annotations({ description: "starts the weights and images that both layers are run on" }),
  },
  ({ height, width, channels, filters, kernel, seed }) => {
    checkKernel(kernel, height, width)
    const input = [height, width, channels] as const
    const layer = {
      type: "conv",
      name: "convolution",
      filters,
      kernel,
      stride: 1,
      padding: "valid",
      initializer: "he",
    } as const
    const { answers, metrics } = describe.convolution({ layer, input, images: 4, seed })
    return {
      answers,
      convolution: metrics,
      charts: {
        matrix: visualize.denseEquivalent(
          {
            title: "A convolution is a dense layer with few weights, shared",
            subtitle: `${filters} filters of ${kernel} × ${kernel} on ${height} × ${width} × ${channels}; each colour is one weight, grey is 0`,
            layer,
            input,
          },
          {},
          { chart: "matrix" },
        ),
      },
    }
  },
  "A convolution's map, padding and parameters, and the dense layer that it is a special case of",
)

/** @throws RangeError for a filter that has no place on the image */
function checkKernel(kernel: number, height: number, width: number): void {
  const most = Math.min(height, width)
  if (kernel > most)
    throw new RangeError(
      `kernel is ${kernel}: without padding a filter lies inside the image, which has ${height} × ${width} pixels; take at most ${most}`,
    )
}
