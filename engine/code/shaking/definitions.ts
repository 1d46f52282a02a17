// What a stage's definition says of how it is run: cut where it is literal, refused where it is computed, so that no key holds it.
// Of a stage with several forms the one that is bundled is left.
import type { CallExpression, ObjectExpression, Property } from "acorn"
import type MagicString from "magic-string"
import { scopeOf, type Visited, visited } from "./scopes.ts"
import { type AnyNode, keyOf, nameOf, type Program } from "./syntax.ts"

/** The form of a stage that is bundled. */
export interface WantedForm {
  readonly stage: string
  readonly form: string
}

/** What is written so that it would be in a key and should not be. `at` counts from the start of the text. */
export interface Refusal {
  readonly at: number
  readonly message: string
}

const policy = ["timeout", "retries", "resources", "mutex"]
const traits = new Set(["doc", "unit", "inProcess", "counts", "fresh", ...policy])

export function cutDefinitions(
  program: Program,
  edited: MagicString,
  wanted: WantedForm | undefined,
): ReadonlyArray<Refusal> {
  const locals = declaringNames(program)
  if (locals.size === 0) return []
  const nodes = [...visited(program)]
  const declaring = declaringCalls(program, nodes, locals)
  const refused: Array<Refusal> = []
  const known = literals(program, nodes, declaring)
  const isCut = new Set<AnyNode>()
  const cut = (definition: ObjectExpression): void => {
    if (isCut.has(definition)) return
    isCut.add(definition)
    for (const property of definition.properties) {
      if (property.type !== "Property") continue
      const name = keyOf(property)
      if (name === undefined || !traits.has(name)) continue
      if (property.kind === "init" && isLiteral(property.value)) removeProperty(property, edited)
      else refused.push({ at: property.start, message: refusalOf(name) })
    }
  }
  for (const { of, call } of declaring) {
    const definition = objectOf(definitionOf(of, call), known)
    if (definition === undefined) continue
    cut(definition)
    const forms = objectOf(propertyOf(definition, "forms")?.value, known)
    if (of === "form" || forms === undefined) continue
    const isWanted = wanted !== undefined && textOf(call.arguments[0]) === wanted.stage
    for (const form of forms.properties) {
      if (form.type !== "Property") continue
      const name = keyOf(form)
      if (isWanted && name !== undefined && name !== wanted.form) removeProperty(form, edited)
      else if (form.value.type === "ObjectExpression") cut(form.value)
    }
  }
  return refused
}

const refusalOf = (name: string): string =>
  `a stage's ${name} that is computed would be a part of its code, and so of every key: write a literal here${policy.includes(name) ? ", or say it in the experiment's policy, in refold.config.ts or by --policy" : ""}`

/** What is imported from "refold": local name → name, `*` for all of it. */
export function declaringNames(program: Program): ReadonlyMap<string, string> {
  const locals = new Map<string, string>()
  for (const statement of program.body) {
    if (statement.type !== "ImportDeclaration" || statement.source.value !== "refold") continue
    for (const each of statement.specifiers)
      locals.set(each.local.name, each.type === "ImportSpecifier" ? nameOf(each.imported) : "*")
  }
  return locals
}

/** The calls of `stage` and `form`. */
function declaringCalls(
  program: Program,
  nodes: ReadonlyArray<Visited>,
  locals: ReadonlyMap<string, string>,
): ReadonlyArray<{ readonly of: "stage" | "form"; readonly call: CallExpression }> {
  return nodes.flatMap(({ node, scope }) => {
    if (node.type !== "CallExpression") return []
    const name = declaredBy(node, locals, (local) => scopeOf(local, scope)?.node === program)
    return name === "stage" || name === "form" ? [{ of: name, call: node }] : []
  })
}

/** Which function of "refold" is called, if one is. @param isTop whether a name that the call reads is the module's own; at its top each is */
export function declaredBy(
  { callee }: CallExpression,
  locals: ReadonlyMap<string, string>,
  isTop: (local: string) => boolean = () => true,
): string | undefined {
  const local = callee.type === "MemberExpression" ? callee.object : callee
  if (local.type !== "Identifier" || !isTop(local.name)) return undefined
  const imported = locals.get(local.name)
  if (callee.type !== "MemberExpression") return imported
  return imported === "*" ? keyOf({ key: callee.property, computed: callee.computed }) : undefined
}

type Declaring = ReturnType<typeof declaringCalls>

/** Objects that constants of the module's top are given, of which nothing but definitions is made. */
function literals(
  program: Program,
  nodes: ReadonlyArray<Visited>,
  declaring: Declaring,
): ReadonlyMap<string, ObjectExpression> {
  const found = new Map<string, ObjectExpression>()
  for (const statement of program.body) {
    if (statement.type !== "VariableDeclaration" || statement.kind !== "const") continue
    for (const { id, init } of statement.declarations)
      if (id.type === "Identifier" && init?.type === "ObjectExpression") found.set(id.name, init)
  }
  const uses = new Set<AnyNode | undefined>()
  for (const { of, call } of declaring) {
    const given = definitionOf(of, call)
    uses.add(given)
    const definition = objectOf(given, found)
    if (definition !== undefined) uses.add(propertyOf(definition, "forms")?.value)
  }
  for (const { node, parent } of nodes)
    if (node.type === "Identifier" && !uses.has(node) && !isDeclaredOrKey(node, parent))
      found.delete(node.name)
  return found
}

const definitionOf = (of: "stage" | "form", call: CallExpression): AnyNode | undefined =>
  call.arguments[of === "form" ? 0 : 1]

function isDeclaredOrKey(node: AnyNode, parent: AnyNode | undefined): boolean {
  if (parent?.type === "VariableDeclarator") return parent.id === node
  if (parent?.type === "MemberExpression") return parent.property === node && !parent.computed
  return parent?.type === "Property" && parent.key === node && !parent.computed
}

function objectOf(
  node: AnyNode | undefined,
  known: ReadonlyMap<string, ObjectExpression>,
): ObjectExpression | undefined {
  if (node?.type === "Identifier") return known.get(node.name)
  return node?.type === "ObjectExpression" ? node : undefined
}

const propertyOf = (definition: ObjectExpression, name: string): Property | undefined =>
  definition.properties.find(
    (each): each is Property => each.type === "Property" && each.kind === "init" && keyOf(each) === name,
  )

/** Whether a value is known without running anything. */
function isLiteral(node: AnyNode): boolean {
  switch (node.type) {
    case "Literal":
      return true
    case "Identifier":
      return node.name === "undefined" || node.name === "Infinity"
    case "TemplateLiteral":
      return node.expressions.length === 0
    case "UnaryExpression":
      return isLiteral(node.argument)
    case "BinaryExpression":
      return isLiteral(node.left) && isLiteral(node.right)
    case "ObjectExpression":
      return node.properties.every(
        (each) => each.type === "Property" && each.kind === "init" && !each.computed && isLiteral(each.value),
      )
    default:
      return false
  }
}

/** The text that is written there, if it is one. */
export const textOf = (node: AnyNode | undefined): string | undefined => {
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : undefined
}

/** With the comma behind it, if one is. */
function removeProperty({ start, end }: Property, edited: MagicString): void {
  const comma = /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*,/.exec(edited.original.slice(end))
  edited.remove(start, end + (comma?.[0].length ?? 0))
}
