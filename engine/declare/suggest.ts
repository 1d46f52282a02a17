// "Did you mean": the nearest known name to one that is not known. Pure.

/** `; did you mean "rates"?`, or the known names when none is near. */
export function suggest(wrong: string, known: ReadonlyArray<string>): string {
  const near = nearest(wrong, known)
  if (near !== undefined) return `; did you mean "${near}"?`
  const listed = known.slice(0, 12).join(", ") + (known.length > 12 ? ", …" : "")
  return known.length > 0 ? `; there are: ${listed}` : ""
}

/** The known name that a wrong one was likely meant to be, if any is near. */
export function nearest(wrong: string, known: ReadonlyArray<string>): string | undefined {
  const most = Math.max(2, Math.floor(wrong.length / 3))
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of known) {
    if (Math.abs(name.length - wrong.length) > most) continue
    const distance = editDistance(wrong, name)
    if (distance >= name.length) continue // nothing in common
    if (distance <= most && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { name, distance }
  }
  return best?.name
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
