// HTML as a tagged template that escapes what it is given: text can never become markup by accident.
import { visible } from "../visible.ts"

/** Markup that was written as such, or made by `html`. */
export interface Html {
  readonly markup: string
}

type Part = Html | string | number | undefined | ReadonlyArray<Html>

export const html = (texts: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Html => ({
  markup: texts.map((text, i) => text + markupOf(parts[i])).join(""),
})

export const raw = (markup: string): Html => ({ markup })

export const nothing: Html = raw("")

function markupOf(part: Part): string {
  if (part === undefined) return ""
  if (typeof part === "string" || typeof part === "number") return escaped(String(part))
  return "markup" in part ? part.markup : part.map(({ markup }) => markup).join("\n")
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

/** Safe as text and as an attribute in quotes. */
export const escaped = (text: string): string =>
  visible(text).replace(/[&<>"']/g, (character) => entities[character]!)

/** A relative link to a file beside the page, whatever characters its name has. */
export const link = (file: string): string => `./${encodeURIComponent(file)}`

/** How much of a list a page has room for. */
export interface Room {
  /** Items. */
  readonly most: number
  /** Of markup. */
  readonly bytes: number
}

/** The first of the items as markup: as many as there is room for. */
export function fitting<A>(
  items: Iterable<A>,
  { most, bytes }: Room,
  draw: (item: A) => Html,
): ReadonlyArray<Html> {
  const drawn: Array<Html> = []
  let left = bytes
  for (const item of items) {
    if (drawn.length === most) break
    const each = draw(item)
    left -= Buffer.byteLength(each.markup) + 1
    if (left < 0) break
    drawn.push(each)
  }
  return drawn
}

/** The beginning of a text that is too long for a page. */
export const begun = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}…`

/** A note under what is shown: what is not, and where it is. */
export const note = (words: Html): Html => html`<p class="more">${words}</p>`

/** Content under a heading; nothing where there is none. */
export const section = (title: string, content: Html | ReadonlyArray<Html>): Html => {
  const parts = html`${content}`
  return parts.markup.trim() === "" ? nothing : html`<section>\n<h2>${title}</h2>\n${parts}\n</section>`
}

/** Content that opens on a click. */
export const folded = (title: string, note: string, content: Html, isOpen = false): Html =>
  html`<details${isOpen ? raw(" open") : nothing}><summary>${title}<span class="soft">${note}</span></summary>\n${content}\n</details>`
