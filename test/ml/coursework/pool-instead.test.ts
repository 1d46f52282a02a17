// Max-pools in place of strides: the same heights and widths, and the costs worked out by hand.
import fc from "fast-check"
import t from "tap"
import { poolInstead, withPool } from "../../../ml/coursework/pool-instead.ts"
import { network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { count } from "../../counts.ts"
import { cases } from "../support/random-networks.ts"

const adam = optimizer({ type: "adam" })

const strided = (filters: number) =>
  ({ type: "conv", filters, kernel: 3, stride: 2, padding: "same" }) as const
const three = network({ layers: [strided(100), strided(200), strided(400)] })
const rgb = [200, 300, 3] as const

t.test("a max-pool instead of strides keeps heights and widths, alone or after a convolution", async () => {
  fc.assert(
    fc.property(cases(), ({ network, inputShape }) =>
      network.layers.every((layer, i) => {
        if (layer.type !== "conv") return true
        const { input, output } = shapes(network, inputShape)[i]!
        const only = { layers: [layer] } as const
        return (["alone", "after"] as const).every((place) => {
          const found = shapes(withPool(only, place), input).at(-1)!.output
          return (
            `${found.slice(0, 2)}` === `${output.slice(0, 2)}` &&
            (place === "alone" || `${found}` === `${output}`)
          )
        })
      }),
    ),
    { numRuns: count(20, 600) },
  )
})

t.test(
  "a max-pool alone saves all parameters; after a convolution it costs stride² times the work",
  async (t) => {
    const [conv, alone, after] = poolInstead(three, rgb, 50, adam)
    t.match(conv, {
      parameters: 903_400,
      predictionBytes: 12_613_600,
      trainingBytes: 565_613_600,
      comparisons: 0,
    })
    t.match(alone, { parameters: 0, multiplyAdds: 0, output: [25, 38, 3] })
    t.equal(alone!.comparisons, 3 * 8 * (15_000 + 3_750 + 950))
    t.match(after, { parameters: 903_400, output: [25, 38, 400] })
    t.equal(after!.multiplyAdds, 60_000 * 2_700 + 15_000 * 180_000 + 3_750 * 720_000)
    t.ok(after!.trainingBytes > 3 * conv!.trainingBytes)
    t.same(
      withPool(three, "alone", "conv2").layers.map(({ type }) => type),
      ["conv", "pool", "conv"],
    )
  },
)
