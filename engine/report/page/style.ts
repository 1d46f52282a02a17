// How a page looks: one column to read, a grid of pictures, light and dark. No fonts, no network, no scripts.

export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfbfa; --ink: #1d2430; --soft: #626c7a; --line: #e2e5ea; --card: #ffffff; --mark: #2b6cb0; --tint: #f1f4f8;
  --hue-0: #2b6cb0; --hue-1: #c05621; --hue-2: #2f855a; --hue-3: #97266d; --hue-4: #7b6a12; --hue-5: #2c7a7b; --hue-6: #6b46c1; --hue-7: #5b6472;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171c; --ink: #e4e7ec; --soft: #98a2b0; --line: #2c323b; --card: #1b1f26; --mark: #7fb2e8; --tint: #20252d;
    --hue-0: #7fb2e8; --hue-1: #f0975c; --hue-2: #7cc79a; --hue-3: #e08bbd; --hue-4: #d3bf63; --hue-5: #6fc9c9; --hue-6: #b49cf0; --hue-7: #a7b0bd; }
}
* { box-sizing: border-box }
body {
  margin: 0 auto; max-width: 78rem; padding: 3.5rem 1.5rem 5rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 "Source Sans 3", "Source Sans Pro", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%;
}
a { color: var(--mark); text-decoration-thickness: 1px; text-underline-offset: 2px }
h1 { margin: 0; font-size: 2.4rem; line-height: 1.15; letter-spacing: -0.015em; font-weight: 650 }
h2 { margin: 3.2rem 0 1rem; font-size: 1.25rem; line-height: 1.3; font-weight: 650 }
.lead { margin: 0.6rem 0 0; max-width: 44rem; font-size: 1.15rem; color: var(--soft) }
.facts { display: flex; flex-wrap: wrap; gap: 0.25rem 2rem; margin: 1.6rem 0 0; padding: 0.9rem 0; border: solid var(--line); border-width: 1px 0; font-size: 0.9rem }
.facts div { display: flex; gap: 0.5rem }
.facts dt, .tiles dt { color: var(--soft) }
.facts dd, .tiles dd { margin: 0 }
code, .facts dd, td { font-variant-numeric: tabular-nums }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.86em }
.tiles { display: flex; flex-wrap: wrap; gap: 1rem; margin: 2rem 0 0 }
.tiles div { flex: 1 1 9rem; padding: 0.9rem 1.2rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px }
.tiles dt { font-size: 0.9rem }
.tiles dd { font-size: 1.35rem; line-height: 1.35; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
.tiles .main { flex: 2 1 17rem; background: var(--tint) }
.tiles .main dd { font-size: 2.4rem; line-height: 1.2 }
.tiles .main .note { font-size: 0.95rem; font-weight: 400; color: var(--soft) }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-size: 0.93rem }
th, td { padding: 0.34rem 1.4rem 0.34rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
th { font-weight: 500; color: var(--soft); white-space: nowrap }
tbody tr:last-child td { border-bottom: 0 }
.number { text-align: right }
.params td:nth-child(2) { overflow-wrap: anywhere }
.soft, .more { color: var(--soft) }
.more { margin: 0.6rem 0 0; font-size: 0.9rem }
.pictures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.6rem; align-items: start }
figure { margin: 0 }
.documents { margin: 0; padding: 0; list-style: none; font-size: 1.05rem }
.wide { grid-column: 1 / -1 }
.card { display: flex; justify-content: center; padding: 1rem; background: #ffffff; border: 1px solid var(--line); border-radius: 8px }
.card img { display: block; max-width: 100%; height: auto }
figcaption { display: flex; gap: 0.9rem; margin-top: 0.4rem; padding: 0 0.2rem; font-size: 0.85rem; color: var(--soft) }
figcaption span { margin-right: auto; overflow-wrap: anywhere }
details h3 { margin: 1.1rem 0 0.2rem; font-size: 0.95rem; font-weight: 600 }
details .pictures { margin-top: 1.3rem }
.chart { display: block; width: 100%; height: auto; overflow: visible }
.chart text { font-size: 11px; fill: var(--soft); font-variant-numeric: tabular-nums }
.chart .grid { stroke: var(--line); stroke-width: 1; fill: none }
.chart .mean { fill: none; stroke: var(--hue); stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round }
.chart .fewer { stroke-dasharray: 1 4 }
.chart .band { fill: var(--hue); opacity: 0.16 }
.legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; margin: 0.3rem 0 0; padding: 0; list-style: none; font-size: 0.85rem; color: var(--soft) }
.legend i { display: inline-block; width: 1.1rem; height: 0.2rem; margin-right: 0.4rem; vertical-align: 0.22em; border-radius: 1px; background: var(--hue) }
.over { margin: 0 0 0.3rem; color: var(--ink) }
.line-0 { --hue: var(--hue-0) } .line-1 { --hue: var(--hue-1) } .line-2 { --hue: var(--hue-2) } .line-3 { --hue: var(--hue-3) }
.line-4 { --hue: var(--hue-4) } .line-5 { --hue: var(--hue-5) } .line-6 { --hue: var(--hue-6) } .line-7 { --hue: var(--hue-7) }
details { border-top: 1px solid var(--line) }
details:last-of-type { border-bottom: 1px solid var(--line) }
summary { padding: 0.65rem 0; cursor: pointer }
summary .soft { margin-left: 0.5rem; font-size: 0.9rem }
details[open] { padding-bottom: 1.2rem }
.ran { color: var(--ink) } .cached { color: var(--soft) }
footer { margin-top: 3.5rem; font-size: 0.85rem; color: var(--soft) }
@media (max-width: 46rem) { .pictures { grid-template-columns: minmax(0, 1fr) } body { padding-top: 2rem }  }
@media print { body { max-width: none; padding: 0 } figure, .tiles div, tr { break-inside: avoid } a { color: inherit } }
`
