// What failed in a run, on its page: each task with its message, where that was, and what stands behind it.
import type { ThrownRecord } from "../../ledger/records.ts"
import type { RunFacts } from "./facts.ts"
import { type Html, html, nothing } from "./html.ts"

export const failures = ({ failures = [] }: RunFacts): ReadonlyArray<Html> =>
  failures.map(
    ({ task, error }) => html`<article class="failure"><h3><code>${task}</code></h3>
${thrown(error)}
${error.causes.map((cause) => html`<p class="soft">caused by</p>\n${thrown(cause)}`)}
</article>`,
  )

const thrown = ({ tag, message, stack, excerpt }: ThrownRecord): Html => html`<pre>${tag}: ${message}</pre>
${stack.length === 0 ? nothing : html`<ol class="places">\n${stack.map((at) => html`<li><code>${at}</code>${at === excerpt?.at ? html`<pre>${excerpt.text}</pre>` : nothing}</li>`)}\n</ol>`}`
