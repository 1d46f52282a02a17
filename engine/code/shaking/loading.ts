// What of a bundle runs as it is loaded, and whose variables may therefore outlive a task. Knows nothing of what changes them.
import { type Scope, scopeOf, type Visited } from "./scopes.ts"
import { type AnyNode, isClass, isFunction } from "./syntax.ts"

export interface Loading {
  /** Functions that are called where they stand, once. */
  readonly evaluated: ReadonlySet<AnyNode>
  /** Those, and whatever they call by name: their variables may live on in what they give. */
  readonly called: ReadonlySet<AnyNode>
}

export function loadingOf(nodes: ReadonlyArray<Visited>): Loading {
  const evaluated = new Set<AnyNode>()
  const calls = new Map<AnyNode | undefined, Array<AnyNode>>()
  for (const { node, parent, scope } of nodes) {
    const around = functionAround(scope)?.node
    if (isFunction(node) && (around === undefined || evaluated.has(around)) && isCalledThere(node, parent))
      evaluated.add(node)
    if (node.type !== "CallExpression") continue
    const target = declared(node.callee, scope)
    const known = calls.get(around) ?? []
    if (target !== undefined && isFunction(target)) known.push(target)
    calls.set(around, known)
  }
  const called = new Set(evaluated)
  const open: Array<AnyNode | undefined> = [undefined, ...evaluated]
  while (open.length > 0) {
    for (const target of calls.get(open.pop()) ?? []) {
      if (called.has(target)) continue
      called.add(target)
      open.push(target)
    }
  }
  return { evaluated, called }
}

/** `(() => …)()`, and modules that the bundler keeps as functions: `__commonJS({ "x.js"(exports) { … } })`. */
function isCalledThere(node: AnyNode, parent: AnyNode | undefined): boolean {
  if (parent?.type === "CallExpression") return parent.callee === node
  if (parent?.type !== "Property" || !parent.method || parent.key.type !== "Literal") return false
  return /\.[cm]?[jt]sx?$/.test(String(parent.key.value))
}

export function functionAround(from: Scope): Scope | undefined {
  for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent)
    if (isFunction(scope.node)) return scope
  return undefined
}

/** The function or class that a name was declared as or given. */
export function declared(callee: AnyNode, from: Scope): AnyNode | undefined {
  if (callee.type !== "Identifier") return isFunction(callee) || isClass(callee) ? callee : undefined
  const value = scopeOf(callee.name, from)?.names.get(callee.name)
  return value === undefined ? undefined : unwrapped(value)
}

/** The value in `(() => value)()`, which shaking puts around it, and in `({ A: value }).A`. */
export function unwrapped(value: AnyNode): AnyNode {
  if (
    value.type === "CallExpression" &&
    value.callee.type === "ArrowFunctionExpression" &&
    value.callee.expression
  )
    return unwrapped(value.callee.body)
  if (value.type !== "MemberExpression" || value.object.type !== "ObjectExpression") return value
  const [property] = value.object.properties
  return property?.type === "Property" ? unwrapped(property.value) : value
}
