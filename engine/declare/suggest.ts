// "Did you mean": the nearest known name to one that is not known. Pure.

/** `; did you mean "rates"?`, or the known names when none is near. */
export function suggest(wrong: string, known: ReadonlyArray<string>): string {
  const ranked = known
    .map((name) => ({ name, distance: editDistance(wrong, name) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  if (best !== undefined && best.distance <= Math.max(2, Math.floor(wrong.length / 3)))
    return `; did you mean "${best.name}"?`
  const listed = known.slice(0, 12).join(", ") + (known.length > 12 ? ", …" : "")
  return known.length > 0 ? `; there are: ${listed}` : ""
}

/** Levenshtein distance: insertions, deletions and substitutions. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      row.push(
        Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)),
      )
    }
    previous = row
  }
  return previous[b.length]!
}
