// The foot of a page: the run's params, its tasks, and its files with their digests.
import type { Json } from "../../content/canonical.ts"
import type { ParamDoc } from "../../declare/params.ts"
import { duration } from "../readers/reasons.ts"
import type { PageResult, RunFacts } from "./facts.ts"
import { folded, type Html, html, link, nothing } from "./html.ts"

export function params({ params, paramDocs }: RunFacts): Html {
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

export function tasks({ tasks, inexact, adopted }: RunFacts): Html {
  const inexactTasks = new Set(inexact?.tasks)
  const adoptedTasks = new Set(adopted)
  const noteOf = (label: string): Html => {
    const notes = [
      ...(inexactTasks.has(label) ? ["not bit-exact"] : []),
      ...(adoptedTasks.has(label) ? ["adopted"] : []),
    ]
    return notes.length === 0 ? nothing : html` <span class="soft">${notes.join(", ")}</span>`
  }
  const counts = (["ran", "cached", "failed", "skipped"] as const).map(
    (status) => [tasks.filter((task) => task.status === status).length, status] as const,
  )
  const note = counts.filter(([count]) => count > 0).map(([count, status]) => `${count} ${status}`)
  const row = ({ label, status, seconds }: RunFacts["tasks"][number]): Html =>
    html`<tr><td><code>${label}</code>${noteOf(label)}</td><td class="${status}">${status}</td><td class="number">${seconds === undefined ? "–" : duration(seconds)}</td></tr>`
  return folded(
    "Tasks",
    note.join(", "),
    html`<div class="scroll"><table>
<thead><tr><th scope="col">task</th><th scope="col">status</th><th class="number" scope="col">took</th></tr></thead>
<tbody>\n${tasks.map(row)}\n</tbody></table></div>`,
  )
}

export function files(results: ReadonlyArray<PageResult>): Html {
  const row = ({ file, kind, size, digest }: PageResult): Html =>
    html`<tr><td><a href="${link(file)}">${file}</a></td><td>${kind}</td><td class="number">${sizeText(size)}</td><td><code title="${digest}">${digest.slice(0, 12)}</code></td></tr>`
  return folded(
    "Files",
    `${results.length} results by SHA-256`,
    html`<div class="scroll"><table>
<thead><tr><th scope="col">file</th><th scope="col">kind</th><th class="number" scope="col">size</th><th scope="col">digest</th></tr></thead>
<tbody>\n${results.map(row)}\n</tbody></table></div>`,
  )
}

export const sizeText = (size: number): string =>
  size < 1000 ? `${size} B` : size < 1e6 ? `${(size / 1e3).toFixed(1)} kB` : `${(size / 1e6).toFixed(1)} MB`
