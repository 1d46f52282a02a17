// Which values of a module's top are seen to change something else as they are made, such as a registry or a counter: bindings of
// them stay. Follows calls by name within the module; what it cannot see, such as a function of another module, it takes for free.
import type { CallExpression } from "acorn"
import { type Change, changesBy } from "./changes.ts"
import { functionAround } from "./loading.ts"
import { type Scope, scopeOf, type Visited, visited } from "./scopes.ts"
import { type AnyNode, isClass, isFunction, keyOf, nodesIn, type Program } from "./syntax.ts"

export interface Effects {
  /** Whether making a value changes what other code may reach. */
  readonly has: (value: AnyNode) => boolean
  /** Whether a name is bound for that alone: `const _filled = …` that nothing names. */
  readonly isForThem: (name: string) => boolean
}

export function effectsIn(program: Program): Effects {
  const nodes = [...visited(program)]
  const scopes = new Map(nodes.map(({ node, scope }) => [node, scope]))
  const methods = methodsIn(nodes)
  const named = new Map<string, number>()
  for (const { node } of nodes)
    if (node.type === "Identifier") named.set(node.name, (named.get(node.name) ?? 0) + 1)
  return {
    isForThem: (name) => name.startsWith("_") && named.get(name) === 1,
    has(value) {
      const seen = new Set([value])
      const own = isClass(value) ? value.id?.name : undefined
      // A function or class that is called is gone through whole, with what it keeps for later: in doubt it changes something.
      const open = [{ nodes: nodesNow(value), isMethod: false }]
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        for (const node of at.nodes) {
          const scope = scopes.get(node)
          if (scope === undefined) continue
          if (changesBy(node).some((change) => isBeyond(change, scope, at.isMethod, own))) return true
          for (const { code, isMethod } of calledBy(node, scope, methods)) {
            if (seen.has(code)) continue
            seen.add(code)
            open.push({ nodes: [...nodesIn(code)], isMethod })
          }
        }
      }
      return false
    },
  }
}

/** What runs as a value is made: what stands in functions does not, but for those that are called where they stand. */
function nodesNow(value: AnyNode): ReadonlyArray<AnyNode> {
  const calledThere = new Set<AnyNode>()
  if (isFunction(value)) return []
  const found: Array<AnyNode> = []
  for (const node of nodesIn(value, (inner) => !isFunction(inner) || calledThere.has(inner))) {
    if (node.type === "CallExpression") for (const called of calledIn(node)) calledThere.add(called)
    found.push(node)
  }
  return found
}

/** Functions that a call calls before it is over, as far as it can be seen. */
function calledIn({ callee, arguments: given }: CallExpression): ReadonlyArray<AnyNode> {
  const method =
    callee.type === "MemberExpression"
      ? keyOf({ key: callee.property, computed: callee.computed })
      : undefined
  return method !== undefined && each.test(method) ? [callee, ...given] : [callee]
}

/** Methods that call what they are given, for each. */
const each =
  /^(map|flatMap|forEach|filter|find\w*|some|every|reduce\w*|sort|toSorted|from|replace|replaceAll)$/

/** Of a name of the module's top other than its own, or of what a method is called on. */
function isBeyond({ of }: Change, from: Scope, isMethod: boolean, own: string | undefined): boolean {
  if (of.type === "ThisExpression") return isMethod
  if (of.type !== "Identifier" || of.name === own) return false
  const owner = scopeOf(of.name, from)
  return owner !== undefined && owner.parent === undefined
}

interface Called {
  readonly code: AnyNode
  /** Of something that was there before. */
  readonly isMethod: boolean
}

function calledBy(
  node: AnyNode,
  from: Scope,
  methods: ReadonlyMap<string, ReadonlyArray<AnyNode>>,
): ReadonlyArray<Called> {
  if (node.type === "TaggedTemplateExpression") return byName(node.tag, from)
  if (node.type !== "CallExpression" && node.type !== "NewExpression") return []
  const { callee } = node
  if (callee.type !== "MemberExpression") return byName(callee, from)
  const { object } = callee
  const isOfTop = object.type === "Identifier" && scopeOf(object.name, from)?.parent === undefined
  const name = keyOf({ key: callee.property, computed: callee.computed })
  if (!isOfTop || name === undefined) return []
  return (methods.get(name) ?? []).map((code) => ({ code, isMethod: true }))
}

function byName(callee: AnyNode, from: Scope): ReadonlyArray<Called> {
  if (callee.type !== "Identifier") return []
  const code = scopeOf(callee.name, from)?.names.get(callee.name)
  return code !== undefined && (isFunction(code) || isClass(code)) ? [{ code, isMethod: false }] : []
}

/** Methods of the module's objects and classes by name. */
function methodsIn(nodes: ReadonlyArray<Visited>): ReadonlyMap<string, ReadonlyArray<AnyNode>> {
  const methods = new Map<string, Array<AnyNode>>()
  for (const { node, scope } of nodes) {
    if (node.type !== "Property" && node.type !== "MethodDefinition") continue
    const name = keyOf(node)
    if (name === undefined || !isFunction(node.value) || functionAround(scope) !== undefined) continue
    methods.set(name, [...(methods.get(name) ?? []), node.value])
  }
  return methods
}
