// Means as people read them: "0.8912 ± 0.0031", the standard error with two digits that tell something. It knows not what was measured.

interface Mean {
  readonly mean: number
  readonly se: number | null
}

/** Numbers that are all smaller than this are told by their leading digits. */
const small = 0.01
/** Decimals at the most. */
const most = 4

/** How the means of one column are written: with as many decimals as its smallest error needs, so that they can be compared down the page. */
export function meansText(all: Iterable<Mean>): (mean: Mean) => string {
  let [largest, least] = [0, Number.POSITIVE_INFINITY]
  let areWhole = true
  for (const { mean, se } of all) {
    largest = Math.max(largest, Math.abs(mean))
    if (se !== null && se > 0) least = Math.min(least, se)
    areWhole &&= Number.isInteger(mean) && (se === null || se === 0)
  }
  const needed = 1 - Math.floor(Math.log10(least))
  const decimals = areWhole ? 0 : Number.isFinite(needed) ? Math.min(most, Math.max(0, needed)) : most
  const text = (value: number): string =>
    largest < small && value !== 0 ? value.toPrecision(3) : value.toFixed(decimals)
  return ({ mean, se }) => (se === null ? text(mean) : `${text(mean)} ± ${text(se)}`)
}
