// Metrics beside those of a git ref, in words: a table for a terminal, and one in Markdown for a pull request.
import type { EventOf } from "../events.ts"
import { visibleInLine } from "../visible.ts"
import { counted, someOf } from "./counted.ts"
import { cellText, numberText, textTable } from "./table.ts"

type Compared = EventOf<"compared">
type Row = Compared["rows"][number]

/** What is told of a comparison beside its table. */
interface Told {
  readonly title: string
  /** Of what moved or cannot be compared. */
  readonly rows: ReadonlyArray<Row>
  readonly notes: ReadonlyArray<string>
}

function told({
  ref,
  commit,
  today,
  otherParams,
  why,
  rows,
  onlyToday,
  onlyThen,
  unread = [],
}: Compared): Told {
  const then = commit === null ? ref : `${ref} (${commit.slice(0, 8)})`
  const now = today === null ? "the lock file of the working tree" : `run ${today}`
  const moved = rows.filter(({ difference }) => difference !== 0)
  const same = rows.length - moved.length
  const notes = [
    ...(why === null ? [] : [why]),
    ...(otherParams ? ["this run has other params than the lock file pins, the default ones"] : []),
    ...(same === 0 ? [] : [`${counted(same, "metric is", "metrics are")} the same`]),
    ...(onlyToday.length === 0 ? [] : [`only today: ${someOf(onlyToday)}`]),
    ...(onlyThen.length === 0 ? [] : [`only at ${ref}: ${someOf(onlyThen)}`]),
    ...(unread.length === 0
      ? []
      : [
          `not compared: ${someOf(unread)}: the lock file of so large a group holds digests of metrics alone, and this store has not what they are of`,
        ]),
    ...(moved.some(({ difference }) => difference !== null)
      ? [
          "the bits are fixed, so each difference is certain for these seeds and examples; what others would show, only p speaks of (Holm, over all metrics here)",
        ]
      : []),
  ]
  return { title: `${now} beside the lock file of ${then}`, rows: moved, notes }
}

const interval = ({ low, high }: Row): string =>
  low === null || high === null ? "–" : `${numberText(low)} to ${numberText(high)}`

export function comparedLines(event: Compared): ReadonlyArray<string> {
  const { title, rows, notes } = told(event)
  const table = rows.map((row) => ({
    metric: row.metric,
    [event.ref]: row.before,
    today: row.today,
    difference: row.difference,
    "95 % interval": interval(row),
    "p (Holm)": row.adjusted,
    pairs: row.pairs,
    test: row.note,
  }))
  return [
    `  ${title}`,
    ...(table.length === 0 ? [] : ["", textTable(table, "    ", 48), ""]),
    ...notes.map((note) => `  ${note}`),
  ]
}

/** As Markdown, its headline first. */
export function comparedMarkdown(event: Compared): string {
  const { title, rows, notes } = told(event)
  const line = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`
  const table = [
    line(["metric", marked(event.ref), "today", "difference", "95 % interval", "p (Holm)", "pairs", "test"]),
    line(["---", "---:", "---:", "---:", "---:", "---:", "---:", "---"]),
    ...rows.map((row) =>
      line([
        marked(row.metric),
        ...[row.before, row.today].map(cellText),
        row.difference === null ? "–" : signed(row.difference),
        interval(row),
        cellText(row.adjusted),
        String(row.pairs),
        marked(row.note),
      ]),
    ),
  ]
  const parts = [
    `**${marked(event.experiment)}**: ${marked(title)}`,
    ...(rows.length === 0 ? [] : [table.join("\n")]),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${marked(note)}`).join("\n")]),
  ]
  return parts.join("\n\n")
}

const signed = (value: number): string => `${value > 0 ? "+" : ""}${numberText(value)}`

/** What Markdown or a table would take amiss is escaped. */
const marked = (text: string): string => visibleInLine(text).replace(/[\\|`*_<>[\]]/g, "\\$&")
