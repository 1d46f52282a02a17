// Whether what outlives a run has parts that code changes under other names: an element of a loop, an argument, what a call gave.
// Follows no value: where something lasting has parts, and something not made there is changed, in doubt it is such a part.
import { changesBy, rootOf } from "./changes.ts"
import { functionAround, type Loading, unwrapped } from "./loading.ts"
import { type Scope, scopeOf, type Visited } from "./scopes.ts"
import { type AnyNode, isClass, isFunction, keyOf } from "./syntax.ts"

export function mayChangeParts(nodes: ReadonlyArray<Visited>, { evaluated }: Loading): boolean {
  const running = nodes.filter(({ scope }) => {
    const around = functionAround(scope)
    return around !== undefined && !evaluated.has(around.node)
  })
  return running.some(meetsParts) && running.some(changesUnknown)
}

/** Whether a name stands here for something lasting that has parts, or gives away one that has none. */
function meetsParts({ node, parent, scope }: Visited): boolean {
  if (node.type !== "Identifier" || isLabel(node, parent)) return false
  const owner = scopeOf(node.name, scope)
  if (owner === undefined || functionAround(owner) !== undefined) return false
  const value = owner.names.get(node.name)
  if (value === undefined) return true // a part of a pattern
  if (hasParts(value, owner)) return true
  const { type } = unwrapped(value)
  const isContainer = type === "ObjectExpression" || type === "ArrayExpression"
  return (
    isContainer &&
    parent?.type === "CallExpression" &&
    parent.callee !== node &&
    !isOfGlobal(parent.callee, scope)
  )
}

/** A name of a property or a key, which stands for no binding. */
const isLabel = (node: AnyNode, parent: AnyNode | undefined): boolean =>
  (parent?.type === "MemberExpression" && parent.property === node && !parent.computed) ||
  ((parent?.type === "Property" ||
    parent?.type === "MethodDefinition" ||
    parent?.type === "PropertyDefinition") &&
    parent.key === node &&
    !parent.computed &&
    parent.value !== node)

/** Whether something inside a value may be changed without naming it. */
function hasParts(value: AnyNode, from: Scope): boolean {
  const node = unwrapped(value)
  if (isFunction(node) || isClass(node)) return false
  switch (node.type) {
    case "ImportDeclaration": // what packages keep is out of reach
    case "Literal":
    case "TemplateLiteral":
    case "UnaryExpression":
    case "BinaryExpression":
      return false
    case "ArrayExpression":
      return node.elements.some((each) => each !== null && isPart(each, from))
    case "ObjectExpression":
      return node.properties.some((each) => isPart(each.type === "Property" ? each.value : each, from))
    case "NewExpression":
      return !(isUndivided(node.callee) || node.arguments.every((each) => !hasParts(each, from)))
    case "CallExpression":
      return !isInert(node.callee, node.arguments, from)
    case "MemberExpression":
      return !isOfGlobal(node, from)
    default:
      return true
  }
}

/** Whether what stands in a container is more than a plain value. */
function isPart(node: AnyNode, from: Scope): boolean {
  if (node.type === "SpreadElement") return hasParts(node.argument, from)
  if (node.type !== "Identifier") {
    const { type } = unwrapped(node)
    return (
      type === "ObjectExpression" ||
      type === "ArrayExpression" ||
      type === "NewExpression" ||
      hasParts(node, from)
    )
  }
  const owner = scopeOf(node.name, from)
  if (owner === undefined) return false // undefined, NaN and other names of the language
  const value = owner.names.get(node.name)
  return value === undefined || isPart(value, owner)
}

/** Made by the language, with nothing inside but numbers, text or bytes. */
const isUndivided = (callee: AnyNode): boolean =>
  callee.type === "Identifier" &&
  /^(Text(En|De)coder|RegExp|Date|URL|Weak(Map|Set)|\w*Error|(Big)?(Int|Uint|Float)\d+\w*Array|ArrayBuffer|DataView)$/.test(
    callee.name,
  )

/** A call that gives a plain value, or one of Effect's, which nobody changes. */
function isInert(callee: AnyNode, given: ReadonlyArray<AnyNode>, from: Scope): boolean {
  if (callee.type === "MemberExpression" && isOfGlobal(callee, from)) {
    const name = keyOf({ key: callee.property, computed: callee.computed })
    return name !== undefined && /^(freeze|from|of|entries|keys|values|fromEntries|assign)$/.test(name)
      ? given.every((each) => !hasParts(each, from))
      : true
  }
  return isOfGlobal(callee, from)
}

/** Whether a chain begins with a name of the language's own, or with what the process lends, as Effect. */
function isOfGlobal(node: AnyNode, from: Scope): boolean {
  let root = rootOf(node)
  while (root?.type === "CallExpression" && unwrapped(root) === root) root = rootOf(root.callee)
  if (root === undefined) return false
  const plain = unwrapped(root)
  if (plain !== root) return isOfGlobal(plain, from)
  if (root.type !== "Identifier") return false
  const owner = scopeOf(root.name, from)
  if (owner === undefined) return true
  const value = owner.names.get(root.name)
  return (
    value !== undefined &&
    !isFunction(unwrapped(value)) &&
    value.type !== "ImportDeclaration" &&
    isOfGlobal(value, owner)
  )
}

/** Whether something is changed that was not made by the function it stands in, as far as can be seen. */
function changesUnknown({ node, scope }: Visited): boolean {
  return changesBy(node).some(({ of, isInside }) => {
    if (!isInside) return false
    if (of.type === "ThisExpression") return true
    if (of.type === "CallExpression") return !isFresh(of)
    if (of.type !== "Identifier") return false
    const owner = scopeOf(of.name, scope)
    const value = owner?.names.get(of.name)
    return owner !== undefined && (value === undefined || !isFresh(unwrapped(value)))
  })
}

const fresh =
  /^(map|filter|slice|concat|flatMap|flat|entries|keys|values|from|of|split|toSorted|toReversed|fromEntries|alloc|subarray|create\w*)$/

function isFresh(value: AnyNode): boolean {
  if (value.type === "AwaitExpression") return isFresh(value.argument)
  if (value.type !== "CallExpression")
    return /^(Object|Array|New|Function|ArrowFunction|Template|Binary|Class)\w*Expression$|Literal$/.test(
      value.type,
    )
  const { callee } = value
  const name =
    callee.type === "MemberExpression"
      ? keyOf({ key: callee.property, computed: callee.computed })
      : undefined
  return name !== undefined && fresh.test(name)
}
