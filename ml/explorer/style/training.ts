// How training on the page looks: how far it is, its curve, the hashes.

export const trainingStyle = `
.training { display: grid; gap: 0.9rem; max-width: 46rem }
.training progress { flex: 1 1 8rem; max-width: 16rem; accent-color: var(--mark) }
.training .readout { min-width: 13rem; font-variant-numeric: tabular-nums }
.train-curve svg { display: block; width: 100%; max-width: 36rem; height: auto; font-size: 12px }
.train-curve .rule { stroke: var(--line) }
.train-curve .label { fill: var(--soft) }
.train-curve .line { fill: none; stroke-width: 2; stroke-linejoin: round }
.train-curve .line.train { stroke: var(--edge) }
.train-curve .line.validation { stroke: var(--mark) }
.train-curve .dot.train, .train-curve .label.train { fill: var(--soft) }
.train-curve .dot.validation, .train-curve .label.validation { fill: var(--mark) }
.train-result { display: grid; gap: 0.5rem }
.train-verdict { font-size: 1.1rem; font-weight: 600 }
.train-hash { display: grid; font-size: 0.85rem }
.train-hash code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere }
`
