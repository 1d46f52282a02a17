// Which binding a name means where it stands: scopes, opened as nodes are gone through. Knows nothing of what is bound.
import { type AnyNode, boundNames, childrenOf, isClass, isFunction, type Program } from "./syntax.ts"

export interface Scope {
  readonly parent: Scope | undefined
  /** The node that opened it. */
  readonly node: AnyNode
  /** Name → the value that it is first given, where that stands there. */
  readonly names: ReadonlyMap<string, AnyNode | undefined>
}

export interface Visited {
  readonly node: AnyNode
  readonly parent: AnyNode | undefined
  /** The innermost that the node stands in; of a node that opens one, the one outside. */
  readonly scope: Scope
}

/** The scope that declares a name, if any does. */
export function scopeOf(name: string, from: Scope): Scope | undefined {
  for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent)
    if (scope.names.has(name)) return scope
  return undefined
}

/** Every node of a module with its scope, an outer one before those inside. */
export function* visited(program: Program): Generator<Visited, undefined> {
  const top: Scope = { parent: undefined, node: program, names: namesOf(program) }
  const open: Array<Visited> = program.body.map((node) => ({ node, parent: program, scope: top }))
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    yield at
    const { node } = at
    const names = namesOf(node)
    const scope = names.size === 0 && !isFunction(node) ? at.scope : { parent: at.scope, node, names }
    for (const child of childrenOf(node)) open.push({ node: child, parent: node, scope })
  }
}

type Names = Map<string, AnyNode | undefined>

/** The names that a node declares for what stands in it. */
function namesOf(node: AnyNode): Names {
  const names: Names = new Map()
  switch (node.type) {
    case "Program":
      declareVars(node, names)
      declareLexical(node.body, names)
      break
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      if (node.type === "FunctionExpression" && node.id) names.set(node.id.name, node)
      declareVars(node.body, names)
      for (const param of node.params) for (const name of boundNames(param)) names.set(name, undefined)
      break
    case "ClassExpression":
      if (node.id) names.set(node.id.name, node)
      break
    case "BlockStatement":
    case "StaticBlock":
      if (node.type === "StaticBlock") declareVars(node, names)
      declareLexical(node.body, names)
      break
    case "SwitchStatement":
      declareLexical(
        node.cases.flatMap(({ consequent }) => consequent),
        names,
      )
      break
    case "ForStatement":
      if (node.init) declareLexical([node.init], names)
      break
    case "ForInStatement":
    case "ForOfStatement":
      declareLexical([node.left], names)
      break
    case "CatchClause":
      if (node.param) for (const name of boundNames(node.param)) names.set(name, undefined)
      break
  }
  return names
}

/** What `var` declares anywhere in a function or a module, but for functions inside. */
function declareVars(body: AnyNode, names: Names): void {
  const open = [body]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at !== body && (isFunction(at) || isClass(at))) continue
    if (at.type === "VariableDeclaration" && at.kind === "var") declare(at, names)
    for (const child of childrenOf(at)) open.push(child)
  }
}

function declareLexical(statements: ReadonlyArray<AnyNode>, names: Names): void {
  for (const statement of statements) {
    const declared = declarationIn(statement)
    if (declared === undefined) continue
    if (declared.type === "VariableDeclaration" && declared.kind !== "var") declare(declared, names)
    else if (declared.type === "ImportDeclaration")
      for (const { local } of declared.specifiers) names.set(local.name, declared)
    else if (declared.type === "FunctionDeclaration" || declared.type === "ClassDeclaration")
      if (declared.id) names.set(declared.id.name, declared)
  }
}

/** What a statement declares, exported or not. */
export const declarationIn = (statement: AnyNode): AnyNode | undefined =>
  statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration"
    ? (statement.declaration ?? undefined)
    : statement

function declare(declaration: Extract<AnyNode, { type: "VariableDeclaration" }>, names: Names): void {
  for (const { id, init } of declaration.declarations)
    for (const name of boundNames(id))
      names.set(name, id.type === "Identifier" ? (init ?? undefined) : undefined)
}
