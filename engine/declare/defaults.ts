// Fills in what a call leaves out of its params: fields whose schema has a default, at every depth. Knows schemas, not stages.
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"

/** Params with their defaults: a copy where something was left out, and whatever cannot be completed as it is. */
export function withDefaults(schema: Schema.Schema.AnyNoContext, params: unknown): unknown {
  return fillOf(schema)?.(params) ?? params
}

type Fill = (value: unknown) => unknown

/** A schema, or as much of it as is known: the parts that it is made of stand beside its AST where it was composed by name. */
interface Part {
  readonly ast: AST.AST
  readonly fields?: Readonly<Record<string, Part | FieldPart>>
  readonly records?: ReadonlyArray<{ readonly value: Part }>
  readonly from?: Part
  readonly to?: Part
  readonly members?: ReadonlyArray<Part>
  readonly value?: Part
}

/** A field that is more than its schema: optional, or with a default. */
interface FieldPart {
  readonly ast: Schema.PropertySignature.AST
  readonly from?: Part
}

interface Field {
  readonly name: PropertyKey
  /** What it may be made of where nothing is given: the first that gives something counts. */
  readonly makers: ReadonlyArray<() => Option.Option<unknown>>
  readonly fill: Fill | undefined
}

/** Each found once: of most schemas there is nothing to fill in, and a plan asks for every task. */
const known = new WeakMap<object, { readonly fill: Fill | undefined }>()

function fillOf(part: Part): Fill | undefined {
  const found = known.get(part)
  if (found !== undefined) return found.fill
  const fill = fillFor(part)
  known.set(part, { fill })
  return fill
}

const fillOfAst = (ast: AST.AST): Fill | undefined => fillOf(partOf(ast))

/** One for each AST, so that what is known of it is found again. */
const parts = new WeakMap<AST.AST, Part>()
function partOf(ast: AST.AST): Part {
  const part = parts.get(ast) ?? { ast }
  parts.set(ast, part)
  return part
}

function fillFor({ ast, fields, records = [], from, to, members, value }: Part): Fill | undefined {
  if (fields !== undefined && !isClass(ast))
    return fillingStruct(
      Object.entries(fields).map(([name, part]) => fieldOf(name, part)),
      records.map(({ value }) => fillOf(value)),
    )
  switch (ast._tag) {
    case "Refinement":
      return from === undefined ? fillOfAst(ast.from) : fillOf(from)
    case "Transformation":
      if (AST.isTypeLiteralTransformation(ast.transformation))
        return fillingStruct(fieldsOfTransformation(ast), [])
      return to === undefined ? fillOfAst(ast.to) : fillOf(to)
    case "TypeLiteral":
      return fillingStruct(
        ast.propertySignatures.map(({ name, type, annotations }) => ({
          name,
          makers: [...annotated({ annotations }), ...annotated(type)],
          fill: fillOfAst(type),
        })),
        ast.indexSignatures.map(({ type }) => fillOfAst(type)),
      )
    case "TupleType":
      return fillingItems(ast, value)
    case "Union":
      return fillingOneOf(members ?? ast.types.map(partOf))
    case "Suspend":
      return (inner) => fillOfAst(ast.f())?.(inner) ?? inner
    default:
      return undefined
  }
}

/** What has instances of its own is given as one. */
const isClass = (ast: AST.AST): boolean => ast._tag === "Transformation" && ast.to._tag === "Declaration"

function fieldOf(name: PropertyKey, part: Part | FieldPart): Field {
  const { ast } = part
  if (ast._tag !== "PropertySignatureDeclaration" && ast._tag !== "PropertySignatureTransformation")
    return { name, makers: annotated(ast), fill: fillOf(part as Part) }
  const { from } = part as FieldPart
  const isDeclared = ast._tag === "PropertySignatureDeclaration"
  const inner = from?.ast ?? (isDeclared ? ast.type : ast.from.type)
  const { defaultValue } = isDeclared ? ast : ast.to
  const makers = [
    ...(defaultValue === undefined ? [] : [() => Option.some(defaultValue())]),
    ...(isDeclared ? [] : [() => ast.decode(Option.none())]),
    ...annotated(isDeclared ? ast : ast.to),
    ...annotated(inner),
  ]
  return { name, makers, fill: from === undefined ? fillOfAst(inner) : fillOf(from) }
}

