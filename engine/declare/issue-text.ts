// What is wrong with a value that a schema refuses, in one plain sentence with its path. Knows schemas, not params.

import * as Option from "effect/Option"
import type * as ParseResult from "effect/ParseResult"
import * as AST from "effect/SchemaAST"
import { nearest, suggest } from "./suggest.ts"
import { valueText } from "./value-text.ts"
import { baseOf, isTold, literalsOf, readable, titleOf, wanted } from "./wanted.ts"

/**
 * @param name what the value is called: paths start with it
 * @returns such as `rates[2] is "x": a number from 0 to 1 is wanted`
 */
export function issueText(name: string, error: ParseResult.ParseError): string {
  return sentence(deepest(error.issue, { path: name, ast: undefined }))
}

/** The same of a value that stands for its fields: paths into it start with the field's name, and `whole` is what it is called itself. */
export function fieldIssueText(whole: string, error: ParseResult.ParseError): string {
  const text = issueText("$", error)
  return text.startsWith("$.") ? text.slice(2) : `${whole}${text.slice(1)}`
}

/** What a schema throws where it decodes plainly, of whichever copy of its library. */
export const isParseError = (failure: unknown): failure is ParseResult.ParseError =>
  failure instanceof Error && (failure as { _tag?: unknown })._tag === "ParseError" && "issue" in failure

/** `rates` and 2 → `rates[2]`; `dataset` and "title" → `dataset.title`. */
export const below = (path: string, name: PropertyKey): string => {
  if (typeof name === "number") return `${path}[${name}]`
  const text = String(name)
  return /^[\p{L}\p{N}_$-]+$/u.test(text) ? `${path}.${text}` : `${path}[${JSON.stringify(text)}]`
}

/** An issue that cannot be told from a deeper one, where it stands, and the schema of what holds it. */
interface Found {
  readonly issue: ParseResult.ParseIssue
  readonly path: string
  /** Of the object or list that the path leads into. */
  readonly holder: AST.AST | undefined
  readonly name: PropertyKey | undefined
  /** Of a value that a check has refused, the schema that checks. */
  readonly check?: AST.AST
}

function deepest(
  start: ParseResult.ParseIssue,
  from: { readonly path: string; readonly ast: AST.AST | undefined },
): Found {
  let issue = start
  let found: Omit<Found, "issue"> = { path: from.path, holder: undefined, name: undefined }
  let holder: AST.AST | undefined
  /** The refinement or transformation around what is at hand: it says more of what is wanted. */
  let around: AST.AST | undefined
  for (;;) {
    if (issue._tag === "Type" && around !== undefined) return { ...found, issue: { ...issue, ast: around } }
    if (issue._tag === "Pointer" || issue._tag === "Composite") around = undefined
    switch (issue._tag) {
      case "Pointer": {
        const names: ReadonlyArray<PropertyKey> = Array.isArray(issue.path)
          ? issue.path
          : [issue.path as PropertyKey]
        let { path } = found
        for (const name of names) path = below(path, name)
        const outer = issue.issue._tag === "Unexpected" || issue.issue._tag === "Missing" ? found.path : path
        found = { path: outer, holder, name: names[names.length - 1] }
        issue = issue.issue
        continue
      }
      case "Composite": {
        const next = issue.ast._tag === "Union" ? likeliest(issue) : oneIssue(issue.issues)
        if (next === undefined) return { ...found, issue }
        holder = issue.ast
        issue = next
        continue
      }
      case "Transformation":
      case "Refinement":
        if (issue.kind === "Predicate" && pointed(issue.issue) !== undefined)
          return within({ ...found, issue: { ...issue, ast: around ?? issue.ast } as ParseResult.Refinement })
        if (issue.kind === "Transformation") return { ...found, issue }
        if (issue.kind === "Predicate")
          return {
            ...found,
            issue: { ...issue, ast: around ?? issue.ast } as ParseResult.ParseIssue,
            check: issue.ast,
          }
        around ??= issue.ast
        issue = issue.issue
        continue
      default:
        return { ...found, issue }
    }
  }
}

/** Where a filter says that what it refuses stands, of several the first. */
function pointed(issue: ParseResult.ParseIssue): ParseResult.Pointer | undefined {
  const one = issue._tag === "Composite" ? oneIssue(issue.issues) : issue
  return one._tag === "Pointer" ? one : undefined
}

/** A filter's refusal of a part of its value, as a refusal of that part. */
function within({ path, ...found }: Found & { readonly issue: ParseResult.Refinement }): Found {
  let { issue } = found
  let at = path
  for (let next = pointed(issue.issue); next !== undefined; next = pointed(issue.issue)) {
    let { actual } = issue
    for (const name of Array.isArray(next.path) ? next.path : [next.path]) {
      at = below(at, name)
      actual = (actual as Readonly<Record<PropertyKey, unknown>> | undefined)?.[name]
    }
    issue = { ...issue, actual, issue: next.issue }
  }
  return { ...found, path: at, issue }
}

const oneIssue = (issues: ParseResult.Composite["issues"]): ParseResult.ParseIssue =>
  (Array.isArray(issues) ? issues[0] : issues) as ParseResult.ParseIssue

