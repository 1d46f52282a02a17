// Params: decoding what the command line sets, encoding what enters a key. Pure; knows schemas, not tasks.
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { canonical, type Json } from "../content/canonical.ts"
import { assigned, parseAssignment } from "./assignment.ts"
import { withDefaults } from "./defaults.ts"
import type { AnyExperiment } from "./experiment.ts"
import { fieldIssueText, issueText } from "./issue-text.ts"
import { ParamError } from "./param-error.ts"
import { unfit } from "./plain-values.ts"
import { suggest } from "./suggest.ts"
import { typedText } from "./value-text.ts"

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

/** The encoded, canonical-to-be form of a stage's params, with what was left out. @throws ParamError that names stage and param */
export function encodeParams(stage: string, schema: Schema.Schema.AnyNoContext, params: unknown): Json {
  const encoded = encoderOf(schema)(withDefaults(schema, params))
  if (Either.isRight(encoded)) return encoded.right as Json
  throw new ParamError(`${stage}: ${fieldIssueText("params", encoded.left)}`)
}

export const decodeParams = (schema: Schema.Schema.AnyNoContext, encoded: Json): unknown =>
  Schema.decodeUnknownSync(schema, exact)(encoded)

/** The JSON form of an experiment's params, for the history. @throws ParamError for what has none */
export const encodeExperimentParams = (
  experiment: AnyExperiment,
  params: Readonly<Record<string, unknown>>,
): Record<string, Json> =>
  mapParams(experiment, (name, schema) => {
    const encoded = Schema.encodeUnknownEither(schema)(params[name])
    if (Either.isLeft(encoded)) throw new ParamError(issueText(name, encoded.left))
    return encoded.right as Json
  })

/** Whether params, as they are encoded, are an experiment's defaults: what its lock file pins. */
export function hasDefaultParams(experiment: AnyExperiment, encoded: Json): boolean {
  try {
    return (
      canonical(encoded) === canonical(encodeExperimentParams(experiment, experimentParams(experiment, [])))
    )
  } catch {
    return false // one has no default
  }
}

/** Reads them back. @throws ParamError when the experiment's schemas have changed since */
export const decodeExperimentParams = (experiment: AnyExperiment, encoded: Json): Record<string, unknown> =>
  mapParams(experiment, (name, schema) => {
    const decoded = Schema.decodeUnknownEither(schema)((encoded as Readonly<Record<string, Json>>)[name])
    if (Either.isLeft(decoded))
      throw new ParamError(`the params have changed since: ${issueText(name, decoded.left)}`)
    return decoded.right
  })

const mapParams = <A>(
  { params }: AnyExperiment,
  of: (name: string, schema: Schema.Schema.AnyNoContext) => A,
): Record<string, A> =>
  Object.fromEntries(
    Object.entries(params as Record<string, Schema.Schema.AnyNoContext>).map(([name, schema]) => [
      name,
      of(name, schema),
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
    default: Option.match(defaultOf(schema), { onNone: () => "(required)", onSome: typedText }),
    doc: Option.getOrElse(AST.getDescriptionAnnotation(schema.ast), () => ""),
  }))

const defaultOf = (schema: Schema.Schema.AnyNoContext) => AST.getDefaultAnnotation(schema.ast)

/**
 * An experiment's params: defaults, overlaid with values that a program gives, then with `--set path=value`.
 *
 * @throws ParamError with a suggestion for a wrong name, and what was wanted for a wrong value
 */
export function experimentParams(
  experiment: AnyExperiment,
  assignments: ReadonlyArray<string>,
  overlay: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const schemas = experiment.params as Record<string, Schema.Schema.AnyNoContext>
  const schemaOf = (name: string): Schema.Schema.AnyNoContext => {
    if (Object.hasOwn(schemas, name)) return schemas[name]!
    throw new ParamError(
      `experiment "${experiment.name}" has no param "${name}"${suggest(name, Object.keys(schemas))}`,
    )
  }
  const params: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(schemas)) {
    Option.map(defaultOf(schema), (value) => (params[name] = value))
  }
  for (const [name, value] of Object.entries(overlay)) {
    schemaOf(name)
    params[name] = value
  }
  for (const assignment of assignments.map(parseAssignment)) {
    const [name] = assignment.path
    params[name] = assigned(assignment, schemaOf(name), params[name])
  }
  for (const [name, schema] of Object.entries(schemas)) checkParam(name, schema, params)
  return params
}

/** Every param is there, is what its schema wants, and can stand in keys, names and pages. */
function checkParam(
  name: string,
  schema: Schema.Schema.AnyNoContext,
  params: Readonly<Record<string, unknown>>,
): void {
  if (!(name in params)) throw new ParamError(`param "${name}" has no default: add --set ${name}=…`)
  const valid = Schema.validateEither(schema)(params[name])
  if (Either.isLeft(valid)) throw new ParamError(`param "${name}": ${issueText(name, valid.left)}`)
  const encoded = Schema.encodeUnknownEither(schema)(params[name])
  if (Either.isLeft(encoded)) throw new ParamError(`param "${name}": ${issueText(name, encoded.left)}`)
  const wrong = unfit(name, encoded.right)
  if (wrong !== undefined) throw new ParamError(`param "${name}": ${wrong}`)
}
