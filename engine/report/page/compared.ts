// Metrics of a run beside those of a git ref as a table, and what their differences do and do not say.
import type { ComparedFacts, RunFacts } from "./facts.ts"
import { type Html, html, note, nothing } from "./html.ts"
import { cellText, table } from "./tables.ts"

const most = 200

export function compared({ compared }: RunFacts): Html {
  if (compared === undefined) return nothing
  const { ref, commit, why, otherParams, rows, onlyToday, onlyThen, unread = [] } = compared
  const moved = rows.filter(({ difference }) => difference !== 0)
  const same = rows.length - moved.length
  const then = html`the lock file of ${ref}${commit === null ? nothing : html`, <code>${commit.slice(0, 10)}</code>`}`
  return html`<p>Beside ${then}.${why === null ? nothing : html` ${why}.`}${otherParams ? " This run has other params than that lock file pins, the default ones." : ""}</p>
${moved.length === 0 ? nothing : table(moved.map(rowOf(ref)), { most })}
${same === 0 ? nothing : note(html`${same} of ${rows.length} metrics are the same.`)}
${only("Only today", onlyToday)}${only(`Only at ${ref}`, onlyThen)}${only("Not compared, as their values are not at hand", unread)}
${note(html`Bits are fixed, so a difference is certain for these seeds and examples alone; what others would show, only p speaks of.`)}`
}

const rowOf =
  (ref: string) =>
  ({
    metric,
    before,
    today,
    difference,
    low,
    high,
    adjusted,
    pairs,
    note,
  }: ComparedFacts["rows"][number]) => ({
    metric,
    [ref]: before,
    today,
    difference,
    "95 % interval": low === null || high === null ? "–" : `${cellText(low)} to ${cellText(high)}`,
    "p (Holm)": adjusted,
    pairs,
    test: note,
  })

const only = (words: string, names: ReadonlyArray<string>): Html =>
  names.length === 0
    ? nothing
    : note(html`${words}: ${names.slice(0, most).join(", ")}${names.length > most ? ", …" : ""}.`)
