// How what is pressed, typed and moved looks: buttons, fields, sliders, numbers.

export const controlsStyle = `
.button {
  display: inline-flex; align-items: center; justify-content: center; gap: 0.4rem; min-height: 2.25rem; padding: 0.3rem 0.8rem;
  font: inherit; font-size: 0.9rem; line-height: 1.2; color: var(--ink); background: var(--card);
  border: 1px solid var(--edge); border-radius: 6px; cursor: pointer;
}
.button:hover { border-color: var(--mark); color: var(--mark) }
.button[aria-pressed="true"] { color: var(--on-mark); background: var(--mark); border-color: var(--mark) }
.button:disabled { color: var(--soft); border-color: var(--line); cursor: default }
.button.main { color: var(--on-mark); background: var(--mark); border-color: var(--mark) }
.button.slim { min-height: 1.75rem; padding: 0.1rem 0.6rem; font-size: 0.85rem }
.buttons, .presets { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 0.5rem }
.unseen:focus-visible + .button { outline: 2px solid var(--mark); outline-offset: 2px }
.field { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.75rem; font-size: 0.9rem }
.field > span { color: var(--soft) }
select, input[type="number"] {
  min-height: 2.25rem; padding: 0.2rem 0.4rem; font: inherit; font-size: 0.9rem; font-variant-numeric: tabular-nums;
  color: var(--ink); background: var(--card); border: 1px solid var(--edge); border-radius: 6px;
}
input[type="range"] { width: 100%; min-width: 0; height: 1.5rem; margin: 0; accent-color: var(--mark) }
.slider { display: grid; grid-template-columns: 6rem minmax(0, 1fr) 2rem; align-items: center; gap: 0.75rem; font-size: 0.9rem }
.slider output { font-weight: 600; font-variant-numeric: tabular-nums; text-align: right }
.sliders { display: grid; gap: 0.5rem }
.sliders.inline { grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 0.5rem 2.5rem; max-width: 36rem; margin-bottom: 1.4rem }
.sliders.inline .slider { grid-template-columns: auto minmax(0, 1fr) 1.5rem }
.tile { position: relative; aspect-ratio: var(--ratio); min-width: 0; box-shadow: 0 0 0 1px var(--line) }
.tile canvas { display: block; width: 100%; height: 100%; image-rendering: pixelated; touch-action: pan-x pan-y }
.outline { position: absolute; pointer-events: none; z-index: 1 }
.outline.window { box-shadow: 0 0 0 2px var(--mark), 0 0 0 3px var(--paper) }
.outline.point { box-shadow: 0 0 0 1.5px var(--paper), 0 0 0 3px var(--mark) }
.outline.field { outline: 2px dashed var(--mark); outline-offset: -1px }
.outline.cursor { box-shadow: 0 0 0 1.5px #000, 0 0 0 3px #fff }
.outline.missing { background: var(--paper) }
.outline.image-edge { outline: 1px solid var(--edge) }
.pad { cursor: crosshair }
`
