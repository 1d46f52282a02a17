// What every chart's form takes and gives: a heading, and the spec with the SVG and PNG drawn from it. It knows no chart.
import * as Schema from "effect/Schema"
import { type ChartSpec, renderPng, renderSvg } from "refold/charts"

export const heading = {
  title: Schema.String,
  subtitle: Schema.Union(Schema.String, Schema.Array(Schema.String)),
}
export const outputs = { spec: "chart", svg: "svg", png: "image:png" } as const

export const drawn = async (spec: ChartSpec) => {
  const svg = await renderSvg(spec)
  return { spec, svg, png: await renderPng(svg) }
}
