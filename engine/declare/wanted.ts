// What a schema wants, in plain words: "a whole number above 0", "a list, each item text". It checks no value.
import * as Option from "effect/Option"
import * as AST from "effect/SchemaAST"

/** Choices that are listed, of those that a schema gives. */
const listed = 12

/** As words that `is wanted` can follow. */
export function wanted(ast: AST.AST): string {
  switch (ast._tag) {
    case "StringKeyword":
    case "NumberKeyword":
    case "Refinement":
      return refined(ast)
    case "BooleanKeyword":
      return "true or false"
    case "Literal":
      return JSON.stringify(ast.literal, (_, value) => (typeof value === "bigint" ? String(value) : value))
    case "Union":
      return oneOf(
        members(ast)
          .filter(({ _tag }, _, all) => _tag !== "UndefinedKeyword" || all.length === 1)
          .map(wanted),
      )
    case "Enums":
      return oneOf(ast.enums.map(([, value]) => JSON.stringify(value)))
    case "TupleType":
      return list(ast)
    case "TypeLiteral":
      return fields(ast)
    case "Transformation":
      return wanted(ast.from)
    case "Suspend":
      return titleOf(ast) ?? "a value of its own kind"
    case "BigIntKeyword":
      return "a whole number"
    case "UnknownKeyword":
    case "AnyKeyword":
      return "any value"
    default:
      return titleOf(ast) ?? String(ast)
  }
}

/** The literals that a schema takes as such: what a wrong word may have meant. */
export const literalsOf = (ast: AST.AST): ReadonlyArray<string> =>
  members(ast).flatMap((member) =>
    member._tag === "Literal" && typeof member.literal === "string" ? [member.literal] : [],
  )

/** Unions inside unions count as one. */
function members(ast: AST.AST): ReadonlyArray<AST.AST> {
  return ast._tag === "Union" ? ast.types.flatMap(members) : [ast]
}

/** Whether a schema takes lists, so that `a,b` may be one. */
export const takesList = (ast: AST.AST): boolean =>
  members(ast).some((member) => baseOf(member)._tag === "TupleType")

/** What stands beneath refinements, on the side that is written. */
export function baseOf(ast: AST.AST): AST.AST {
  let base = ast
  while (base._tag === "Refinement" || base._tag === "Transformation") base = base.from
  return base
}

/** What a schema calls itself, where its author said so. */
export const titleOf = (ast: AST.AST): string | undefined =>
  Option.getOrUndefined(AST.getTitleAnnotation(ast)) ??
  Option.getOrUndefined(AST.getIdentifierAnnotation(ast))

const oneOf = (texts: ReadonlyArray<string>): string => {
  const choices = [...new Set(texts)]
  if (choices.length > listed) return `one of ${choices.slice(0, listed).join(", ")}, …`
  return choices.length < 2
    ? choices.join("")
    : `${choices.slice(0, -1).join(", ")} or ${choices[choices.length - 1]}`
}

/** Whether what a refinement asks for is among the words of `wanted`: a check of one's own is not. */
export const isTold = (ast: AST.AST): boolean => Option.isSome(AST.getJSONSchemaAnnotation(ast))

/** What a transformation that fails had to be able to read: "text that reads as a number". */
export function readable(ast: AST.Transformation): string {
  const to = baseOf(AST.typeAST(ast))
  const isPlain = to._tag === "NumberKeyword" || to._tag === "BooleanKeyword" || to._tag === "BigIntKeyword"
  const title = titleOf(ast)
  if (isPlain && baseOf(ast)._tag === "StringKeyword") return `text that reads as ${wanted(to)}`
  return title === undefined ? wanted(ast.from) : `a value of the type ${title}`
}

/** What the usual refinements say of themselves, as JSON Schema. */
interface Limits {
  readonly type?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minItems?: number
  readonly maxItems?: number
}

function limitsOf(ast: AST.AST): Limits {
  let limits: Limits = {}
  for (let at = ast; at._tag === "Refinement"; at = at.from)
    limits = { ...Option.getOrElse(AST.getJSONSchemaAnnotation(at), () => ({})), ...limits }
  return limits
}

function refined(ast: AST.AST): string {
  const base = baseOf(ast)
  const limits = limitsOf(ast)
  if (base._tag === "NumberKeyword") return number(limits)
  if (base._tag === "StringKeyword") return text(limits)
  if (base._tag === "TupleType") return list(base, limits)
  return wanted(base)
}

function number({ type, minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf }: Limits): string {
  const noun = type === "integer" ? "a whole number" : "a number"
  const low =
    exclusiveMinimum !== undefined
      ? `above ${exclusiveMinimum}`
      : minimum !== undefined
        ? `from ${minimum}`
        : ""
  const high =
    exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : maximum !== undefined ? `${maximum}` : ""
  const bounds = [
    ...(low === "" ? [] : high === "" && minimum !== undefined ? [`of at least ${minimum}`] : [low]),
    ...(high === "" ? [] : low === "" && maximum !== undefined ? [`of at most ${maximum}`] : [high]),
  ].join(" to ")
  const multiple = multipleOf === undefined ? "" : `, a multiple of ${multipleOf}`
  return `${noun}${bounds === "" ? "" : ` ${bounds}`}${multiple}`
}

function text({ minLength, maxLength, pattern }: Limits): string {
  if (pattern !== undefined) return `text that matches /${pattern}/`
  if (minLength === 1 && maxLength === undefined) return "text that is not empty"
  const least = minLength === undefined ? undefined : `at least ${minLength}`
  const most = maxLength === undefined ? undefined : `at most ${maxLength}`
  const bounds =
    minLength !== undefined && minLength === maxLength
      ? `${minLength}`
      : [least, most].filter((bound) => bound !== undefined).join(" and ")
  return bounds === "" ? "text" : `text of ${bounds} characters`
}

function list({ elements, rest }: AST.TupleType, { minItems, maxItems }: Limits = {}): string {
  const fixed = elements.filter(({ isOptional }) => !isOptional).length
  const [item] = rest
  if (item === undefined)
    return `a list of ${elements.length === 1 ? "one item" : `${elements.length} items`}`
  const least = Math.max(fixed, minItems ?? 0)
  const bounds = [
    ...(least === 0 ? [] : [`at least ${least === 1 ? "one item" : `${least} items`}`]),
    ...(maxItems === undefined ? [] : [`at most ${maxItems === 1 ? "one item" : `${maxItems} items`}`]),
  ]
  return `a list${bounds.length === 0 ? "" : ` of ${bounds.join(" and ")}`}, each ${wanted(item.type)}`
}

function fields({ propertySignatures, indexSignatures }: AST.TypeLiteral): string {
  const names = propertySignatures.map(({ name }) => String(name))
  const [index] = indexSignatures
  if (names.length > 0) return `an object with ${names.join(", ")}`
  return index === undefined ? "an object" : `an object, each value ${wanted(index.type)}`
}