/** Of a union's members the one that a value of this shape was meant for, if it can be told; else the choices are named. */
function likeliest(union: ParseResult.Composite): ParseResult.ParseIssue | undefined {
  if (typeof union.actual !== "object" || union.actual === null) return undefined
  const shape = Array.isArray(union.actual) ? "TupleType" : "TypeLiteral"
  const issues = Array.isArray(union.issues) ? union.issues : [union.issues]
  const alike = issues.filter(
    (issue: ParseResult.ParseIssue) => isForShape(issue, shape) && !isOfAnotherTag(issue),
  )
  return alike.length === 1 ? alike[0] : undefined
}

function isForShape(issue: ParseResult.ParseIssue, shape: "TupleType" | "TypeLiteral"): boolean {
  if (issue._tag === "Composite" && issue.ast._tag === "Union") return likeliest(issue) !== undefined
  if (issue._tag === "Pointer" || issue._tag === "Missing" || issue._tag === "Unexpected") return false
  return baseOf(issue.ast)._tag === shape
}

/** A member that is refused for the literal that tells it from the others was not meant. */
function isOfAnotherTag(issue: ParseResult.ParseIssue): boolean {
  if (issue._tag !== "Composite") return false
  const inner = oneIssue(issue.issues)
  return inner._tag === "Pointer" && inner.issue._tag === "Type" && inner.issue.ast._tag === "Literal"
}

function sentence({ issue, path, holder, name, check }: Found): string {
  switch (issue._tag) {
    case "Unexpected":
      if (namesWanted(holder) !== undefined)
        return `${path} has a field ${JSON.stringify(String(name))}: ${namesWanted(holder)} is wanted as its name`
      return typeof name === "number"
        ? `${path} has an item too many, at ${name}`
        : `${path} has no field ${JSON.stringify(String(name))}${suggest(String(name), namesIn(holder))}`
    case "Missing":
      return typeof name === "number" && holder !== undefined
        ? `${path} is ${name === 0 ? "an empty list" : `a list of ${name}`}: ${wanted(holder)} is wanted`
        : `${below(path, name!)} is missing: ${wanted(typeOf(issue.ast))} is wanted`
    case "Transformation":
      return `${path} is ${valueText(issue.actual)}: ${readable(issue.ast as AST.Transformation)} is wanted`
    case "Refinement": {
      const own = ("message" in issue.issue ? issue.issue.message : undefined) ?? messageOf(issue, check)
      if (own !== undefined) return `${path} is ${valueText(issue.actual)}: ${own}`
      return check === undefined || isTold(check)
        ? refusal(path, issue.actual, issue.ast)
        : unexplained(path, issue.actual, issue.ast, check)
    }
    case "Pointer":
      return path
    default:
      return refusal(path, issue.actual, issue.ast)
  }
}

/** What a schema says itself of a value that its check refuses. */
function messageOf(issue: ParseResult.Refinement, check: AST.AST | undefined): string | undefined {
  const message = Option.getOrUndefined(AST.getMessageAnnotation(check ?? issue.ast))
  const said = message?.(issue)
  return typeof said === "string" ? said : undefined
}

/** A check that says nothing of itself, neither in words nor in limits. */
function unexplained(path: string, actual: unknown, ast: AST.AST, check: AST.AST): string {
  const title = titleOf(check)
  return title === undefined
    ? `${path} is ${valueText(actual)}: ${wanted(ast)} is wanted, and a check of its own refuses this one`
    : `${path} is ${valueText(actual)}: a value of the type ${title} is wanted`
}

/** What names a record takes, where not all. */
function namesWanted(holder: AST.AST | undefined): string | undefined {
  const base = holder === undefined ? undefined : baseOf(holder)
  if (base?._tag !== "TypeLiteral") return undefined
  const [index] = base.indexSignatures
  return index === undefined ? undefined : wanted(index.parameter)
}

function refusal(path: string, actual: unknown, ast: AST.AST): string {
  if (typeof actual === "number") {
    if (!Number.isFinite(actual)) return `${path} is ${actual}: ${wanted(ast)} is wanted, and a finite one`
    if (Number.isInteger(actual) && !Number.isSafeInteger(actual))
      return `${path} is ${actual}: ${wanted(ast)} is wanted, and of whole numbers one within ±${Number.MAX_SAFE_INTEGER}`
  }
  const meant = typeof actual === "string" ? nearest(actual, literalsOf(ast)) : undefined
  const hint = meant === undefined ? "" : `; did you mean ${JSON.stringify(meant)}?`
  return `${path} is ${valueText(actual)}: ${wanted(ast)} is wanted${hint}`
}

/** Of what is missing the schema stands beneath its place. */
const typeOf = (ast: AST.Annotated): AST.AST => ("type" in ast ? (ast.type as AST.AST) : (ast as AST.AST))

const namesIn = (holder: AST.AST | undefined): ReadonlyArray<string> => {
  const base = holder === undefined ? undefined : baseOf(holder)
  return base?._tag === "TypeLiteral" ? base.propertySignatures.map(({ name }) => String(name)) : []
}
