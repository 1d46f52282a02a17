// A filter set by hand, against the kernels; a small convolution's matrix, both ways.
import t from "tap"
import { BANK, classicFilters, filterBank } from "../../../ml/coursework/classic-filters.ts"
import { featureMaps } from "../../../ml/coursework/feature-maps.ts"
import { PIXEL_SCALE } from "../../../ml/data/pixels.ts"
import { columnsOf, denseEntries, rowsOf } from "../../../ml/explorer/dense-entries.ts"
import { mapOf, oneFilter, presets, resized } from "../../../ml/explorer/own-filter.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import { wasm } from "../support/harness.ts"

t.test("the map of one's own filter has the kernels' bits, in both sizes, for every classic", async (t) => {
  const draws = generator(seedOf(1, "image"))
  const image = Uint8Array.from({ length: 13 * 11 }, () => draws.below(256))
  const pixels = Float32Array.from(image, (byte) => byte * PIXEL_SCALE)
  const { values } = await featureMaps(wasm, filterBank(classicFilters, 13, 11), image, BANK)
  for (const [i, { name }] of classicFilters.entries()) {
    const expected = values.filter((_, at) => at % classicFilters.length === i)
    const preset = presets.find((each) => each.name === name)!
    for (const size of [3, 5] as const) {
      const { weights } = resized(preset, size)
      t.same(mapOf(oneFilter([13, 11], size, "same"), weights, pixels), expected, `${name}, ${size}`)
    }
  }
})

t.test(
  "a filter that is made larger and smaller again is the same, and the identity gives the image",
  async (t) => {
    for (const preset of presets) t.same(resized(resized(preset, 5), 3).weights, preset.weights)
    const image = Float32Array.from({ length: 30 }, (_, i) => Math.fround(i / 30))
    t.same(mapOf(oneFilter([5, 6], 3, "same"), presets[0]!.weights, image), image)
  },
)

t.test("an output sees the pixels that see it, and the weights that are left are counted", async (t) => {
  const six = denseEntries(6, 3)
  t.same(six.free, { dense: 16 * 36, local: 16 * 9, shared: 9 })
  t.same(columnsOf(six, 0), [0, 1, 2, 6, 7, 8, 12, 13, 14])
  t.same(rowsOf(six, 0), [0], "a corner is seen once")
  for (const [size, kernel] of [
    [4, 2],
    [5, 3],
    [8, 3],
  ] as const) {
    const entries = denseEntries(size, kernel)
    for (let row = 0; row < entries.rows; row++)
      for (let column = 0; column < entries.columns; column++)
        if (columnsOf(entries, row).includes(column) !== rowsOf(entries, column).includes(row))
          t.fail(`${row}, ${column}`)
    t.equal(entries.weights.filter((weight) => weight >= 0).length, entries.free.local)
    t.equal(new Set(entries.weights.filter((weight) => weight >= 0)).size, entries.free.shared)
  }
})
