// The numbers and values that a page shows first and large. It knows no metric by name.
import { baseOf, type Metrics } from "../../content/kind.ts"
import type { PageResult } from "./facts.ts"
import { type Html, html, nothing } from "./html.ts"
import { cellText } from "./tables.ts"

/** Numbers with an interval are what was asked for, so they stand first and large; then values, then the rest. */
export function headlines(metrics: Metrics, results: ReadonlyArray<PageResult>): Html {
  const names = Object.keys(metrics).filter((name) => !/\.(low|high)$/.test(name))
  const interval = (name: string): ReadonlyArray<number> =>
    [metrics[`${name}.low`], metrics[`${name}.high`]].filter((bound) => bound !== undefined)
  const [measured, plain] = [true, false].map((has) =>
    names.filter((name) => (interval(name).length === 2) === has),
  )
  const tile = (
    name: string,
    text: string,
    note: string | undefined,
  ): Html => html`<div${note === undefined ? nothing : html` class="main"`}>
<dt>${name}</dt><dd>${text}</dd>${note === undefined ? nothing : html`<dd class="note">${note}</dd>`}
</div>`
  const all = [
    ...measured!.map((name) =>
      tile(name, cellText(metrics[name]), `95 % interval ${interval(name).map(cellText).join(" to ")}`),
    ),
    ...results
      .filter(({ kind, single }) => single && baseOf(kind) === "value")
      .map(({ name, content }) => tile(name, cellText(content), undefined)),
    ...plain!.map((name) => tile(name, cellText(metrics[name]), undefined)),
  ]
  return all.length === 0 ? nothing : html`<dl class="tiles">\n${all}\n</dl>`
}
