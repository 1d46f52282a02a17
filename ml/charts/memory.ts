// What lives in memory at once, a bar an item, a panel a purpose; knows nothing of how the bytes were counted.

import { ChartError, type ChartSpec } from "./chart-spec.ts"
import { COLOURS, type Heading, panelTitle, themed } from "./theme.ts"

export interface MemoryChart extends Heading {
  /** In the order in which they are drawn. */
  readonly items: ReadonlyArray<{
    /** What the memory is for: a panel each, with a scale of its own. */
    readonly to: string
    readonly needed: "at least" | "on top"
    readonly what: string
    readonly bytes: number
  }>
}

const NEEDED = ["at least", "on top"] as const
const WIDTH = 420
/** Pixels for the names of items, the same in all panels. */
const NAMES = 190

/** @throws ChartError when there is no item */
export const memoryChart = ({ title, subtitle, items }: MemoryChart): ChartSpec => {
  if (items.length === 0) throw new ChartError("a chart of memory needs at least one item")
  const purposes = [...new Set(items.map(({ to }) => to))]
  return themed(
    { title, subtitle },
    {
      vconcat: purposes.map((to) => {
        const own = items.filter((item) => item.to === to)
        return panel(to, own)
      }),
      spacing: 30,
    },
  )
}

const panel = (to: string, items: MemoryChart["items"]): ChartSpec => {
  const most = items.reduce((most, { bytes }) => Math.max(most, bytes), 0)
  const [unit, size] = most < 1e6 ? (["kB", 1e3] as const) : (["MB", 1e6] as const)
  const told = (bytes: number): string => `${(bytes / size).toFixed(1)} ${unit}`
  const rows = items.map(({ what, needed, bytes }) => ({
    what,
    needed,
    amount: bytes / size,
    told: told(bytes),
  }))
  const sum = (of: ReadonlyArray<(typeof NEEDED)[number]>): number =>
    items.reduce((all, { needed, bytes }) => all + (of.includes(needed) ? bytes : 0), 0)
  const onTop = sum(["on top"])
  const total = `${told(sum(["at least"]))} at least${onTop === 0 ? "" : `, ${told(sum(NEEDED))} with what comes on top`}`
  const color = {
    field: "needed",
    type: "nominal",
    title: null,
    scale: { domain: [...NEEDED], range: [COLOURS.validation, COLOURS.train] },
    legend: { symbolType: "square", symbolStrokeWidth: 0 },
  }
  const place = {
    y: {
      field: "what",
      type: "nominal",
      title: null,
      sort: rows.map(({ what }) => what),
      axis: {
        labelColor: COLOURS.ink,
        labelLimit: NAMES,
        minExtent: NAMES,
        labelFontSize: 12.5,
        labelPadding: 8,
      },
    },
    x: {
      field: "amount",
      type: "quantitative",
      title: `${unit} in float32`,
      axis: { format: ",.4~r", grid: true, tickCount: 5, titleAnchor: "end" },
    },
  }
  const data = { values: rows }
  return {
    width: WIDTH,
    height: { step: 27 },
    layer: [
      { data, mark: { type: "bar", height: 15 }, encoding: { ...place, color } },
      {
        data,
        mark: { type: "text", align: "left", baseline: "middle", dx: 6, fontSize: 12 },
        encoding: { ...place, text: { field: "told", type: "nominal" } },
      },
      ...panelTitle(`To ${to}`, total),
    ],
  }
}
