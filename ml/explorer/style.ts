// How the explorer page looks: an image at the side, panels to read down, light and dark, wide and narrow. It goes with the
// page of a run: the same paper, ink and type. No fonts, no network.
import { blocksStyle } from "./style/blocks.ts"
import { controlsStyle } from "./style/controls.ts"
import { panelsStyle } from "./style/panels.ts"
import { trainingStyle } from "./style/training.ts"

const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #fbfbfa; --ink: #1d2430; --soft: #5b6573; --line: #e2e5ea; --card: #ffffff; --mark: #2b6cb0; --tint: #f1f4f8;
  --on-mark: #ffffff; --edge: #8a94a3; --alert: #a8321d;
  --negative: #14457f; --negative-half: #5b93cb; --zero: #ffffff; --positive-half: #e08a5f; --positive: #a8321d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171c; --ink: #e4e7ec; --soft: #a3adba; --line: #2c323b; --card: #1b1f26; --mark: #7fb2e8; --tint: #20252d;
    --on-mark: #10141a; --edge: #76808e; --alert: #f6a58f;
    --negative: #a9d0f5; --negative-half: #3f7fbd; --zero: #1b1f26; --positive-half: #c05f38; --positive: #f6b48f;
  }
}
* { box-sizing: border-box }
html { scroll-padding-top: 1rem }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth } }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 "Source Sans 3", "Source Sans Pro", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%;
}
.explorer { margin: 0 auto; max-width: 84rem; padding: 3rem 1.5rem 5rem }
[hidden] { display: none !important }
a { color: var(--mark); text-decoration-thickness: 1px; text-underline-offset: 2px }
h1 { margin: 0; font-size: 2.4rem; line-height: 1.15; letter-spacing: -0.015em; font-weight: 650 }
h2 { margin: 0; font-size: 1.25rem; line-height: 1.3; font-weight: 650 }
h3 { margin: 0; font-size: 1rem; line-height: 1.4; font-weight: 600 }
h3 small { margin-left: 0.75rem; font-size: 0.85rem; font-weight: 400; color: var(--soft) }
figure, p { margin: 0 }
.lead { margin: 0.6rem 0 0; max-width: 44rem; font-size: 1.15rem; color: var(--soft) }
nav { display: flex; flex-wrap: wrap; gap: 0.35rem 1.4rem; margin: 1.5rem 0 0; padding: 0.8rem 0; border: solid var(--line); border-width: 1px 0; font-size: 0.9rem }
nav a { text-decoration: none }
nav a:hover { text-decoration: underline }
.bench { display: grid; grid-template-columns: 19rem minmax(0, 1fr); gap: 0 2.5rem; align-items: start; margin-top: 2rem }
.aside { position: sticky; top: 1.25rem }
.panels > section + section { margin-top: 3.5rem; padding-top: 2.5rem; border-top: 1px solid var(--line) }
.about { margin: 0.4rem 0 1.4rem; max-width: 42rem; color: var(--soft) }
.note, .readout, .legend { font-size: 0.9rem; color: var(--soft) }
.soft { color: var(--soft) }
.problem { display: block; margin-top: 0.4rem; font-size: 0.9rem; color: var(--alert) }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px }
@media (max-width: 60rem) {
  .bench { grid-template-columns: minmax(0, 1fr) }
  .aside { position: static; display: grid; grid-template-columns: minmax(0, 17.5rem) minmax(0, 1fr); gap: 1.5rem 2rem; margin-bottom: 2.5rem }
}
@media (max-width: 40rem) {
  .explorer { padding: 2rem 1rem 4rem }
  h1 { font-size: 1.9rem }
  .lead { font-size: 1.05rem }
  .aside { grid-template-columns: minmax(0, 1fr) }
}
`

export const style = [pageStyle, controlsStyle, panelsStyle, trainingStyle, blocksStyle].join("")
