// Chart specs to SVG and SVG to PNG, with the same bytes on every machine; knows nothing of what is drawn.
//
// vega, vega-lite and resvg are loaded when first used, as they cost half a second. Fonts and resvg's WebAssembly
// are found by Node's resolution of the packages `source-sans` and `@resvg/resvg-wasm` from this file, or from the
// bundle that it is part of; nothing else is read.

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { ChartSpec } from "./chart-spec.ts"
import { FAMILY, loadTypeface, type Typeface } from "./typeface.ts"

/** A chart that cannot be drawn, or that vega or vega-lite warn of. */
export class RenderError extends Error {
  readonly _tag = "RenderError"

  constructor(message: string) {
    super(message)
    this.name = "RenderError"
  }
}

/** Pixels of a PNG for one of the SVG. */
const SCALE = 2

/**
 * Draws a vega-lite spec as SVG text. Text is measured by Source Sans' own advances, so a `canvas` package that a
 * machine happens to have changes nothing; coordinates are rounded to a thousandth of a pixel.
 *
 * @throws RenderError when vega or vega-lite warn or fail, or the spec would load anything but `data:` URLs
 */
export const renderSvg = async (spec: ChartSpec): Promise<string> => {
  const [vega, vegaLite, face] = await Promise.all([import("vega"), import("vega-lite"), typeface()])
  const { textMetrics } = vega as unknown as { textMetrics: TextMetrics }
  textMetrics.width = (item, text) => textWidth(face, item, text)
  vega.resetSVGDefIds()
  const complaints: Array<string> = []
  const logger = collect(complaints)
  const options = { renderer: "none", loader: offline(vega.loader(), complaints), logger } as const
  try {
    // vega marks the rows that it is given; the spec is an artifact and stays as it is
    const compiled = vegaLite.compile(
      structuredClone(spec) as unknown as Parameters<typeof vegaLite.compile>[0],
      { logger },
    )
    const view = new vega.View(vega.parse(compiled.spec), options)
    const svg = await view.toSVG()
    view.finalize()
    if (complaints.length === 0) return `${round(svg)}\n`
  } catch (error) {
    complaints.push((error as Error).message)
  }
  throw new RenderError(`the chart cannot be drawn as asked: ${complaints.join("; ")}`)
}

/**
 * Draws SVG text as PNG bytes at twice its size, on white, in Source Sans and no font of the system.
 *
 * @throws RenderError when the text is not SVG
 */
export const renderPng = async (svg: string): Promise<Uint8Array> => {
  const [{ Resvg }, { files }] = await Promise.all([resvg(), typeface()])
  const options = {
    font: { fontBuffers: [...files], defaultFontFamily: FAMILY, sansSerifFamily: FAMILY },
    fitTo: { mode: "zoom", value: SCALE },
    background: "#ffffff",
    imageRendering: 1,
  } as const
  let drawing: InstanceType<typeof Resvg>
  try {
    drawing = new Resvg(svg, options)
  } catch (error) {
    throw new RenderError(
      `the SVG cannot be drawn: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  const image = drawing.render()
  const bytes = image.asPng()
  image.free()
  drawing.free()
  return bytes
}

let loadedTypeface: Typeface | undefined
const typeface = (): Typeface => (loadedTypeface ??= loadTypeface())

let loadedResvg: ReturnType<typeof loadResvg> | undefined
const resvg = (): ReturnType<typeof loadResvg> => (loadedResvg ??= loadResvg())

/** Its WebAssembly is initialized once a process, by whichever bundle with this code draws first: packages are shared by all. */
const loadResvg = async () => {
  const module = await import("@resvg/resvg-wasm")
  const wasm = readFileSync(createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm"))
  await module.initWasm(wasm).catch((failure: Error) => {
    if (!/already initialized/i.test(failure.message)) throw failure
  })
  return module
}

/** Vega's way of measuring text, which its types leave out; whoever assigns `width` keeps `canvas` out of it. */
interface TextMetrics {
  width: (item: TextItem, text: unknown) => number
}

interface TextItem {
  readonly fontSize?: number
  readonly fontWeight?: number | string
  readonly limit?: number
}

const textWidth = (face: Typeface, item: TextItem, text: unknown): number => {
  const heavy = item.fontWeight === "bold" || Number(item.fontWeight) >= 600
  const width = face.width(String(text ?? "").trim(), item.fontSize ?? 11, heavy ? "semibold" : "regular")
  return item.limit !== undefined && item.limit > 0 ? Math.min(width, item.limit) : width
}

/** A chart that vega has doubts about is not fit to be stored, so its warnings count as errors. */
const collect = (complaints: Array<string>) => {
  const complain = (...messages: ReadonlyArray<unknown>) => {
    complaints.push(
      messages.map((message) => (message instanceof Error ? message.message : message)).join(" "),
    )
    return logger
  }
  const silent = () => logger
  const logger = { level: silent, error: complain, warn: complain, info: silent, debug: silent }
  return logger as never
}

/** Vega's loader, for `data:` URLs only; it complains itself, as vega draws on without a picture that fails. */
const offline = <
  Loader extends { load: unknown; sanitize: (uri: string, options: never) => Promise<unknown> },
>(
  loader: Loader,
  complaints: Array<string>,
): Loader => {
  const refuse = (uri: string) => {
    complaints.push(`it holds its data and pictures itself, but this one asks for ${uri}`)
    return Promise.reject(new RenderError("refused"))
  }
  return {
    ...loader,
    load: refuse,
    sanitize: (uri: string, options: never) =>
      uri.startsWith("data:") ? loader.sanitize(uri, options) : refuse(uri),
  }
}

const GEOMETRY = / (?:d|transform|x|y|x1|x2|y1|y2|cx|cy|r|width|height|viewBox)="[^"]*"/g

/** Hides last-bit differences between the Math functions of JavaScript engines, and halves the file. */
const round = (svg: string): string =>
  svg.replace(GEOMETRY, (attribute) =>
    attribute.replace(/-?\d+\.\d{4,}(?:e-?\d+)?|-?\d+(?:\.\d+)?e-?\d+/g, (number) =>
      String(Math.round(Number(number) * 1000) / 1000),
    ),
  )
