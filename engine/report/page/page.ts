// The page of a run: one HTML file beside its results, opened from disk, with no script and no network.
// It is a reader of results by kind: numbers, values, tables, pictures. What they are about, it does not know.
import type { Metrics } from "../../content/kind.ts"
import type { Steps } from "../../content/steps.ts"
import { duration } from "../readers/reasons.ts"
import type { CellTable } from "./cell-tables.ts"
import { compared } from "./compared.ts"
import { documents } from "./documents.ts"
import type { PageResult, RunFacts } from "./facts.ts"
import { failures } from "./failures.ts"
import { gates } from "./gates.ts"
import { groups } from "./groups.ts"
import { headlines } from "./headlines.ts"
import { type Html, html, nothing, section } from "./html.ts"
import { pictures } from "./pictures.ts"
import { cells, singleTables, summaries } from "./result-tables.ts"
import { files, params } from "./run-details.ts"
import { tasks } from "./run-tasks.ts"
import { style } from "./style.ts"

/** @param tables the metrics of cells, by stage */
export function* page(
  facts: RunFacts,
  metrics: Metrics,
  results: ReadonlyArray<PageResult>,
  tables: ReadonlyArray<CellTable>,
): Steps<string> {
  const title = `${facts.experiment}, run ${facts.run}`
  const drawn: Array<Html> = []
  for (const draw of [
    () => section("Failed", failures(facts)),
    () => headlines(metrics, results, facts.notNeeded),
    () => section("Gates", gates(facts)),
    () => section("Compared", compared(facts)),
    () => html`${summaries(results)}`,
    () => section("Pages", documents(results)),
    () => section("Pictures", pictures(results)),
    () => groups(facts.measured ?? { cells: [], hasSeries: true }, facts.best),
    () => section("Tables", [...cells(tables), ...singleTables(results)]),
    () => params(facts),
    () => tasks(facts),
    () => files(results, tables),
  ]) {
    yield
    drawn.push(draw())
  }
  const body = html`<header>
<h1>${facts.experiment}</h1>
<p class="lead">${facts.doc}</p>
${runFacts(facts)}
</header>
<main>
${drawn.slice(0, -3)}
${section("This run", drawn.slice(-3))}
</main>
<footer>Made by Refold. ${facts.failures === undefined ? filesNote(results) : "Every file stands beside this page; "}</footer>`
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

function filesNote(results: ReadonlyArray<PageResult>): Html {
  const programs = html`<a href="./results.json">results.json</a>`
  return results.every(({ file }) => file !== undefined)
    ? html`Every file stands beside this page; ${programs} is the same for programs.`
    : html`Files stand beside this page; ${programs} names every result, for programs.`
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
${facts.adopted === undefined ? nothing : fact("Adopted", html`${String(facts.adopted.length)} of ${String(tasks.length)} tasks <span class="soft">taken over from other code, of which a sample gave the same bits: today's has not computed them</span>`)}
${observedFact(tasks)}
${fact("Tasks", `${tasks.length}, ${duration(seconds)} of work`)}
${facts.remade === undefined ? nothing : fact("Links made again", html`${String(facts.remade)} <span class="soft">known ones, whose states had been let go; they gave the same digests</span>`)}
</dl>`
}

/** From when to when what the run rests on was observed; nothing where all was computed. */
function observedFact(tasks: RunFacts["tasks"]): Html {
  const times = tasks.flatMap(({ observed }) => (observed === undefined ? [] : [observed])).sort()
  if (times.length === 0) return nothing
  const [first, last] = [times[0]!, times.at(-1)!].map((at) => `${at.slice(0, 16).replace("T", " ")} UTC`)
  const when = first === last ? first! : `${first} to ${last}`
  return fact(
    "Observed",
    html`${String(times.length)} of ${String(tasks.length)} tasks, ${when} <span class="soft">asked and not computed: what follows is exact given the answers</span>`,
  )
}
