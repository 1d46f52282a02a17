// Params: decoding what the command line sets, encoding what enters a key. Pure; knows schemas, not tasks.
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import type { Json } from "../content/canonical.ts"
import type { AnyExperiment } from "./experiment.ts"
import { suggest } from "./suggest.ts"

/** A param that was set or declared wrongly. */
export class ParamError extends Error {
  readonly _tag = "ParamError"
}

/** A schema's encoder, made once for all tasks of its stage. */
const encoders = new WeakMap<object, ReturnType<typeof Schema.encodeUnknownEither>>()

function encoderOf(schema: Schema.Schema.AnyNoContext): ReturnType<typeof Schema.encodeUnknownEither> {
  const known = encoders.get(schema)
  if (known !== undefined) return known
  const made = Schema.encodeUnknownEither(schema, exact)
  encoders.set(schema, made)
  return made
}

const exact = { onExcessProperty: "error", errors: "first" } as const

/** The encoded, canonical-to-be form of a stage's params. @throws ParamError that names stage and param */
export function encodeParams(stage: string, schema: Schema.Schema.AnyNoContext, params: unknown): Json {
  const encoded = encoderOf(schema)(params)
  if (Either.isRight(encoded)) return encoded.right as Json
  throw new ParamError(`${stage}: ${issueText(encoded.left)}`)
}

export const decodeParams = (schema: Schema.Schema.AnyNoContext, encoded: Json): unknown =>
  Schema.decodeUnknownSync(schema, exact)(encoded)

/** The JSON form of an experiment's params, for the history. */
export const encodeExperimentParams = (
  experiment: AnyExperiment,
  params: Readonly<Record<string, unknown>>,
): Json =>
  Object.fromEntries(
    Object.entries(experiment.params as Record<string, Schema.Schema.AnyNoContext>).map(([name, schema]) => [
      name,
      Schema.encodeUnknownSync(schema)(params[name]) as Json,
    ]),
  )

/** Reads them back. @throws ParseError when the experiment's schemas have changed since */
export const decodeExperimentParams = (experiment: AnyExperiment, encoded: Json): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(experiment.params as Record<string, Schema.Schema.AnyNoContext>).map(([name, schema]) => [
      name,
      Schema.decodeUnknownSync(schema)((encoded as Readonly<Record<string, Json>>)[name]),
    ]),
  )

export interface ParamDoc {
  readonly name: string
  readonly type: string
  readonly default: string
  readonly doc: string
}

/** Name, type, default and doc of each param of an experiment, for `list` and pages. */
export const paramDocs = (experiment: AnyExperiment): ReadonlyArray<ParamDoc> =>
  Object.entries(experiment.params as Record<string, Schema.Schema.AnyNoContext>).map(([name, schema]) => ({
    name,
    type: String(schema),
    default: Option.match(defaultOf(schema), { onNone: () => "(required)", onSome: (value) => show(value) }),
    doc: Option.getOrElse(AST.getDescriptionAnnotation(schema.ast), () => ""),
  }))

const defaultOf = (schema: Schema.Schema.AnyNoContext) => AST.getDefaultAnnotation(schema.ast)

const show = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(String).join(",")
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value)

/**
 * An experiment's params: defaults, overlaid with values that a program gives, then with `--set path=value`.
 * A value is read as JSON, else as text, else as a comma-separated list: the first that the schema accepts.
 *
 * @throws ParamError with a suggestion for a wrong name, and what was expected for a wrong value
 */
export function experimentParams(
  experiment: AnyExperiment,
  assignments: ReadonlyArray<string>,
  overlay: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const schemas = experiment.params as Record<string, Schema.Schema.AnyNoContext>
  const unknown = (name: string): ParamError =>
    new ParamError(
      `experiment "${experiment.name}" has no param "${name}"${suggest(name, Object.keys(schemas))}`,
    )
  const params: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(schemas)) {
    Option.map(defaultOf(schema), (value) => (params[name] = value))
  }
  for (const [name, value] of Object.entries(overlay)) {
    if (!Object.hasOwn(schemas, name)) throw unknown(name)
    params[name] = value
  }
  for (const assignment of assignments) {
    const equals = assignment.indexOf("=")
    if (equals < 1) throw new ParamError(`--set ${assignment}: write it as name=value`)
    const [name, ...path] = assignment.slice(0, equals).split(".") as [string, ...Array<string>]
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined
    if (schema === undefined) throw unknown(name)
    params[name] = decodeAssignment(name, schema, params[name], path, assignment.slice(equals + 1))
  }
  for (const [name, schema] of Object.entries(schemas)) {
    if (!(name in params)) throw new ParamError(`param "${name}" has no default: add --set ${name}=…`)
    const valid = Schema.validateEither(bare(schema))(params[name])
    if (Either.isLeft(valid)) throw new ParamError(`param "${name}": ${issueText(valid.left)}`)
  }
  return params
}

/** Without its doc, which would stand in messages where the type should. */
const bare = (schema: Schema.Schema.AnyNoContext): Schema.Schema.AnyNoContext => {
  const { [AST.DescriptionAnnotationId]: _, ...annotations } = schema.ast.annotations
  return Schema.make(
    Object.assign(Object.create(Object.getPrototypeOf(schema.ast)), schema.ast, { annotations }),
  )
}

function decodeAssignment(
  name: string,
  schema: Schema.Schema.AnyNoContext,
  current: unknown,
  path: ReadonlyArray<string>,
  text: string,
): unknown {
  const encode = Schema.encodeUnknownSync(schema)
  let first: ParseResult.ParseError | undefined
  for (const candidate of readings(text)) {
    const encoded =
      path.length === 0 ? candidate : assign(current === undefined ? {} : encode(current), path, candidate)
    const decoded = Schema.decodeUnknownEither(bare(schema), exact)(encoded)
    if (Either.isRight(decoded)) return decoded.right
    first ??= decoded.left
  }
  const where = [name, ...path].join(".")
  throw new ParamError(`--set ${where}=${text}: ${issueText(first!)}`)
}

/** What a text on the command line could mean, likeliest first. */
function readings(text: string): ReadonlyArray<unknown> {
  const item = (part: string): unknown => {
    try {
      return JSON.parse(part)
    } catch {
      return part
    }
  }
  const words = text === "" ? [] : text.split(",").map((part) => part.trim())
  const list = words.map(item)
  const whole = item(text)
  return [...(text.includes(",") ? [list, whole] : [whole, list]), text, words]
}

function assign(base: unknown, path: ReadonlyArray<string>, value: unknown): unknown {
  const [head, ...rest] = path
  if (head === undefined) return value
  const fields = (typeof base === "object" && base !== null ? base : {}) as Record<string, unknown>
  return { ...fields, [head]: assign(fields[head], rest, value) }
}

/** The innermost reason of a parse error, with its path: one line. */
function issueText(error: ParseResult.ParseError): string {
  const issues = ParseResult.ArrayFormatter.formatErrorSync(error)
  return issues
    .map(({ path, message }) => `${path.length > 0 ? `${path.join(".")}: ` : ""}${message}`)
    .join("; ")
}
