// What failed in a run, on its page: each task with its message, where that was, and what stands behind it. What failed several alike is told once.
import { groupedBy } from "../../content/grouped.ts"
import type { ThrownRecord } from "../../ledger/records.ts"
import type { RunFacts } from "./facts.ts"
import { begun, fitting, type Html, html, note, nothing } from "./html.ts"

type Failure = NonNullable<RunFacts["failures"]>[number]

/** Tasks that are shown each by itself. */
const most = 25
const bytes = 120_000
/** Letters of a message or an excerpt; causes of an error; places of one. */
const [mostLetters, mostCauses, mostPlaces] = [4000, 10, 50]

export function failures({ failures = [] }: RunFacts): ReadonlyArray<Html> {
  const groups = [...groupedBy(failures, failures.length <= most ? placeOf : messageOf).values()]
  const shown = fitting(groups, { most, bytes }, article)
  const told = groups.slice(0, shown.length).reduce((sum, group) => sum + group.length, 0)
  const left = failures.length - told
  return left === 0
    ? shown
    : [
        ...shown,
        note(
          html`Failed, and not shown here: ${left} more. <code>logs TASK</code> tells what a task failed with.`,
        ),
      ]
}

/** Tasks of one stage that failed alike, and at the same place, are told of once. */
const placeOf = (failure: Failure): string =>
  JSON.stringify([messageOf(failure), failure.error.stack, failure.error.causes])

/** Of many, wherever it was. */
const messageOf = ({ task, error }: Failure): string =>
  JSON.stringify([task.split("@")[0], error.tag, error.message])

function article([first, ...others]: ReadonlyArray<Failure>): Html {
  const { task, error } = first!
  const alike =
    others.length === 0
      ? nothing
      : html`\n${note(html`Of this stage, with the same message: ${others.length} more.`)}`
  return html`<article class="failure"><h3><code>${begun(task, mostLetters)}</code></h3>
${thrown(error)}
${error.causes.slice(0, mostCauses).map((cause) => html`<p class="soft">caused by</p>\n${thrown(cause)}`)}${alike}
</article>`
}

const thrown = ({
  tag,
  message,
  stack,
  excerpt,
}: ThrownRecord): Html => html`<pre>${tag}: ${begun(message, mostLetters)}</pre>
${stack.length === 0 ? nothing : html`<ol class="places">\n${stack.slice(0, mostPlaces).map((at) => html`<li><code>${begun(at, mostLetters)}</code>${at === excerpt?.at ? html`<pre>${begun(excerpt.text, mostLetters)}</pre>` : nothing}</li>`)}\n</ol>`}`
