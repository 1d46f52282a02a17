// Fills a page's template: placeholders become figures, and sentences that rest on a figure's sign or order are held to it.
// Knows nothing of where figures come from.
import { written } from "./format.ts"

/** What a term stands for: a reference, or `= NAME` for a figure that is reckoned from others. */
export type Lookup = (term: string) => unknown

/** Sentences that are no longer true, and placeholders that lead nowhere. */
export class PageError extends Error {
  readonly _tag = "PageError"
}

const piece =
  /\{\{\s*(given (?<given>[^}]+?)|(?<end>end)|(?<figure>[^}]+?)(?: as (?<format>[^}]+?))?)\s*\}\}/g

/** @throws PageError with all that is wrong, a line each */
export function fill(template: string, lookup: Lookup): string {
  const filling = new Filling(lookup)
  let last = 0
  for (const found of template.matchAll(piece)) {
    filling.add(template.slice(last, found.index))
    last = found.index + found[0].length
    filling.take(found.groups!, template.slice(0, found.index).split("\n").length)
  }
  return filling.whole(template.slice(last))
}

interface Condition {
  readonly text: string
  /** Where its sentence begins, in what is written. */
  readonly from: number
}

class Filling {
  readonly #lookup: Lookup
  readonly #open: Array<Condition> = []
  /** What is wrong, and where first. */
  readonly #wrong = new Map<string, number>()
  #text = ""

  constructor(lookup: Lookup) {
    this.#lookup = lookup
  }

  add(text: string): void {
    this.#text += text
  }

  take({ given, end, figure, format }: Readonly<Record<string, string | undefined>>, line: number): void {
    try {
      if (given !== undefined) this.#open.push({ text: given, from: this.#text.length })
      else if (end !== undefined) this.#close(this.#open.pop())
      else this.add(written(this.#lookup(figure!), format))
    } catch (failure) {
      this.#note((failure as Error).message, line)
    }
  }

  whole(rest: string): string {
    for (const { text } of this.#open) this.#note(`{{given ${text}}} has no {{end}}`, 0)
    if (this.#wrong.size > 0)
      throw new PageError([...this.#wrong].map(([what, line]) => `line ${line}: ${what}`).join("\n"))
    return this.#text + rest
  }

  #close(condition: Condition | undefined): void {
    if (condition === undefined) throw new SyntaxError("{{end}} closes nothing")
    const { text, from } = condition
    if (holds(text, this.#lookup)) return
    throw new RangeError(
      `this is no longer true: "${this.#text.slice(from).trim()}": it is said given ${text}`,
    )
  }

  #note(what: string, line: number): void {
    if (!this.#wrong.has(what)) this.#wrong.set(what, line)
  }
}

type Test = (a: number, b: number) => boolean

const tests: Readonly<Record<string, Test>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
}

/** `A < B and C = D`. @throws for a term that leads nowhere */
function holds(condition: string, lookup: Lookup): boolean {
  return condition.split(" and ").every((part) => {
    const [left, operator, right] = part.split(/ (<=|>=|=|!=|<|>) /)
    if (right === undefined) throw new SyntaxError(`"${part}" compares nothing: A < B`)
    const [a, b] = [termValue(left!, lookup), termValue(right, lookup)]
    if (operator === "=") return String(a) === String(b)
    if (operator === "!=") return String(a) !== String(b)
    return tests[operator!]!(Number(a), Number(b))
  })
}

const termValue = (term: string, lookup: Lookup): unknown => {
  const text = term.trim()
  if (/^-?[\d.]+$/.test(text)) return Number(text)
  const [, quoted] = /^"(.*)"$/.exec(text) ?? []
  return quoted ?? lookup(text)
}
