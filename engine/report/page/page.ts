// The page of a run: one HTML file beside its results, opened from disk, with no script and no network.
// It is a reader of results by kind: numbers, values, tables, pictures. What they are about, it does not know.
import type { Json } from "../../content/canonical.ts"
import type { Digest } from "../../content/digest.ts"
import { accepts, baseOf, type Metrics } from "../../content/kind.ts"
import type { ParamDoc } from "../../declare/params.ts"
import type { TaskStatus } from "../../ledger/ledger.ts"
import { duration } from "../readers/reasons.ts"
import { type Html, html, link, nothing } from "./html.ts"
import { isPicture, pictures } from "./pictures.ts"
import { style } from "./style.ts"
import { type Cells, cellText, table } from "./tables.ts"

/** What is told of the run itself. */
export interface Counted {
  /** The stage, and its form: `evaluate.test`. */
  readonly stage: string
  readonly role: string
}

export interface InexactFacts {
  /** What computed. */
  readonly numerics: string
  /** The tasks, by label, that it computed or led to. */
  readonly tasks: ReadonlyArray<string>
}

export interface RunFacts {
  readonly experiment: string
  readonly doc: string
  readonly run: string
  /** ISO 8601, UTC. */
  readonly started: string
  readonly commit: string | null
  readonly dirty: boolean | null
  readonly params: Json
  readonly paramDocs: ReadonlyArray<ParamDoc>
  /** Of stages that say what should pass them but once: how many distinct artifacts did, in this store. */
  readonly counted: ReadonlyArray<Counted & { readonly count: number }>
  /** Absent where every task is bit-exact. */
  readonly inexact?: InexactFacts
  readonly tasks: ReadonlyArray<{
    readonly label: string
    readonly stage: string
    readonly status: TaskStatus
    /** What the task took when it ran, now or earlier. */
    readonly seconds: number | undefined
  }>
}

export interface PageResult {
  readonly name: string
  readonly task: string
  readonly single: boolean
  readonly kind: string
  readonly digest: Digest
  readonly size: number
  /** Relative to the page. */
  readonly file: string
  /** Decoded by its kind; undefined where `isShown` says that the page does not look inside. */
  readonly content: unknown
}

/** Whether the page shows what a result holds, rather than only link to it. */
export const isShown = (kind: string, single: boolean): boolean =>
  isPicture(kind) ||
  accepts("table:summary", kind) ||
  ["metrics", "chart"].includes(baseOf(kind)) ||
  (single && ["value", "table"].includes(baseOf(kind)))

const mostRows = 20

export function page(facts: RunFacts, headlines: Metrics, results: ReadonlyArray<PageResult>): string {
  const title = `${facts.experiment}, run ${facts.run}`
  const body = html`<header>
<h1>${facts.experiment}</h1>
<p class="lead">${facts.doc}</p>
${runFacts(facts)}
</header>
<main>
${tiles(headlines, results)}
${summaries(results)}
${section("Pictures", pictures(results))}
${section("Tables", [...cells(results), ...tables(results)])}
${section("This run", [params(facts), tasks(facts), files(results)])}
</main>
<footer>Made by Refold. Every file stands beside this page; <a href="./results.json">results.json</a> is the same for programs.</footer>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html`${title}`.markup}</title>
<style>${style}</style>
</head>
<body>
${body.markup}
</body>
</html>
`
}

const section = (title: string, content: Html | ReadonlyArray<Html>): Html => {
  const parts = html`${content}`
  return parts.markup.trim() === "" ? nothing : html`<section>\n<h2>${title}</h2>\n${parts}\n</section>`
}

const fact = (name: string, value: Html | string): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`

function runFacts(facts: RunFacts): Html {
  const { run, started, commit, dirty, tasks } = facts
  const uncommitted = dirty === true ? html` <span class="soft">and uncommitted changes</span>` : nothing
  const seconds = tasks.reduce((sum, task) => sum + (task.seconds ?? 0), 0)
  return html`<dl class="facts">
${fact("Run", html`<code>${run}</code>`)}
${facts.counted.map(({ stage, role, count }) => fact(`Through ${stage}`, `${count} distinct ${role}, in this store so far`))}
${fact("Started", `${started.slice(0, 16).replace("T", " ")} UTC`)}
${commit === null ? nothing : fact("Commit", html`<code>${commit.slice(0, 10)}</code>${uncommitted}`)}
${facts.inexact === undefined ? nothing : fact("Computed with", html`${facts.inexact.numerics} <span class="soft">not bit-exact: other machines may give other bits, and no lock file holds these</span>`)}
${fact("Tasks", `${tasks.length}, ${duration(seconds)} of work`)}
</dl>`
}

/** Numbers with an interval are what was asked for, so they stand first and large; then values, then the rest. */
function tiles(metrics: Metrics, results: ReadonlyArray<PageResult>): Html {
  const names = Object.keys(metrics).filter((name) => !/\.(low|high)$/.test(name))
  const interval = (name: string): ReadonlyArray<number> =>
    [metrics[`${name}.low`], metrics[`${name}.high`]].filter((bound) => bound !== undefined)
  const [measured, plain] = [true, false].map((has) =>
    names.filter((name) => (interval(name).length === 2) === has),
  )
  const tile = (
    name: string,
    text: string,
    note: string | undefined,
  ): Html => html`<div${note === undefined ? nothing : html` class="main"`}>
