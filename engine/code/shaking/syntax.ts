// JavaScript as a tree: its parser, its nodes in order, and the names that patterns and statements bind. Knows no module of ours.
import type { AnyNode, Expression, Pattern, Program } from "acorn"
import { importModule } from "../import-module.ts"

export type { AnyNode, Expression, Pattern, Program }

let acorn: Promise<typeof import("acorn")> | undefined

/** @returns undefined for what is no module that can be read, such as a script that is not strict: it is left as it is */
export async function parseModule(text: string): Promise<Program | undefined> {
  acorn ??= importModule("acorn") as Promise<typeof import("acorn")>
  const { parse } = await acorn
  try {
    return parse(text, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true })
  } catch {
    return undefined
  }
}

export const isFunction = (node: AnyNode) =>
  node.type === "FunctionDeclaration" ||
  node.type === "FunctionExpression" ||
  node.type === "ArrowFunctionExpression"

export const isClass = (node: AnyNode) => node.type === "ClassDeclaration" || node.type === "ClassExpression"

/** What stands directly in a node. */
export function childrenOf(node: AnyNode): ReadonlyArray<AnyNode> {
  const found: Array<AnyNode> = []
  for (const value of Object.values(node) as ReadonlyArray<unknown>) {
    if (Array.isArray(value)) {
      for (const each of value) if (isNode(each)) found.push(each)
    } else if (isNode(value)) found.push(value)
  }
  return found
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string"

/** A node and all that stands in it, but for what stands in nodes that are not `entered`. */
export function* nodesIn(
  node: AnyNode,
  entered: (node: AnyNode) => boolean = () => true,
): Generator<AnyNode, undefined> {
  const open = [node]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    yield at
    if (at !== node && !entered(at)) continue
    for (const child of childrenOf(at)) open.push(child)
  }
}

/** Whether it waits at the top of its module: what stands in a function waits there. */
export function awaits(node: AnyNode): boolean {
  for (const each of nodesIn(node, (inner) => !isFunction(inner))) {
    if (each.type === "AwaitExpression" && !isFunction(node)) return true
  }
  return false
}

/** The names that a pattern binds, in order. */
export function boundNames(pattern: Pattern): ReadonlyArray<string> {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name]
    case "ObjectPattern":
      return pattern.properties.flatMap((each) =>
        boundNames(each.type === "RestElement" ? each.argument : each.value),
      )
    case "ArrayPattern":
      return pattern.elements.flatMap((each) => (each === null ? [] : boundNames(each)))
    case "AssignmentPattern":
      return boundNames(pattern.left)
    case "RestElement":
      return boundNames(pattern.argument)
    default:
      return []
  }
}

/** What a key of an object or a name of a module's import says; undefined for a computed one. */
export function keyOf({
  key,
  computed,
}: {
  readonly key: AnyNode
  readonly computed: boolean
}): string | undefined {
  if (key.type === "Identifier" && !computed) return key.name
  return key.type === "Literal" && typeof key.value === "string" ? key.value : undefined
}

export const nameOf = (name: AnyNode): string =>
  name.type === "Identifier" ? name.name : String((name as { readonly value?: unknown }).value)
