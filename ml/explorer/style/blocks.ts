// How the layers' maps look, their switches, and the box that tells how a value was made.

export const blocksStyle = `
.inspector {
  position: sticky; top: 0; z-index: 3; min-height: 14.5rem; margin-bottom: 1.2rem; padding: 0.9rem 1.1rem 1rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 4px 16px -8px rgb(0 0 0 / 0.25);
}
.where { font-size: 0.9rem }
.where .soft { margin-left: 0.5rem }
.inspector-body { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.6rem; margin-top: 0.5rem }
.terms { display: flex; align-items: flex-start; gap: 0.75rem }
.terms > .sign { align-self: center; padding-top: 1.2rem }
.sign { color: var(--soft) }
.cells-figure figcaption { font-size: 0.8rem; line-height: 1.5; color: var(--soft) }
.cells { display: grid; grid-template-columns: repeat(var(--columns), 2.1rem); gap: 1px; width: max-content; background: var(--line); border: 1px solid var(--line) }
.cell { height: 1.45rem; font-size: 0.7rem; line-height: 1.45rem; text-align: center; font-variant-numeric: tabular-nums; background: var(--tint) }
.cells.small { grid-template-columns: repeat(var(--columns), minmax(0.5rem, 0.9rem)) }
.cells.small .cell { height: 0.55rem }
.cell.marked { outline: 2px solid var(--mark); outline-offset: 1px; z-index: 1; font-weight: 700 }
.channel-sums { display: flex; flex-wrap: wrap; align-content: flex-start; gap: 0.3rem; height: 7.9rem; overflow-y: auto; padding: 1px }
.channel-sums .button { font-variant-numeric: tabular-nums }
.channel-sums small { opacity: 0.85 }
.equation { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 0.3rem 0.75rem }
.term, .agreement { display: grid; line-height: 1.25 }
.term small, .agreement small { font-size: 0.75rem; color: var(--soft) }
.term b, .agreement b { font-weight: 600; font-variant-numeric: tabular-nums }
.agreement { margin-left: 0.5rem; padding-left: 1rem; border-left: 2px solid var(--mark) }
.agreement.differs { border-color: var(--alert) }

.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.75rem }
.legend-ramp { width: 7rem; height: 0.7rem; border: 1px solid var(--line); background: linear-gradient(90deg, var(--negative), var(--negative-half), var(--zero), var(--positive-half), var(--positive)) }
.block { margin-top: 1.6rem }
.scroll { overflow-x: auto; padding: 6px; margin: 0 -6px }
.layer-row { display: flex; align-items: center; gap: 0.75rem; margin-top: 0.5rem }
.row-name { position: sticky; left: -6px; z-index: 2; flex: 0 0 7.6rem; padding: 0.2rem 0.4rem 0.2rem 6px; margin-left: -6px; line-height: 1.25; background: var(--paper) }
.row-name b { display: block; font-size: 0.9rem; font-weight: 600 }
.row-name small { font-size: 0.8rem; color: var(--soft) }
.row-maps { display: grid; grid-auto-flow: column; grid-auto-columns: var(--tile, auto); gap: 6px; border-radius: 2px }
.row-maps:focus-visible { outline-offset: 4px }
.row-maps .tile { cursor: crosshair }
.row-maps.units { grid-auto-columns: minmax(0, 1fr); flex: 1 1 auto; min-width: 10rem; max-width: calc(var(--columns) * 1.15rem) }
.tile.off { opacity: 0.35 }
.filter { display: block; width: 100%; padding: 0; font: inherit; color: var(--ink); background: none; border: 0; border-radius: 4px; cursor: pointer }
.filter-content { position: relative; display: grid; gap: 3px; justify-items: center }
.filter .tile { width: 60% }
.filter-number { width: 100%; font-size: 0.8rem; line-height: 1.4rem; font-weight: 600; text-align: center; color: var(--on-mark); background: var(--mark); border: 1px solid var(--mark); border-radius: 4px }
.filter:hover .filter-number { filter: brightness(1.1) }
.filter[aria-pressed="false"] .filter-number { color: var(--ink); background: var(--card); border: 1px dashed var(--edge); text-decoration: line-through }
.filter[aria-pressed="false"] .tile { opacity: 0.35 }
@media (max-width: 46rem) {
  .inspector { padding: 0.7rem 0.8rem; min-height: 15rem }
  .terms { flex-wrap: wrap; gap: 0.35rem }
  .cells-figure { flex: 1 1 0; min-width: 0; max-width: 6.5rem }
  .cells-figure:has(.channel-sums) { flex-basis: 100%; max-width: none }
  .cells-figure:has(.small), .channel-sums { max-width: none; height: auto }
  .cells { width: 100% }
  .cells { grid-template-columns: repeat(var(--columns), minmax(0, 1fr)) }
  .cells:not(.small) .cell { height: 1.15rem; font-size: 0 }
  .row-name { flex: 0 0 6.2rem; min-width: 0 }
  .row-name b { font-size: 0.8rem }
  .layer-row { gap: 0.5rem }
}
`