<dt>${name}</dt><dd>${text}</dd>${note === undefined ? nothing : html`<dd class="note">${note}</dd>`}
</div>`
  const all = [
    ...measured!.map((name) =>
      tile(name, cellText(metrics[name]), `95 % interval ${interval(name).map(cellText).join(" to ")}`),
    ),
    ...results
      .filter(({ kind, single }) => single && baseOf(kind) === "value")
      .map(({ name, content }) => tile(name, cellText(content), undefined)),
    ...plain!.map((name) => tile(name, cellText(metrics[name]), undefined)),
  ]
  return all.length === 0 ? nothing : html`<dl class="tiles">\n${all}\n</dl>`
}

const isSummary = ({ kind }: PageResult): boolean => accepts("table:summary", kind)
const rowsOf = ({ content }: PageResult): ReadonlyArray<Cells> => (content ?? []) as ReadonlyArray<Cells>

const summaries = (results: ReadonlyArray<PageResult>): ReadonlyArray<Html> =>
  results
    .filter(isSummary)
    .map((result) => section(result.name, table(rowsOf(result), mostRows * 5, result.file)))

const folded = (title: string, note: string, content: Html): Html =>
  html`<details><summary>${title}<span class="soft">${note}</span></summary>\n${content}\n</details>`

const tables = (results: ReadonlyArray<PageResult>): ReadonlyArray<Html> =>
  results
    .filter((result) => result.single && baseOf(result.kind) === "table" && !isSummary(result))
    .map((result) => {
      const rows = rowsOf(result)
      const shape = `${rows.length} rows, ${Object.keys(rows[0] ?? {}).length} columns`
      return folded(result.name, shape, table(rows, mostRows, result.file))
    })

/** The metrics of a grid's cells, one table for each stage that measured them, a row a cell, a column an axis. */
function cells(results: ReadonlyArray<PageResult>): ReadonlyArray<Html> {
  const groups = new Map<string, Array<Cells>>()
  for (const { task, single, kind, content } of results) {
    if (single || baseOf(kind) !== "metrics") continue
    const [stage, axes = ""] = task.split("@")
    const row = { ...axesOf(axes), ...(content as Metrics) }
    groups.set(stage!, [...(groups.get(stage!) ?? []), row])
  }
  return [...groups].map(([stage, rows]) => folded(`cells of ${stage}`, `${rows.length} cells`, table(rows)))
}

const axesOf = (text: string): Cells =>
  Object.fromEntries(
    text.split("+").flatMap((part) => {
      const [name, value] = part.split("=")
      if (value === undefined) return []
      return [[name, value !== "" && Number.isFinite(Number(value)) ? Number(value) : value]]
    }),
  )

function params({ params, paramDocs }: RunFacts): Html {
  if (paramDocs.length === 0) return nothing
  const given = params as Readonly<Record<string, Json>>
  const row = ({ name, default: usual, doc }: ParamDoc): Html => {
    const text = paramText(given[name])
    const note = text === usual ? nothing : html` <span class="soft">instead of ${usual}</span>`
    return html`<tr><td><code>${name}</code></td><td>${text}${note}</td><td class="soft">${doc}</td></tr>`
  }
  return html`<details open><summary>Params</summary>
<div class="scroll"><table class="params"><tbody>\n${paramDocs.map(row)}\n</tbody></table></div>
</details>`
}

/** As a person would write it after `--set name=`. */
const paramText = (value: Json | undefined): string => {
  if (Array.isArray(value)) return value.map(paramText).join(",")
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

function tasks({ tasks, inexact }: RunFacts): Html {
  const isExact = (label: string): boolean => inexact?.tasks.includes(label) !== true
  const counts = (["ran", "cached"] as const).map(
    (status) => [tasks.filter((task) => task.status === status).length, status] as const,
  )
  const note = counts.filter(([count]) => count > 0).map(([count, status]) => `${count} ${status}`)
  const row = ({ label, status, seconds }: RunFacts["tasks"][number]): Html =>
    html`<tr><td><code>${label}</code>${isExact(label) ? nothing : html` <span class="soft">not bit-exact</span>`}</td><td class="${status}">${status}</td><td class="number">${seconds === undefined ? "–" : duration(seconds)}</td></tr>`
  return folded(
    "Tasks",
    note.join(", "),
    html`<div class="scroll"><table>
<thead><tr><th scope="col">task</th><th scope="col">status</th><th class="number" scope="col">took</th></tr></thead>
<tbody>\n${tasks.map(row)}\n</tbody></table></div>`,
  )
}

function files(results: ReadonlyArray<PageResult>): Html {
  const row = ({ file, kind, size, digest }: PageResult): Html =>
    html`<tr><td><a href="${link(file)}">${file}</a></td><td>${kind}</td><td class="number">${bytes(size)}</td><td><code title="${digest}">${digest.slice(0, 12)}</code></td></tr>`
  return folded(
    "Files",
    `${results.length} results by SHA-256`,
    html`<div class="scroll"><table>
<thead><tr><th scope="col">file</th><th scope="col">kind</th><th class="number" scope="col">size</th><th scope="col">digest</th></tr></thead>
<tbody>\n${results.map(row)}\n</tbody></table></div>`,
  )
}

const bytes = (size: number): string =>
  size < 1000 ? `${size} B` : size < 1e6 ? `${(size / 1e3).toFixed(1)} kB` : `${(size / 1e6).toFixed(1)} MB`
