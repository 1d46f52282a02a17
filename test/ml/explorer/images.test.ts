// Images that are drawn, read and made smaller; the colours of maps.
import fc from "fast-check"
import t from "tap"
import { stroked } from "../../../ml/explorer/brush.ts"
import { boundOf, inkOn, paintPixels, paintSigned, RAMPS, signedCell } from "../../../ml/explorer/ramp.ts"
import { borderMean, fitted, greyOf, resample } from "../../../ml/explorer/resample.ts"
import { count } from "../../counts.ts"

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length
const side = fc.integer({ min: 1, max: 12 })

t.test("an image in another size has the same mean, and in its own size the same pixels", async () => {
  fc.assert(
    fc.property(side, side, side, side, fc.integer(), (height, width, toHeight, toWidth, seed) => {
      const values = Float64Array.from({ length: height * width }, (_, i) =>
        Math.abs((seed + i * 7919) % 256),
      )
      const other = resample({ height, width, values }, toHeight, toWidth)
      const same = resample({ height, width, values }, height, width)
      return (
        Math.abs(mean(other) - mean(values)) < 1e-6 &&
        same.every((value, i) => Math.abs(value - values[i]!) < 1e-9)
      )
    }),
    { numRuns: count(100, 1000) },
  )
})

t.test("a file's picture comes whole, in the middle of its own background, bright on dark", async (t) => {
  const dark = { height: 2, width: 4, values: [255, 255, 255, 255, 255, 0, 0, 255] }
  t.equal(borderMean({ height: 3, width: 3, values: [1, 1, 1, 1, 99, 1, 1, 1, 1] }), 1)
  const square = fitted(dark, 4, 4, false)
  t.same([...square.subarray(4, 12)], [255, 255, 255, 255, 255, 0, 0, 255])
  t.same([...fitted(dark, 4, 4, true).subarray(8, 12)], [0, 255, 255, 0])
  t.same([...fitted({ height: 1, width: 1, values: [7] }, 2, 3, false)], [7, 7, 7, 7, 7, 7])
  const thin = { height: 1, width: 900, values: new Uint8Array(900).fill(10) }
  t.equal(fitted(thin, 28, 28, false).length, 784)
  const { values } = greyOf([255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255], 1, 4)
  t.same(Array.from(values, Math.round), [255, 0, 255, 76], "white, black, nothing, red")
})

t.test(
  "drawing never darkens, rubbing out never brightens, and both change what lies under the stroke alone",
  async () => {
    const coordinate = fc.double({ min: -2, max: 12, noNaN: true })
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, fc.boolean(), (y, x, toY, toX, draws) => {
        const pixels = Uint8Array.from({ length: 100 }, (_, i) => (i * 37) % 256)
        const brush = { radius: 1.2, value: draws ? 255 : 0 }
        const after = stroked(pixels, [10, 10, 1], { y, x }, { y: toY, x: toX }, brush)
        return after.every((byte, i) => {
          const [py, px] = [Math.floor(i / 10) + 0.5, (i % 10) + 0.5]
          const isFar = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].every(
            (along) =>
              Math.hypot(py - y - along * (toY - y), px - x - along * (toX - x)) >
              1.7 + 0.05 * Math.hypot(toY - y, toX - x),
          )
          return (draws ? byte >= pixels[i]! : byte <= pixels[i]!) && (!isFar || byte === pixels[i])
        })
      }),
      { numRuns: count(100, 1000) },
    )
    const dot = stroked(
      new Uint8Array(18),
      [3, 3, 2],
      { y: 1.5, x: 1.5 },
      { y: 1.5, x: 1.5 },
      { radius: 0.5, value: 255 },
    )
    t.same([...dot.subarray(8, 10)], [255, 255], "all channels of a pixel")
  },
)

t.test(
  "zero has the paper's colour, signs have different ones, and what is written on a colour can be read",
  async (t) => {
    const rgba = new Uint8ClampedArray(12)
    paintSigned(rgba, [9, -2, 9, 0, 9, 2], { first: 1, step: 2, bound: 2, ramp: RAMPS.light })
    t.same([...rgba.subarray(4, 8)], [255, 255, 255, 255])
    t.not(`${rgba.subarray(0, 4)}`, `${rgba.subarray(8, 12)}`)
    paintPixels(rgba, [5, 0, 6, 0, 7, 0], 2)
    t.same([...rgba], [5, 5, 5, 255, 6, 6, 6, 255, 7, 7, 7, 255])
    paintPixels(rgba, [5, 6, 7, 8, 9, 10, 11, 12, 13], 3)
    t.same([...rgba], [5, 6, 7, 255, 8, 9, 10, 255, 11, 12, 13, 255])
    t.equal(boundOf([1, -3, 2]), 3)
    t.equal(signedCell(0, 0, RAMPS.light).fill, "rgb(255 255 255)", "all zeros are no division by zero")
    for (const ramp of [RAMPS.light, RAMPS.dark])
      for (let i = -20; i <= 20; i++) {
        const { fill, ink } = signedCell(i, 20, ramp)
        const [red, green, blue] = fill.match(/\d+/g)!.map(Number) as [number, number, number]
        t.ok(contrast([red, green, blue], ink) >= 4.5, `${fill} under ${ink}`)
      }
    t.equal(inkOn([255, 255, 255]), "#000")
  },
)

/** Relative luminance and contrast as in WCAG 2.2. */
function contrast(fill: readonly [number, number, number], ink: "#000" | "#fff"): number {
  const luminance = (rgb: ReadonlyArray<number>) => {
    const [r, g, b] = rgb.map((c) =>
      c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
    ) as [number, number, number]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const [a, b] = [luminance(fill), ink === "#000" ? 0 : 1]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}
