// How long a run may take, from what earlier attempts took. Pure.
import type { Preview } from "./previewed.ts"

/** Seconds at least and at most, on `jobs` workers; undefined when no attempt tells. */
export function expectedRange(
  previews: ReadonlyArray<Preview>,
  jobs: number,
): { readonly least: number; readonly most: number } | undefined {
  const span = (statuses: ReadonlyArray<Preview["status"]>): number => {
    let [sum, longest] = [0, 0]
    for (const { status, expected = 0 } of previews) {
      if (!statuses.includes(status)) continue
      sum += expected
      longest = Math.max(longest, expected)
    }
    return Math.max(sum / jobs, longest)
  }
  if (previews.some(({ status, expected }) => status === "will-run" && expected === undefined))
    return undefined
  return { least: span(["will-run"]), most: span(["will-run", "undecided"]) }
}
