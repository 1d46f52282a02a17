// Names in a bundle that depend on its own code alone. The bundler numbers names that fall together, also with those of code that it
// leaves out; here each gets the author's name back where it can, else a number of its own. Knows the bundle's text and map.
import type MagicString from "magic-string"
import { originalNames } from "./original-names.ts"
import { type Scope, scopeOf, type Visited } from "./scopes.ts"
import type { AnyNode } from "./syntax.ts"

type Named = Extract<AnyNode, { type: "Identifier" }>

/** One binding of one scope, and every place where it is named. */
interface Binding {
  readonly name: string
  readonly scope: Scope
  readonly uses: Array<{ readonly node: Named; readonly parent: AnyNode | undefined }>
}

/** @param nodes of the bundle */
export function stableNames(nodes: ReadonlyArray<Visited>, map: string, edited: MagicString): void {
  const originals = originalNames(map, edited.original)
  const { bindings, outer, globals } = namesIn(nodes)
  const shorthand = new Set(
    nodes.flatMap(({ node }) => (node.type === "Property" && node.shorthand ? [node.key.start] : [])),
  )
  const final = new Map<Binding, string>()
  for (const [scope, own] of bindings) {
    const isTop = scope.parent === undefined
    const taken = new Set(isTop ? globals : [])
    for (const each of outer.get(scope) ?? [])
      taken.add(typeof each === "string" ? each : (final.get(each) ?? each.name))
    for (const binding of own) {
      const name = freeName(originalOf(binding, originals), taken)
      taken.add(name)
      final.set(binding, name)
      if (name !== binding.name) for (const use of binding.uses) rename(use, name, shorthand, edited)
    }
  }
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let n = 2; taken.has(name); n++) name = `${wanted}${n}`
  return name
}

/** The author's, where any place that names it tells; a name of the bundler's own, and one that it left, is what it is. */
function originalOf({ name, uses }: Binding, originals: ReadonlyMap<number, string>): string {
  for (const { node } of uses) {
    const original = originals.get(node.start)
    if (original !== undefined && name.startsWith(original) && /^\d*$/.test(name.slice(original.length)))
      return original
  }
  return name
}

/** Bindings by scope, an outer scope before those inside; for each scope what is named in it from further out. */
function namesIn(nodes: ReadonlyArray<Visited>) {
  const bindings = new Map<Scope, Array<Binding>>()
  const known = new Map<Scope, Map<string, Binding>>()
  const outer = new Map<Scope, Set<Binding | string>>()
  const globals = new Set<string>()
  const named = [...new Map(nodes.filter(isName).map((each) => [each.node, each])).values()]
  named.sort((a, b) => a.node.start - b.node.start)
  for (const { scope } of nodes) if (!bindings.has(scope)) bindings.set(scope, [])
  for (const { node, parent, scope } of named) {
    const from =
      parent?.type === "FunctionDeclaration" && parent.id === node ? (scope.parent ?? scope) : scope
    const owner = scopeOf(node.name, from)
    let found: Binding | string = node.name
    if (owner === undefined) globals.add(node.name)
    else {
      const own = known.get(owner) ?? new Map<string, Binding>()
      known.set(owner, own)
      const binding = own.get(node.name) ?? { name: node.name, scope: owner, uses: [] }
      if (!own.has(node.name)) bindings.get(owner)!.push(binding)
      own.set(node.name, binding)
      binding.uses.push({ node, parent })
      found = binding
    }
    for (let at: Scope | undefined = from; at !== undefined && at !== owner; at = at.parent)
      outer.set(at, (outer.get(at) ?? new Set()).add(found))
  }
  const depth = (scope: Scope): number => {
    let count = 0
    for (let at: Scope | undefined = scope.parent; at !== undefined; at = at.parent) count++
    return count
  }
  const sorted = [...bindings].map(([scope, own]) => ({ scope, own, depth: depth(scope) }))
  sorted.sort((a, b) => a.depth - b.depth || a.scope.node.start - b.scope.node.start)
  return { bindings: new Map(sorted.map(({ scope, own }) => [scope, own])), outer, globals }
}

type VisitedName = Visited & { readonly node: Named }

/** Whether it stands for a binding: not a key, a label, or a name that is another module's. */
function isName(visit: Visited): visit is VisitedName {
  const { node, parent } = visit
  if (node.type !== "Identifier" || parent === undefined) return false
  switch (parent.type) {
    case "MemberExpression":
      return parent.object === node || parent.computed
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.key !== node || parent.computed
    case "ImportSpecifier":
    case "ExportSpecifier":
      return parent.local === node
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
    case "ImportAttribute":
    case "ExportAllDeclaration":
      return false
    default:
      return true
  }
}

/** Where one word is name and key at once, the key stays. */
function rename(
  { node, parent }: Binding["uses"][number],
  name: string,
  shorthand: ReadonlySet<number>,
  edited: MagicString,
): void {
  let text = name
  if (shorthand.has(node.start)) text = `${node.name}:${name}`
  else if (parent?.type === "ImportSpecifier" && parent.imported === node) text = `${node.name} as ${name}`
  else if (parent?.type === "ExportSpecifier" && parent.exported === node) text = `${name} as ${node.name}`
  edited.overwrite(node.start, node.end, text)
}
