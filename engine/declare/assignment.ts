// What `--set path=value` means: a text, read as the schema wants it, put where the path leads. Knows one param at a time.
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { issueText } from "./issue-text.ts"
import { ParamError } from "./param-error.ts"
import { typedText, valueText } from "./value-text.ts"
import { takesList } from "./wanted.ts"

export interface Assignment {
  /** The param, then fields and positions within it. */
  readonly path: readonly [string, ...Array<string>]
  readonly text: string
}

/** @throws ParamError for what is not `path=value` */
export function parseAssignment(assignment: string): Assignment {
  const equals = assignment.indexOf("=")
  const path = assignment.slice(0, Math.max(equals, 0)).split(".")
  if (equals < 1 || path.some((name) => name === ""))
    throw new ParamError(`--set ${shortened(assignment)}: write it as name=value, or name.field=value`)
  return { path: path as [string, ...Array<string>], text: assignment.slice(equals + 1) }
}

/**
 * JSON where the text is JSON that the schema accepts. Else a list, `a,b`, or text as it stands: whichever the schema
 * accepts; where it accepts both, and they differ, neither is guessed.
 *
 * @param current what the param is before, in its decoded form
 * @throws ParamError that says what is wrong, where, and what to type
 */
export function assigned(
  { path: [name, ...path], text }: Assignment,
  schema: Schema.Schema.AnyNoContext,
  current: unknown,
): unknown {
  const where = [name, ...path].join(".")
  const refused = (why: string): ParamError =>
    new ParamError(`--set ${where}=${shortened(text)}: ${shortened(why, 400)}`)
  if (isTooDeep(text)) throw refused("lists and objects are nested deeper here than 100 levels")
  const base = path.length === 0 ? undefined : encodedOr(schema, current, {})
  const decode = (value: unknown): Either.Either<unknown, string> => {
    const placed = put(base, name, path, value)
    if (Either.isLeft(placed)) return Either.left(placed.left)
    return Either.mapLeft(Schema.decodeUnknownEither(schema, exact)(placed.right), (error) =>
      issueText(name, error),
    )
  }

  const json = parsed(text)
  const asJson = json === undefined ? undefined : decode(json.value)
  if (asJson !== undefined && Either.isRight(asJson)) return asJson.right
  const lists = Array.isArray(json?.value) ? [] : listReadings(text).map(decode)
  const list = lists.find(Either.isRight)
  const plain = decode(text)
  if (list === undefined && Either.isRight(plain)) return plain.right
  if (list !== undefined && Either.isLeft(plain)) {
    const empty = isPlain(text) ? words(text).indexOf("") : -1
    if (empty >= 0) throw refused(`item ${empty} is empty: there is a comma too many`)
    return list.right
  }
  if (list !== undefined) {
    const [asText, asList] = [text, listReadings(text)[lists.indexOf(list)]].map((as) => JSON.stringify(as))
    throw refused(`it could be text or a list: type --set '${where}=${asText}' or --set '${where}=${asList}'`)
  }
  const isStructured = typeof json?.value === "object" || typeof json?.value === "string"
  const [first] = [
    ...(isStructured ? [asJson] : takesList(schema.ast) ? lists : []),
    ...[asJson, plain],
  ].flatMap((each) => (each !== undefined && Either.isLeft(each) ? [each.left] : []))
  if (json === undefined && looksLikeJson(text)) throw refused(`${first}${almostJson(where, text)}`)
  throw refused(
    `${first}${path.length === 0 && !first?.includes("; did you mean") ? example(name, schema) : ""}`,
  )
}

/** The default, as what can be typed instead, where it is short and a plain word for the shell. */
function example(name: string, schema: Schema.Schema.AnyNoContext): string {
  const value = Option.getOrUndefined(AST.getDefaultAnnotation(schema.ast))
  if (value === undefined || typeof value === "function") return ""
  const text = typedText(value)
  return /^[\p{L}\p{N}.,_-]{1,40}$/u.test(text) ? `; such as --set ${name}=${text}` : ""
}

const exact = { onExcessProperty: "error", errors: "first" } as const

const looksLikeJson = (text: string): boolean => /^\s*[[{"]|["\]}]\s*$/.test(text)

/** A shell takes quotes away: `["a","b"]` arrives as `[a,b]`. */
const almostJson = (where: string, text: string): string =>
  `; it looks like JSON but is none (${syntaxError(text)}): put it in single quotes, such as --set '${where}=["a","b"]', or leave the brackets out: --set ${where}=a,b`

function syntaxError(text: string): string {
  try {
    JSON.parse(text)
    return ""
  } catch (failure) {
    return shortened((failure as Error).message.replace(/,? ?"[\s\S]*" is not valid JSON$/, ""), 80)
  }
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/**
 * `0,0.5` and `"a","b"` are lists without their brackets. Items that are no JSON are words, as long as nothing in the text
 * could be meant as more than a word.
 */
function listReadings(text: string): ReadonlyArray<unknown> {
  const bracketed = parsed(`[${text}]`)
  if (bracketed !== undefined) return [bracketed.value, ...(isPlain(text) ? [words(text)] : [])]
  if (!isPlain(text)) return []
  return [
    words(text).map((word) => {
      const json = parsed(word)
      return json === undefined ? word : json.value
    }),
    words(text),
  ]
}

const isPlain = (text: string): boolean => !/["[\]{}]/.test(text)

const words = (text: string): ReadonlyArray<string> =>
  text.trim() === "" ? [] : text.split(",").map((part) => part.trim())

/** What is nested deeper than any param would overflow the stack of whatever walks through it. */
function isTooDeep(text: string): boolean {
  let depth = 0
  for (const char of text) {
    if (char === "[" || char === "{") depth++
    if (char === "]" || char === "}") depth--
    if (depth > 100) return true
  }
  return false
}

function encodedOr(schema: Schema.Schema.AnyNoContext, current: unknown, otherwise: unknown): unknown {
  if (current === undefined) return otherwise
  return Either.getOrElse(Schema.encodeUnknownEither(schema)(current), () => otherwise)
}

/** A copy of `base` with `value` where the path leads; Left says why there is no such place. */
function put(
  base: unknown,
  at: string,
  [head, ...rest]: ReadonlyArray<string>,
  value: unknown,
): Either.Either<unknown, string> {
  if (head === undefined) return Either.right(value)
  if (Array.isArray(base)) {
    const index = /^\d+$/.test(head) ? Number(head) : Number.NaN
    if (!(index < base.length))
      return Either.left(`${at} is ${valueText(base)}: it has no item ${head}; items are numbered from 0`)
    return Either.map(put(base[index], `${at}[${head}]`, rest, value), (item) =>
      base.map((each, i) => (i === index ? item : each)),
    )
  }
  const fields = typeof base === "object" && base !== null ? (base as Readonly<Record<string, unknown>>) : {}
  const inside = Object.hasOwn(fields, head) ? fields[head] : undefined
  return Either.map(put(inside, `${at}.${head}`, rest, value), (field) => ({ ...fields, [head]: field }))
}

const shortened = (text: string, most = 100): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text
