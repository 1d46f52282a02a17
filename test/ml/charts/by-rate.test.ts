// What charts tell of rates side by side: the gap between training and validation, and differences from the best.
import t from "tap"
import { differences } from "../../../ml/charts/by-rate/differences.ts"
import { gapByRate } from "../../../ml/charts/by-rate/gap-by-rate.ts"
import { lossByRate } from "../../../ml/charts/by-rate/loss-by-rate.ts"
import type { Curve } from "../../../ml/charts/curve.ts"
import { renderSvg } from "../../../ml/charts/render.ts"

const heading = { title: "A title", subtitle: "What one sees." }
const curve = (training: ReadonlyArray<number>, validation: ReadonlyArray<number>): Curve =>
  validation.map((validationLoss, at) => ({
    ...{ epoch: at + 1, trainLoss: training[at]!, validationLoss },
    ...{ trainAccuracy: 0.5, validationAccuracy: 0.5 },
  }))

t.test("each rate has a panel with both losses, on one scale, and says where validation turns", async (t) => {
  const spec = gapByRate({
    ...heading,
    cells: [
      { rate: 0.5, curves: [curve([3, 2, 1.5], [3, 2.5, 2])] },
      { rate: 0, curves: [curve([2, 1, 0.5], [3, 1, 4]), curve([2, 1, 0.5], [3, 2, 2])] },
    ],
  })
  const svg = await renderSvg(spec)
  for (const told of [
    "Dropout 0",
    "validation lowest after epoch 2: 1.500; at the end 3.000",
    "Dropout 0.5",
    "validation lowest at the end: 2.000",
  ])
    t.ok(svg.includes(`>${told}<`), told)
  t.ok(svg.indexOf("Dropout 0<") < svg.indexOf("Dropout 0.5<"), "rates in their order")
  const panels = (spec as unknown as { concat: ReadonlyArray<{ layer: ReadonlyArray<Layer> }> }).concat
  t.same(panels[0]!.layer[0]!.data.values[2], { epoch: 3, from: 0.5, to: 3 }, "the gap, between means")
  for (const panel of panels) t.match(JSON.stringify(panel), '"domain":[0.5,3]')
})

t.test(
  "the scale of losses is made for what comes after the first epochs, and the picture says what lies above it",
  async (t) => {
    const falling = [9, 5, 0.5, 0.4, 0.3, 0.2, 0.25, 0.3, 0.3, 0.35, 0.4, 0.5]
    const shorter = falling.slice(0, 5)
    for (const chart of [lossByRate, gapByRate]) {
      const told = (validation: ReadonlyArray<number>) =>
        JSON.stringify(
          chart({ ...heading, cells: [{ rate: 0, curves: [curve(validation, validation)] }] }).title,
        )
      const spec = chart({ ...heading, cells: [{ rate: 0, curves: [curve(falling, falling)] }] })
      t.match(JSON.stringify(spec), '"domain":[0.2,0.5]')
      t.match(told(falling), /What one sees\.","[^"]*the first 2 epochs lie partly above it, up to 9\.00"/)
      t.notMatch(told(shorter), /above/, "five epochs have no start that could be left out")
      t.notMatch(told(falling.toReversed()), /above/, "nor have curves that begin below their end")
      t.ok((await renderSvg(spec)).includes("clip-path"), "what lies above is cut off")
    }
  },
)

t.test("a difference whose interval holds 0 is grey, and each is told with its interval", async (t) => {
  const rows = [
    { name: "dropout 0.2", difference: 0.01, low: -0.005, high: 0.025 },
    { name: "dropout 0.6", difference: 0.03, low: 0.01, high: 0.05 },
  ]
  const spec = differences({ ...heading, rows })
  const { layer } = spec as unknown as { layer: ReadonlyArray<Layer> }
  t.match(layer[1]!.data.values, [
    { clear: false, told: "1.00 (−0.50 to 2.50)" },
    { clear: true, told: "3.00 (1.00 to 5.00)" },
  ])
  t.ok((await renderSvg(spec)).includes(">dropout 0.6<"))
  t.throws(() => differences({ ...heading, rows: [] }), { message: /not the best/ })
})

interface Layer {
  readonly data: { readonly values: ReadonlyArray<unknown> }
}
