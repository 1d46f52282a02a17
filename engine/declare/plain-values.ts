// Of encoded params: what no key, label or title can hold, and which items of a list are the same. Pure.
import { canonical } from "../content/canonical.ts"
import { below } from "./issue-text.ts"
import { valueText } from "./value-text.ts"

/** Every value inside a value, with its path; no recursion, as data may be nested deeply. */
function* inside(
  name: string,
  value: unknown,
): Generator<{ readonly path: string; readonly value: unknown }> {
  const open: Array<{ readonly path: string; readonly value: unknown }> = [{ path: name, value }]
  const seen = new Set<object>()
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    yield at
    if (typeof at.value !== "object" || at.value === null || seen.has(at.value)) continue
    seen.add(at.value)
    const names: ReadonlyArray<number | string> = Array.isArray(at.value)
      ? at.value.map((_, i) => i)
      : Object.keys(at.value)
    for (let i = names.length - 1; i >= 0; i--)
      open.push({
        path: below(at.path, names[i]!),
        value: (at.value as Readonly<Record<string | number, unknown>>)[names[i]!],
      })
  }
}

/** @returns what is wrong and what to do about it, for the first number or text that is refused wherever it stands */
export function unfit(name: string, encoded: unknown): string | undefined {
  for (const { path, value } of inside(name, encoded)) {
    if (typeof value === "number") {
      if (Object.is(value, -0)) return `${path} is -0, which would read back as 0: write 0`
      if (!Number.isFinite(value)) return `${path} is ${value}: a finite number is wanted`
    }
    if (typeof value === "string") {
      const wrong = unfitText(value)
      if (wrong !== undefined) return `${path} holds ${wrong}`
    }
    if (typeof value === "object" && value !== null && Object.hasOwn(value, "__proto__"))
      return `${path} has a field "__proto__", which no object should have: leave it out`
  }
  return undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]/
const lonely = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** @returns what no title, label or page can show, if a text holds it: control characters but tab and newline */
function unfitText(text: string): string | undefined {
  const found = control.exec(text)
  if (found !== null)
    return `the control character U+${found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")} at ${found.index}: leave it out`
  const half = lonely.exec(text)
  return half === null ? undefined : `half of a character at ${half.index}: leave it out`
}

/** @returns the first item of a list that is there twice, such as `rates[2] is 0.5, as rates[0] is` */
export function repeated(name: string, encoded: unknown): string | undefined {
  for (const { path, value } of inside(name, encoded)) {
    if (!Array.isArray(value)) continue
    const seen = new Map<string, number>()
    for (const [i, item] of value.entries()) {
      const text = canonical(item)
      const first = seen.get(text)
      if (first !== undefined) return `${path}[${i}] is ${valueText(item)}, as ${path}[${first}] is`
      seen.set(text, i)
    }
  }
  return undefined
}

/** @returns the first list that is empty, such as `rates is an empty list` */
export function emptyList(name: string, encoded: unknown): string | undefined {
  for (const { path, value } of inside(name, encoded))
    if (Array.isArray(value) && value.length === 0) return `${path} is an empty list`
  return undefined
}
