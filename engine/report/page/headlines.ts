// The numbers and values that a page shows first and large. It knows no metric by name.
import { baseOf, type Metrics } from "../../content/kind.ts"
import type { NotNeededFacts, PageResult } from "./facts.ts"
import { begun, fitting, type Html, html, note, nothing } from "./html.ts"
import { cellText } from "./tables.ts"

const room = { most: 200, bytes: 60_000 }
/** Letters of one name or value. */
const mostLetters = 2000

/** Numbers with an interval are what was asked for, so they stand first and large; then values, then the rest. */
export function headlines(
  metrics: Metrics,
  results: ReadonlyArray<PageResult>,
  { results: others }: Pick<NotNeededFacts, "results"> = { results: {} },
): Html {
  const names = Object.keys(metrics).filter((name) => !/\.(low|high)$/.test(name))
  const interval = (name: string): ReadonlyArray<number> =>
    [metrics[`${name}.low`], metrics[`${name}.high`]].filter((bound) => bound !== undefined)
  const [measured, plain] = [true, false].map((has) =>
    names.filter((name) => (interval(name).length === 2) === has),
  )
  const all: ReadonlyArray<Tile> = [
    ...measured!.map((name) => ({
      name,
      text: cellText(metrics[name]),
      note: `95 % interval ${interval(name).map(cellText).join(" to ")}`,
    })),
    ...results
      .filter(({ kind, single }) => single && baseOf(kind) === "value")
      .map(({ name, content }) => ({ name, text: cellText(content) })),
    ...plain!.map((name) => ({ name, text: cellText(metrics[name]) })),
  ]
  const absent = fitting(Object.entries(others), room, ([name, why]) =>
    note(html`There is no ${begun(name, mostLetters)}: not needed, as ${begun(why, mostLetters)}.`),
  )
  if (all.length === 0) return html`${absent}`
  const shown = fitting(all, room, tile)
  const left = all.length - shown.length
  return html`<dl class="tiles">\n${shown}\n</dl>${left === 0 ? nothing : note(html`${left} of ${all.length} numbers and values are not shown: <a href="./results.json">results.json</a> has them.`)}${absent}`
}

interface Tile {
  readonly name: string
  readonly text: string
  readonly note?: string
}

const tile = ({
  name,
  text,
  note,
}: Tile): Html => html`<div${note === undefined ? nothing : html` class="main"`}>
<dt>${begun(name, mostLetters)}</dt><dd>${begun(text, mostLetters)}</dd>${note === undefined ? nothing : html`<dd class="note">${note}</dd>`}
</div>`
