// How the panels look: the image and the bars at the side, images to pick from, the reader's own filter, windows that slide,
// the matrix.

export const panelsStyle = `
.image .tile { width: 100%; background: #000; border-radius: 2px }
.image canvas { touch-action: none; cursor: crosshair }
.image .dropping { outline: 3px dashed var(--mark); outline-offset: 3px }
.image .buttons { margin: 0.75rem 0 0.4rem }
.image .button { padding: 0.3rem 0.65rem }
.answers { margin-top: 1.1rem }
.answer { font-size: 1.35rem; line-height: 1.3; overflow-wrap: anywhere }
.answer strong { font-weight: 650 }
.detail { min-height: 1.55em; font-size: 0.9rem; color: var(--soft) }
.bars { position: relative; width: 100%; margin-top: 0.5rem; border-collapse: collapse; font-size: 0.85rem; line-height: 1.3 }
.bars td, .bars th { padding: 0.17rem 0; font-weight: 400; text-align: left; white-space: nowrap }
.bars th { width: 1%; padding-right: 0.6rem; color: var(--soft) }
.bars thead th { padding: 0; line-height: 0 }
.bars .track { width: auto; padding-right: 0.5rem }
.bars .rail { position: relative; display: block; height: 0.7rem; background: var(--tint); border-radius: 2px }
.bars .fill { position: absolute; inset: 0 auto 0 0; background: var(--edge); border-radius: 2px }
.bars .before { position: absolute; top: -2px; bottom: -2px; width: 2px; margin-left: -1px; background: var(--ink) }
.bars .best th { color: var(--ink); font-weight: 600 }
.bars .best .fill { background: var(--mark) }
.bars .share { width: 3.4rem; text-align: right; font-variant-numeric: tabular-nums }
.bars .change { width: 1%; text-align: right; font-variant-numeric: tabular-nums; color: var(--soft) }
.bars .change:not(:empty) { padding-left: 0.5rem }
.truth { padding: 0 0.3rem; font-size: 0.75rem; font-weight: 400; color: var(--ink); border: 1px solid var(--edge); border-radius: 3px }
.off-note { margin-top: 0.75rem; padding: 0.6rem 0.75rem; font-size: 0.85rem; background: var(--tint); border-radius: 6px }
.off-note .button { margin-top: 0.4rem; display: flex }
.strip { display: none }

.picks { display: grid; gap: 0.45rem }
.pick-group { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); align-items: center; gap: 0 0.75rem }
.pick-class { font-size: 0.85rem; line-height: 1.2; color: var(--soft) }
.pick-row { display: grid; grid-template-columns: repeat(20, minmax(0, 1fr)); gap: 3px; max-width: 46rem }
.pick { border-radius: 3px; cursor: pointer }
.pick .tile { box-shadow: none; border-radius: 2px; overflow: hidden }
.pick[aria-selected="true"] { box-shadow: 0 0 0 2px var(--paper), 0 0 0 4px var(--mark); z-index: 1 }

.own { display: grid; grid-template-columns: minmax(17rem, 1fr) repeat(2, minmax(0, 15rem)); gap: 1.5rem 2rem; align-items: start; margin: 1.4rem 0 0.75rem }
.editor { display: grid; gap: 0.9rem }
.weights { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 4.2rem)); gap: 4px }
.weights input { width: 100%; padding: 0.2rem 0.1rem; text-align: center; appearance: textfield; -moz-appearance: textfield }
.weights input::-webkit-inner-spin-button { display: none }
.weights .in-hand { border-color: var(--mark); box-shadow: 0 0 0 1px var(--mark) }
.editor .slider { grid-template-columns: 8rem minmax(0, 1fr) }
.picture figcaption { margin-bottom: 0.4rem; font-size: 0.85rem; color: var(--soft) }

.slide { display: grid; grid-template-columns: minmax(16rem, 20rem) minmax(0, 1fr); gap: 1.5rem 3rem; align-items: start }
.arithmetic { display: grid; gap: 0.3rem; margin-top: 1rem; padding: 0.9rem 1rem; font-variant-numeric: tabular-nums; background: var(--tint); border-radius: 8px }
.fraction-line { display: block }
.part { display: inline-grid; justify-items: center; line-height: 1.1; vertical-align: top; padding: 0 0.1rem }
.part small { font-size: 0.75rem; font-style: italic; color: var(--soft) }
.arithmetic .result b { font-size: 1.35rem; font-weight: 650 }
.stage { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem 2rem; align-items: start; max-width: 38rem }
.stage .pad .tile { width: calc(100% * var(--share, 1)) }
.stage-controls { grid-column: 1 / -1; display: flex; align-items: center; gap: 1rem }

.dense-drawing { display: grid; grid-template-columns: minmax(0, 1.4fr) minmax(0, 5fr) minmax(0, 1fr); gap: 1rem 2rem; align-items: start }
.dense-drawing .readout { grid-column: 1 / -1; min-height: 1.55em }
.counts { display: grid; gap: 0.6rem; margin: 1.4rem 0 0; padding: 0; list-style: none }
.counts li { display: grid; grid-template-columns: 5rem minmax(0, 40rem); align-items: baseline; gap: 1rem }
.counts b { font-size: 1.35rem; font-weight: 650; text-align: right; font-variant-numeric: tabular-nums }
.counts span { color: var(--soft) }
.counts strong { font-weight: 600; color: var(--ink) }
@media (max-width: 76rem) {
  .own { grid-template-columns: repeat(2, minmax(0, 1fr)) }
  .editor { grid-column: 1 / -1; max-width: 24rem }
}
@media (max-width: 60rem) {
  html:has(.strip) { scroll-padding-bottom: 3.5rem }
  .answers { margin-top: 0 }
  .strip {
    position: sticky; bottom: 0; z-index: 4; display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.6rem;
    margin: 2rem -1.5rem 0; padding: 0.5rem 1.5rem; font-size: 0.9rem; background: var(--card); border-top: 1px solid var(--edge);
  }
  .strip b { font-size: 1.05rem; font-weight: 650 }
  .strip .share { font-variant-numeric: tabular-nums }
}
@media (max-width: 40rem) { .strip { margin: 2rem -1rem 0; padding: 0.5rem 1rem } }
@media (min-width: 60.01rem) and (max-height: 58rem) { .image .tile { width: 15rem } }
@media (min-width: 60.01rem) and (max-height: 47rem) { .image .tile { width: 12rem } }
@media (max-width: 46rem) {
  .pick-group { grid-template-columns: minmax(0, 1fr); gap: 0.15rem }
  .pick-row { grid-template-columns: repeat(10, minmax(0, 1fr)) }
  .slide { grid-template-columns: minmax(0, 1fr) }
  .own, .stage { gap: 1rem }
  .dense-drawing { grid-template-columns: minmax(0, 1.4fr) minmax(0, 1fr) }
  .dense-matrix { grid-column: 1 / -1; order: 3 }
  .dense-drawing .readout { order: 4 }
  .counts li { grid-template-columns: 3.2rem minmax(0, 1fr); gap: 0.75rem }
}
`
