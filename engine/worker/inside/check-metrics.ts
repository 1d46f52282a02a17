// What a stage reports as metrics, before it is written anywhere: JSON has no NaN, and the ledger's columns hold none.

/**
 * @param when such as `after epoch 3`
 * @throws TypeError that names the first metric that is not a finite number
 */
export function checkMetrics(metrics: Readonly<Record<string, number>>, when?: string): void {
  const wrong = Object.entries(metrics).find(([, value]) => !Number.isFinite(value))
  if (wrong === undefined) return
  const [name, value] = wrong
  throw new TypeError(`the metric "${name}" is ${value}, not a finite number${when ? `, ${when}` : ""}`)
}
