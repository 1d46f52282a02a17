// The one byte form of a plain value: what is hashed, and what artifacts of kind `value` hold. Knows nothing of stages.

/** A value that has exactly one canonical encoding. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [name: string]: Json }

/** A value that has no canonical encoding: where it stands and why it is refused. */
export class CanonicalError extends Error {
  readonly _tag = "CanonicalError"
  readonly path: string
  readonly reason: string
  constructor(path: string, reason: string) {
    super(`${path} cannot be encoded canonically: ${reason}`)
    this.path = path
    this.reason = reason
  }
}

/** Where a value stands: in a container, under a name or an index. Only an error asks for the path, as text. */
interface Place {
  readonly container: object
  readonly name: string | number
  readonly outer: Place | undefined
}

/**
 * JSON with names in code-unit order, no white space, and nothing that JSON would silently change:
 * `undefined`, `-0`, `NaN`, infinities, sparse arrays, `Map`, `Set` and class instances are refused.
 * `toJSON` is never called: packages patch it (importing vega-lite gives `Set.prototype` one).
 *
 * @param path what messages call the value
 * @throws CanonicalError that names the path of the offending value
 */
export function canonical(value: unknown, path = "value"): string {
  return encode(value, path, undefined)
}

function encode(value: unknown, path: string, place: Place | undefined): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value)
    case "boolean":
      return value ? "true" : "false"
    case "number":
      return number(value, path, place)
    case "object":
      if (value === null) return "null"
      if (place !== undefined) checkPlace(value, path, place)
      return Array.isArray(value) ? array(value, path, place) : record(value, path, place)
    default:
      throw refusal(path, place, `${typeof value} has no JSON form`)
  }
}

/** Levels that a value may be nested: every reader and writer of JSON takes as many, on any stack. */
export const deepest = 1000

function checkPlace(value: object, path: string, place: Place): void {
  let depth = 0
  for (let outer: Place | undefined = place; outer !== undefined; outer = outer.outer, depth++)
    if (outer.container === value) throw refusal(path, place, "it contains itself")
  if (depth > deepest) throw new CanonicalError(path, `it is nested more than ${deepest} levels deep`)
}

function number(value: number, path: string, place: Place | undefined): string {
  if (!Number.isFinite(value)) throw refusal(path, place, `${value} is not a finite number`)
  if (Object.is(value, -0)) throw refusal(path, place, "-0 would read back as 0")
  return JSON.stringify(value)
}

function array(value: ReadonlyArray<unknown>, path: string, place: Place | undefined): string {
  if (Object.getPrototypeOf(value) !== Array.prototype) throw refusal(path, place, notPlain(value))
  let items = ""
  for (let i = 0; i < value.length; i++) {
    const inside = { container: value, name: i, outer: place }
    if (!(i in value)) throw refusal(path, inside, "the array has a hole here")
    items += `${i === 0 ? "" : ","}${encode(value[i], path, inside)}`
  }
  return `[${items}]`
}

function record(value: object, path: string, place: Place | undefined): string {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) throw refusal(path, place, notPlain(value))
  if (Object.getOwnPropertySymbols(value).length > 0)
    throw refusal(path, place, "symbols as names have no JSON form")
  const fields = value as Readonly<Record<string, unknown>>
  let entries = ""
  for (const name of Object.keys(fields).sort()) {
    const inside = { container: value, name, outer: place }
    entries += `${entries === "" ? "" : ","}${JSON.stringify(name)}:${encode(fields[name], path, inside)}`
  }
  return `{${entries}}`
}

const notPlain = (value: object): string =>
  `${Object.getPrototypeOf(value).constructor?.name || "a class instance"} is not plain data`

function refusal(path: string, place: Place | undefined, reason: string): CanonicalError {
  let below = ""
  for (let at = place; at !== undefined; at = at.outer)
    below = `${typeof at.name === "number" ? `[${at.name}]` : `.${at.name}`}${below}`
  return new CanonicalError(`${path}${below}`, reason)
}
