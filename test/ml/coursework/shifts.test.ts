// Images that are moved, networks that shrink by strides, and what is counted of both.
import { readFileSync } from "node:fs"
import t from "tap"
import { experimentParams } from "../../../engine/declare/params.ts"
import { plan } from "../../../engine/plan/plan.ts"
import { isGroup } from "../../../engine/plan/planned.ts"
import pooling from "../../../experiments/pooling.ts"
import { differencesOf, meansOf } from "../../../ml/coursework/shift-statistics.ts"
import { stridedInstead } from "../../../ml/coursework/strided-instead.ts"
import { shifted } from "../../../ml/data/shifted.ts"
import { describe } from "../../../ml/network/describe.ts"
import { lenet } from "../../../ml/network/lenet.ts"
import { network } from "../../../ml/network/network.ts"
import { receptiveFields } from "../../../ml/network/receptive-fields.ts"
import { layerNames, shapes } from "../../../ml/network/shapes.ts"
import { meanInterval } from "../../../ml/statistics/mean-interval.ts"
import { stripesTable } from "../../../stages/describe/shrinking.ts"

t.test("a moved image has each pixel where it belongs, and black where none came from", async (t) => {
  const [count, height, width, channels] = [2, 4, 5, 3]
  const pixels = Uint8Array.from({ length: count * height * width * channels }, (_, at) => at + 1)
  for (const down of [-5, -2, -1, 0, 1, 3, 4])
    for (const right of [-6, -4, -1, 0, 2, 5]) {
      const moved = shifted(pixels, [height, width, channels], [down, right])
      const expected = Uint8Array.from({ length: pixels.length }, (_, value) => {
        const [at, channel] = [Math.floor(value / channels), value % channels]
        const [image, y, x] = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width]
        const [fromY, fromX] = [y - down, x - right]
        const isInside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width
        return isInside ? pixels[((image * height + fromY) * width + fromX) * channels + channel]! : 0
      })
      t.same(Array.from(moved), Array.from(expected), `${down}, ${right}`)
    }
})

t.test(
  "the twin with strides has the parameters of the network with pools, under the same names",
  async (t) => {
    const [pooled, strided] = [lenet({ dropout: 0 }), stridedInstead(lenet({ dropout: 0 }))]
    const parameters = (of: typeof pooled) =>
      shapes(of, [28, 28, 1]).flatMap(({ parameters }) =>
        parameters.map(({ name, shape }) => `${name} ${shape}`),
      )
    t.same(parameters(strided), parameters(pooled))
    t.notOk(layerNames(strided).some((name) => name.startsWith("pool")))
    const work = (of: typeof pooled) => describe(of, [28, 28, 1]).totals.multiplyAdds
    t.equal(work(pooled) - work(strided), (3 / 4) * (117_600 + 240_000))
    t.throws(() => stridedInstead(network({ layers: [{ type: "pool", kind: "max", size: 2 }] })), {
      message: /no convolution stands before pool1/,
    })
  },
)

t.test("a receptive field is what changes a value: as many pixels as a count of windows finds", async (t) => {
  const given = network({
    layers: [
      { type: "conv", filters: 1, kernel: [3, 2], stride: [2, 1] },
      { type: "pool", kind: "max", size: [2, 3], stride: 1 },
      { type: "conv", filters: 1, kernel: 2, stride: 2 },
    ],
  })
  const input = [23, 21, 1] as const
  const seen = (axis: 0 | 1): ReadonlyArray<number> => {
    let windows = [[0]]
    let sources: ReadonlyArray<ReadonlySet<number>> = Array.from(
      { length: input[axis] },
      (_, at) => new Set([at]),
    )
    const sizes: Array<number> = []
    for (const [size, stride] of axis === 0
      ? ([
          [3, 2],
          [2, 1],
          [2, 2],
        ] as const)
      : ([
          [2, 1],
          [3, 1],
          [2, 2],
        ] as const)) {
      windows = Array.from({ length: Math.floor((sources.length - size) / stride) + 1 }, (_, out) =>
        Array.from({ length: size }, (_, tap) => out * stride + tap),
      )
      sources = windows.map((window) => new Set(window.flatMap((at) => [...sources[at]!])))
      sizes.push(Math.max(...sources[0]!) - Math.min(...sources[0]!) + 1)
    }
    return sizes
  }
  const [rows, columns] = [seen(0), seen(1)]
  t.same(
    receptiveFields(given, input),
    rows.map((row, at) => [row, columns[at]]),
  )
  t.same(
    receptiveFields(lenet({ dropout: 0 }), [28, 28, 1]).map(([rows]) => rows),
    [5, 5, 6, 14, 14, 16, 16, 28, 28, 28, 28, 28, 28, 28],
  )
})

const run = (network: string, seed: number, changed: number, correct: number) => ({
  network,
  seed,
  counts: [
    { pixels: 0, examples: 10, changed: 0, correct: 9 },
    { pixels: 1, examples: 10, changed, correct },
    { pixels: 1, examples: 10, changed: changed + 2, correct },
  ],
})

t.test(
  "shares of changed predictions are means over directions, then over trainings, paired by seed",
  async (t) => {
    const first = [run("a", 1, 1, 8), run("a", 2, 3, 6)]
    const second = [run("b", 2, 4, 6), run("b", 1, 3, 7)]
    const close = (found: number | null, wanted: number) =>
      t.ok(Math.abs(found! - wanted) < 1e-12, `${found} ${wanted}`)
    close(meansOf(first)[1]!.changed.mean, (0.2 + 0.4) / 2)
    const [, moved] = differencesOf(first, second)
    close(moved!.changed.mean, (0.2 + 0.1) / 2)
    close(moved!.accuracy.mean, (-0.1 + 0) / 2)
    t.equal(meansOf([first[0]!])[1]!.changed.low, null)
  },
)

t.test("a mean's interval is Student's: twice 4.303 standard errors wide for three values", async (t) => {
  const { mean, low, high } = meanInterval([1, 2, 3])
  t.equal(mean, 2)
  t.ok(Math.abs(high! - low! - 2 * 4.302652729911275 * Math.sqrt(1 / 3)) < 1e-9)
  t.same(meanInterval([5]), { mean: 5, low: null, high: null })
})

t.test(
  "moved test images are evaluated and reported, and reach nothing that chooses or trains",
  async (t) => {
    const { tasks } = plan(pooling, experimentParams(pooling, ["seeds=1,2"]))
    const after = (stage: string) =>
      tasks
        .filter(({ upstream }) => upstream.some((other) => !isGroup(other) && other.stage === stage))
        .map(({ stage }) => stage)
    t.same([...new Set(after("evaluate"))], ["report"])
    t.same([...new Set(after("report"))], ["visualize"])
  },
)

t.test("stripes that move by a pixel differ everywhere, after a max-pool of 2 × 2 nowhere", async (t) => {
  const wasm = readFileSync(new URL("../../../ml/kernels/kernels.wasm", import.meta.url))
  t.same(
    (await stripesTable(wasm)).map((row) => [row.values, row["values that differ"]]),
    [
      [784, 784],
      [196, 0],
      [196, 196],
    ],
  )
})