/** Of structs that were composed otherwise, such as by `extend`. */
function fieldsOfTransformation({ from, to, transformation }: AST.Transformation): ReadonlyArray<Field> {
  const { propertySignatureTransformations } = transformation as AST.TypeLiteralTransformation
  const own = new Map(propertySignatureTransformations.map((each) => [each.to, each]))
  const before = new Map(AST.getPropertySignatures(from).map(({ name, type }) => [name, type]))
  return AST.getPropertySignatures(to).map(({ name, type, annotations }) => {
    const given = own.get(name)
    const inner = before.get(given?.from ?? name) ?? type
    const makers = [
      ...(given === undefined ? [] : [() => given.decode(Option.none())]),
      ...annotated({ annotations }),
      ...annotated(inner),
    ]
    return { name, makers, fill: fillOfAst(inner) }
  })
}

function annotated(ast: AST.Annotated): Field["makers"] {
  const found = AST.getDefaultAnnotation(ast)
  return Option.isSome(found) ? [() => found] : []
}

function made(makers: Field["makers"]): unknown {
  for (const make of makers) {
    const found = make()
    if (Option.isSome(found)) return found.value
  }
  return undefined
}

function fillingFields(fields: ReadonlyArray<Field>): Fill | undefined {
  const some = fields.filter(({ makers, fill }) => makers.length > 0 || fill !== undefined)
  if (some.length === 0) return undefined
  return (value) => {
    if (!isPlain(value)) return value
    const filled: Record<PropertyKey, unknown> = { ...value }
    for (const { name, makers, fill } of some) {
      const given = filled[name] === undefined ? made(makers) : filled[name]
      if (given !== undefined) filled[name] = fill === undefined ? given : fill(given)
    }
    return filled
  }
}

/** @param others what fills the values of names that are not its fields': where there are several kinds of them, nothing is */
function fillingStruct(
  fields: ReadonlyArray<Field>,
  others: ReadonlyArray<Fill | undefined>,
): Fill | undefined {
  const named = fillingFields(fields)
  const each = others.length === 1 ? others[0] : undefined
  if (each === undefined) return named
  const names = new Set(fields.map(({ name }) => name))
  return (given) => {
    const filled = named?.(given) ?? given
    if (!isPlain(filled)) return filled
    return Object.fromEntries(
      Object.entries(filled).map(([name, item]) => [name, names.has(name) ? item : each(item)]),
    )
  }
}

function fillingItems({ elements, rest }: AST.TupleType, value?: Part): Fill | undefined {
  const first = elements.map(({ type }) => fillOfAst(type))
  const others =
    value !== undefined ? fillOf(value) : rest[0] === undefined ? undefined : fillOfAst(rest[0].type)
  if (others === undefined && first.every((fill) => fill === undefined)) return undefined
  return (given) =>
    Array.isArray(given)
      ? given.map((item, i) => (i < first.length ? first[i] : others)?.(item) ?? item)
      : given
}

/** The member that takes a value as it stands, else the one that takes it once it is filled in; which of two is not guessed. */
function fillingOneOf(members: ReadonlyArray<Part>): Fill | undefined {
  if (members.every((member) => fillOf(member) === undefined)) return undefined
  const choices = members.map((member) => ({ fill: fillOf(member), takes: takerOf(member.ast) }))
  return (value) => {
    const whole = choices.find(({ takes }) => takes(value))
    if (whole !== undefined) return whole.fill?.(value) ?? value
    const filled = choices.flatMap(({ fill, takes }) => {
      const tried = fill?.(value)
      return tried !== undefined && takes(tried) ? [tried] : []
    })
    return filled.length === 1 ? filled[0] : value
  }
}

function takerOf(ast: AST.AST): (value: unknown) => boolean {
  const validate = ParseResult.validateEither(Schema.make(ast), { onExcessProperty: "error" })
  return (value) => Either.isRight(validate(value))
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" &&
  value !== null &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
