// The foot of a page: the run's params, and its files with their digests; of many results those that have a copy, and the rest by kind.
import type { Json } from "../../content/canonical.ts"
import { groupedBy } from "../../content/grouped.ts"
import { baseOf } from "../../content/kind.ts"
import type { ParamDoc } from "../../declare/params.ts"
import { sizeText } from "../readers/sizes.ts"
import type { CellTable } from "./cell-tables.ts"
import type { PageResult, RunFacts } from "./facts.ts"
import { begun, fitting, folded, type Html, html, link, note, nothing } from "./html.ts"
import { tableRows } from "./tables.ts"

const paramRoom = { most: 500, bytes: 60_000 }
/** Letters of one value. */
const mostLettersOfParam = 2000

export function params({ params, paramDocs }: RunFacts): Html {
  if (paramDocs.length === 0) return nothing
  const given = params as Readonly<Record<string, Json>>
  const row = ({ name, default: usual, doc }: ParamDoc): Html => {
    const text = paramText(given[name])
    const instead =
      text === usual
        ? nothing
        : html` <span class="soft">instead of ${begun(usual, mostLettersOfParam)}</span>`
    return html`<tr><td><code>${name}</code></td><td>${begun(text, mostLettersOfParam)}${instead}</td><td class="soft">${doc}</td></tr>`
  }
  const rows = fitting(paramDocs, paramRoom, row)
  return html`<details open><summary>Params</summary>
<div class="scroll"><table class="params"><tbody>\n${rows}\n</tbody></table></div>${rows.length === paramDocs.length ? nothing : note(html`${rows.length} of ${paramDocs.length} params.`)}
</details>`
}

/** As a person would write it after `--set name=`. */
const paramText = (value: Json | undefined): string => {
  if (Array.isArray(value)) return value.map(paramText).join(",")
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

const fileRoom = { most: 500, bytes: 160_000 }
const kindRoom = { most: 100, bytes: 20_000 }
const mostLettersOfFile = 400

/** @param tables what stands there too: the rows of cells */
export function files(results: ReadonlyArray<PageResult>, tables: ReadonlyArray<CellTable>): Html {
  const copied = results.filter(({ file }) => file !== undefined)
  const rows = tableRows(fileRoom, copied, row)
  const isWhole = rows.length === results.length
  return folded(
    "Files",
    `${results.length} results by SHA-256`,
    html`<div class="scroll"><table>
<thead><tr><th scope="col">file</th><th scope="col">kind</th><th class="number" scope="col">size</th><th scope="col">digest</th></tr></thead>
<tbody>\n${rows}\n</tbody></table></div>${tables.flatMap(({ file }) => (file === undefined ? [] : [note(html`<a href="${link(file)}">${file}</a> has the metrics of these cells, a row each.`)]))}${isWhole ? nothing : others(results, copied.length, rows.length)}`,
  )
}

const row = ({ file, kind, size, filesSize = size, digest }: PageResult): ReadonlyArray<Html> => [
  html`<td><a href="${link(file!)}">${begun(file!, mostLettersOfFile)}</a></td><td>${begun(kind, mostLettersOfFile)}</td><td class="number">${sizeText(filesSize)}</td><td><code title="${digest}">${digest.slice(0, 12)}</code></td>`,
]

function others(results: ReadonlyArray<PageResult>, copied: number, shown: number): Html {
  const kinds = [...groupedBy(results, ({ kind }) => baseOf(kind))]
  const number = (value: number | string): Html => html`<td class="number">${value}</td>`
  const rows = tableRows(kindRoom, kinds, ([kind, results]) => [
    html`<td>${begun(kind, mostLettersOfFile)}</td>`,
    number(results.length),
    number(results.filter(({ file }) => file !== undefined).length),
    number(sizeText(results.reduce((sum, { size, filesSize = size }) => sum + filesSize, 0))),
  ])
  return html`${shown < copied ? note(html`${shown} of ${copied} files.`) : nothing}
<div class="scroll"><table>
<thead><tr><th scope="col">kind</th><th class="number" scope="col">results</th><th class="number" scope="col">with a file here</th><th class="number" scope="col">size</th></tr></thead>
<tbody>\n${rows}\n</tbody></table></div>${rows.length === kinds.length ? nothing : note(html`${rows.length} of ${kinds.length} kinds.`)}
${copied === results.length ? nothing : note(html`${results.length - copied} of ${results.length} results have no file here: <a href="./results.json">results.json</a> names each with its digest, and <code>show --json</code> says where it lies in the store.`)}`
}
