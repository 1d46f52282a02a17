// in turn: it starts processes.
import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { join } from "node:path"
import { promisify } from "node:util"
import { inflateSync } from "node:zlib"
import { build } from "esbuild"
import t from "tap"
import { lossByRate } from "../../../ml/charts/by-rate/loss-by-rate.ts"
import { confusionMatrix } from "../../../ml/charts/confusion-matrix.ts"
import { encodePng } from "../../../ml/charts/png.ts"
import { renderPng, renderSvg } from "../../../ml/charts/render.ts"
import { tileGrid } from "../../../ml/charts/tile-grid.ts"
import { loadTypeface } from "../../../ml/charts/typeface.ts"

const heading = { title: "Overfitting", subtitle: ["A subtitle – with “quotes”."] }
const curve = Array.from({ length: 7 }, (_, at) => ({
  epoch: at + 1,
  trainLoss: 1 / (at + 1),
  trainAccuracy: 0.5,
  validationLoss: 1 / (at + 1) + at / 10,
  validationAccuracy: 0.5,
}))
const chart = lossByRate({ ...heading, cells: [0, 0.25].map((rate) => ({ rate, curves: [curve] })) })
const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex")

t.test("one spec gives one SVG and one PNG, whatever was drawn before it", async (t) => {
  const svg = await renderSvg(chart)
  const png = await renderPng(svg)
  await renderSvg(confusionMatrix({ ...heading, counts: [[1]], classes: ["a"] }))
  t.equal(await renderSvg(chart), svg)
  t.equal(sha256(await renderPng(svg)), sha256(png))
  t.same(png.subarray(0, 8), [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
})

t.test(
  "a bundle in another process, time zone and locale, with a package canvas, draws the same bytes",
  async (t) => {
    const outfile = join(t.testdir(), "bundle.mjs")
    const entry = `
    import { createHash } from "node:crypto"
    import { register } from "node:module"
    const canvas = "let asked = 0; export const createCanvas = () => {}; export class Canvas { getContext() " +
      "{ globalThis.canvasTaken = true; return { measureText: () => ({ width: 1 }) } } }"
    const hooks = "export const resolve = (name, context, next) => name === 'canvas' ? " +
      "{ url: 'data:text/javascript," + encodeURIComponent(canvas) + "', shortCircuit: true } : next(name, context)"
    register("data:text/javascript," + encodeURIComponent(hooks))
    const { renderPng, renderSvg } = await import("../../../ml/charts/render.ts")
    const svg = await renderSvg(${JSON.stringify(chart)})
    const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex")
    console.log(globalThis.canvasTaken, sha256(svg), sha256(await renderPng(svg)))
  `
    await build({
      stdin: { contents: entry, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      outfile,
      logLevel: "silent",
    })
    const { stdout } = await promisify(execFile)(process.execPath, [outfile], {
      env: {
        ...process.env,
        NODE_OPTIONS: "",
        TZ: "Pacific/Chatham",
        LANG: "tr_TR.UTF-8",
        LC_ALL: "tr_TR.UTF-8",
      },
    })
    const svg = await renderSvg(chart)
    t.equal(stdout.trim(), `true ${sha256(svg)} ${sha256(await renderPng(svg))}`)
  },
)

t.test("text is drawn, in the weights asked for, though no font of the system is", async (t) => {
  const draw = async (inner: string) =>
    sha256(
      await renderPng(
        `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><g font-size="20">${inner}</g></svg>`,
      ),
    )
  const text = (attributes: string) => `<text y="20" ${attributes}>Refold</text>`
  const blank = await draw("")
  const regular = await draw(text(`font-family="'Source Sans 3', sans-serif"`))
  t.not(regular, blank)
  t.not(await draw(text(`font-family="'Source Sans 3', sans-serif" font-weight="600"`)), regular)
  t.equal(await draw(text(`font-family="Comic Sans MS, sans-serif"`)), regular)
})

t.test(
  "an SVG names its typeface so that browsers understand it, with a fallback, and rounds its coordinates",
  async (t) => {
    const svg = await renderSvg(chart)
    t.same(new Set(svg.match(/font-family="[^"]*"/g)), new Set([`font-family="'Source Sans 3', sans-serif"`]))
    t.match(svg, "Validation loss: cross-entropy (nats)")
    t.notMatch(svg.replace(/aria-label="[^"]*"/g, ""), /\d\.\d{4}/)
  },
)

t.test("a text is as wide as the font's own advances say", async (t) => {
  const { width } = loadTypeface()
  // Sums of the advances that fontTools 4 reads from the same files, in thousandths of an em.
  t.equal(width("Refold 0.25 ± é–", 1000, "regular"), 6522)
  t.equal(width("Refold 0.25 ± é–", 1000, "semibold"), 6714)
  t.equal(width("中", 1000, "regular"), 653, "a glyph that is missing")
})

t.test("a chart that vega has doubts about, or that loads a file, is refused", async (t) => {
  const data = { values: [{ a: 1 }] }
  const wrong: ReadonlyArray<[Parameters<typeof renderSvg>[0], RegExp]> = [
    [{ data, mark: "bar", encoding: { x: { field: "a", type: "quantitativ" } } }, /Invalid field type/],
    [{ data, mark: "bar", encoding: { nowhere: { field: "a", type: "nominal" } } }, /nowhere/],
    [{ data: { url: "file:///etc/hostname" }, mark: "bar" }, /asks for file:/],
    [{ data, mark: { type: "image", url: "https://example.org/a.png" } }, /asks for https:/],
  ]
  for (const [spec, message] of wrong) {
    await t.rejects(renderSvg(spec), { _tag: "RenderError", message })
  }
  await t.rejects(renderPng("no SVG"), { _tag: "RenderError", message: /cannot be drawn/ })
})

t.test("a PNG holds the grey values that it was made from", async (t) => {
  const grey = Uint8Array.from({ length: 300 * 256 }, (_, at) => at % 251)
  const png = Buffer.from(encodePng(grey, 300, 256))
  const idat = png.indexOf("IDAT")
  const rows = inflateSync(png.subarray(idat + 4, idat + 4 + png.readUInt32BE(idat - 4)))
  t.equal(rows.length, 300 * 257)
  t.ok(grey.every((value, at) => rows[Math.floor(at / 256) * 257 + 1 + (at % 256)] === value))
  t.same([png.readUInt32BE(16), png.readUInt32BE(20)], [256, 300], "width and height")
  t.equal(
    Buffer.from(encodePng(Uint8Array.of(7), 1, 1)).readUInt32BE(29),
    0x3a7e9b55,
    "checksum of the header",
  )
  t.throws(() => encodePng(grey, 2, 2), /2 × 2 pixels has other than 76800 values/)
})

t.test("tiles show their pixels unsmoothed", async (t) => {
  const drawn = (values: ReadonlyArray<number>) =>
    renderSvg(
      tileGrid({
        ...{ ...heading, height: 2, width: 2, range: [0, 255], nothing: "none" },
        rows: [{ name: "row", tiles: [{ label: "a", remark: "", marked: false, values }] }],
      }),
    )
  const svg = await drawn([0, 255, 255, 0])
  t.match(svg, /<image [^>]*image-rendering: pixelated/)
  t.not(sha256(await renderPng(svg)), sha256(await renderPng(await drawn([0, 0, 0, 0]))))
})
