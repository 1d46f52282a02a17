// Whether the code of a bundle keeps something between two runs of its stage: a variable that outlives them and is changed by a
// function, or whose value is. Knows the bundle's text alone. In doubt it does: fresh instances cost some milliseconds.
import { type Change, changesBy, rootOf } from "./changes.ts"
import { mayChangeParts } from "./lasting-parts.ts"
import { declared, functionAround, type Loading, loadingOf, unwrapped } from "./loading.ts"
import { type Scope, scopeOf, type Visited } from "./scopes.ts"
import { type AnyNode, isClass } from "./syntax.ts"

/** @param nodes of the bundle */
export function keepsState(nodes: ReadonlyArray<Visited>): boolean {
  const loading = loadingOf(nodes)
  const owners = ownersIn(nodes)
  const changing = new Set<AnyNode>()
  for (const visit of nodes) {
    const around = functionAround(visit.scope)
    if (around === undefined || loading.evaluated.has(around.node)) continue
    if (isGivenAway(visit)) return true
    for (const change of changesBy(visit.node)) {
      if (change.of.type === "Identifier") {
        if (isLasting(change.of.name, change, visit.scope, around, loading)) return true
        continue
      }
      if (change.of.type !== "ThisExpression") continue
      const owner = ownerOf(visit.scope, owners)
      if (owner === "lasting") return true
      if (owner !== undefined) changing.add(owner)
    }
  }
  if (mayChangeParts(nodes, loading)) return true
  return nodes.some(({ node, scope }) => {
    if (node.type !== "NewExpression") return false
    const around = functionAround(scope)?.node
    const made = around === undefined || loading.called.has(around) ? declared(node.callee, scope) : undefined
    return made !== undefined && changing.has(made)
  })
}

/** Whether a change is one of what outlives the function around it. */
function isLasting(name: string, change: Change, from: Scope, around: Scope, loading: Loading): boolean {
  const owner = scopeOf(name, from)
  const value = owner?.names.get(name)
  if (owner === undefined || value?.type === "ImportDeclaration") return false
  const given = value === undefined ? undefined : unwrapped(value)
  if (change.method !== undefined && /^(exec|test)$/.test(change.method) && !remembersPlace(given))
    return false
  const root = change.isInside ? rootOf(given) : undefined
  if (root?.type === "Identifier" && root.name === "globalThis") return false // lent by the process
  if (root?.type === "Identifier" && owner.parent !== undefined)
    return isLasting(root.name, change, owner.parent, around, loading) // it stands for what it was given
  const within = functionAround(owner)
  return within === undefined || (within !== around && loading.called.has(within.node))
}

/** A pattern that goes on from where it was, or something that is none. */
const remembersPlace = (value: AnyNode | undefined): boolean =>
  value?.type === "Literal" && value.regex !== undefined && /[gy]/.test(value.regex.flags)

/** A container that is empty at first, handed to who may fill it. */
function isGivenAway({ node, parent, scope }: Visited): boolean {
  if (node.type !== "Identifier" || parent?.type !== "CallExpression" || parent.callee === node) return false
  const owner = scopeOf(node.name, scope)
  const value = owner?.names.get(node.name)
  if (owner === undefined || functionAround(owner) !== undefined || value === undefined) return false
  const given = unwrapped(value)
  if (given.type === "ObjectExpression") return given.properties.length === 0
  if (given.type === "ArrayExpression") return given.elements.length === 0
  return (
    given.type === "NewExpression" &&
    given.callee.type === "Identifier" &&
    /^(Weak)?(Map|Set)$|^Array$/.test(given.callee.name) &&
    given.arguments.length === 0
  )
}

/** Function → the class of whose instances it is a method, or `lasting` where there is but one: static ones, and objects'. */
function ownersIn(nodes: ReadonlyArray<Visited>): ReadonlyMap<AnyNode, AnyNode | "lasting"> {
  const owners = new Map<AnyNode, AnyNode | "lasting">()
  for (const { node, parent } of nodes) {
    if (isClass(node))
      for (const member of node.body.body)
        if (member.type === "MethodDefinition" && member.kind !== "constructor")
          owners.set(member.value, member.static ? "lasting" : node)
    if (node.type !== "FunctionExpression" || owners.has(node)) continue
    if (parent?.type === "Property" || parent?.type === "AssignmentExpression") owners.set(node, "lasting")
  }
  return owners
}

function ownerOf(
  from: Scope,
  owners: ReadonlyMap<AnyNode, AnyNode | "lasting">,
): AnyNode | "lasting" | undefined {
  for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
    const { type } = scope.node
    if (type === "FunctionDeclaration" || type === "FunctionExpression") return owners.get(scope.node)
  }
  return undefined
}
