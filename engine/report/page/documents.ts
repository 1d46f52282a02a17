// Pages that a run made, as links that stand out: each is opened for itself. It looks into none.
import { baseOf } from "../../content/kind.ts"
import { sizeText } from "../readers/sizes.ts"
import type { PageResult } from "./facts.ts"
import { begun, fitting, type Html, html, link, note, nothing } from "./html.ts"

const room = { most: 100, bytes: 30_000 }
/** Letters of one name. */
const mostLetters = 400

export function documents(results: ReadonlyArray<PageResult>): Html {
  const all = results.filter(({ kind, file }) => baseOf(kind) === "document" && file !== undefined)
  if (all.length === 0) return nothing
  const shown = fitting(
    all,
    room,
    ({ name, file, size }) =>
      html`<li><a href="${link(file!)}">${begun(name, mostLetters)}</a> <span class="soft">${sizeText(size)}</span></li>`,
  )
  const left = all.length - shown.length
  return html`<ul class="documents">\n${shown}\n</ul>${left === 0 ? nothing : note(html`${left} of ${all.length} pages are not named here: results.json names them.`)}`
}
