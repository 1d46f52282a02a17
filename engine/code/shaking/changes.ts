// What a piece of code changes, as far as it can be seen in it: what is assigned to, and what is called by a name that changes.
import type { CallExpression } from "acorn"
import type { AnyNode, Pattern } from "./syntax.ts"

/** Methods of arrays, maps, sets, dates, buffers, iterators and patterns that change what they are called on. */
const changing =
  /^(push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set|add|delete|clear|append|next|write|exec|test|set[A-Z]\w*|write[A-Z]\w*)$/
/** Functions that change what they are given first. */
const changingFirst =
  /^(assign|defineProperty|defineProperties|setPrototypeOf|set|deleteProperty|add|sub|store|exchange)$/

/** A change of what a name, `this` or a call stands for: of the binding, or of something inside. */
export interface Change {
  readonly of: AnyNode
  readonly isInside: boolean
  /** The method that is called, if one is. */
  readonly method?: string
}

export function changesBy(node: AnyNode): ReadonlyArray<Change> {
  switch (node.type) {
    case "AssignmentExpression":
      return targetsOf(node.left as Pattern)
    case "UpdateExpression":
      return targetsOf(node.argument as Pattern)
    case "UnaryExpression":
      return node.operator === "delete" ? inside(node.argument) : []
    case "ForInStatement":
    case "ForOfStatement":
      return node.left.type === "VariableDeclaration" ? [] : targetsOf(node.left)
    case "CallExpression":
      return changesByCall(node)
    default:
      return []
  }
}

function changesByCall({ callee, arguments: given }: CallExpression): ReadonlyArray<Change> {
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier" || callee.computed)
    return []
  const { object, property } = callee
  if (object.type === "Identifier" && /^(Object|Reflect|Atomics)$/.test(object.name))
    return given[0] !== undefined && changingFirst.test(property.name) ? inside(given[0]) : []
  return changing.test(property.name) ? inside(object, property.name) : []
}

/** What an assignment to a pattern changes. */
function targetsOf(pattern: Pattern): ReadonlyArray<Change> {
  switch (pattern.type) {
    case "ObjectPattern":
      return pattern.properties.flatMap((each) =>
        targetsOf(each.type === "RestElement" ? each.argument : each.value),
      )
    case "ArrayPattern":
      return pattern.elements.flatMap((each) => (each === null ? [] : targetsOf(each)))
    case "AssignmentPattern":
      return targetsOf(pattern.left)
    case "RestElement":
      return targetsOf(pattern.argument)
    case "Identifier":
      return [{ of: pattern, isInside: false }]
    default:
      return inside(pattern)
  }
}

const inside = (node: AnyNode, method?: string): ReadonlyArray<Change> => {
  const of = rootOf(node)
  if (of?.type !== "Identifier" && of?.type !== "ThisExpression" && of?.type !== "CallExpression") return []
  return [{ of, isInside: true, ...(method === undefined ? {} : { method }) }]
}

/** What a chain of members begins with. */
export function rootOf(node: AnyNode | undefined): AnyNode | undefined {
  let at = node
  while (at?.type === "MemberExpression" || at?.type === "ChainExpression")
    at = at.type === "MemberExpression" ? at.object : at.expression
  return at
}
