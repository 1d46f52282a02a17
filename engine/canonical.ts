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

/**
 * JSON with names in code-unit order, no white space, and nothing that JSON would silently change:
 * `undefined`, `-0`, `NaN`, infinities, sparse arrays, `Map`, `Set` and class instances are refused.
 * `toJSON` is never called: packages patch it (importing vega-lite gives `Set.prototype` one).
 *
 * @throws CanonicalError that names the path of the offending value
 */
export function canonical(value: unknown, path = "value", within: ReadonlyArray<unknown> = []): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value)
    case "boolean":
      return value ? "true" : "false"
    case "number":
      return number(value, path)
    case "object":
      if (value === null) return "null"
      if (within.includes(value)) throw new CanonicalError(path, "it contains itself")
      return Array.isArray(value)
        ? array(value, path, [...within, value])
        : record(value, path, [...within, value])
    default:
      throw new CanonicalError(path, `${typeof value} has no JSON form`)
  }
}

function number(value: number, path: string): string {
  if (!Number.isFinite(value)) throw new CanonicalError(path, `${value} is not a finite number`)
  if (Object.is(value, -0)) throw new CanonicalError(path, "-0 would read back as 0")
  return JSON.stringify(value)
}

function array(value: ReadonlyArray<unknown>, path: string, within: ReadonlyArray<unknown>): string {
  if (Object.getPrototypeOf(value) !== Array.prototype) throw new CanonicalError(path, notPlain(value))
  const items: Array<string> = []
  for (let i = 0; i < value.length; i++) {
    if (!(i in value)) throw new CanonicalError(`${path}[${i}]`, "the array has a hole here")
    items.push(canonical(value[i], `${path}[${i}]`, within))
  }
  return `[${items.join(",")}]`
}

const notPlain = (value: object): string =>
  `${Object.getPrototypeOf(value).constructor?.name || "a class instance"} is not plain data`

function record(value: object, path: string, within: ReadonlyArray<unknown>): string {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) {
    throw new CanonicalError(path, notPlain(value))
  }
  if (Object.getOwnPropertySymbols(value).length > 0) {
    throw new CanonicalError(path, "symbols as names have no JSON form")
  }
  const fields = value as Readonly<Record<string, unknown>>
  const names = Object.keys(fields).sort()
  const entry = (name: string): string =>
    `${JSON.stringify(name)}:${canonical(fields[name], `${path}.${name}`, within)}`
  return `{${names.map(entry).join(",")}}`
}
