// What a module binds at its top, rewritten so that the bundler drops what is not reached: each value that may have an effect
// stands in a function that is called at once and marked as pure. Statements that bind nothing are left alone: they stay.

import type {
  ClassDeclaration,
  ExportDefaultDeclaration,
  ExportNamedDeclaration,
  VariableDeclaration,
} from "acorn"
import type MagicString from "magic-string"
import { type Effects, effectsIn } from "./effects.ts"
import { isPlain } from "./purity.ts"
import {
  type AnyNode,
  awaits,
  boundNames,
  isClass,
  isFunction,
  nodesIn,
  type Pattern,
  type Program,
} from "./syntax.ts"

const open = "/* @__PURE__ */ (() => "
const close = ")()"

export function wrapBindings(program: Program, edited: MagicString): void {
  const effects = effectsIn(program)
  for (const statement of program.body) {
    switch (statement.type) {
      case "VariableDeclaration":
        wrapVariables(statement, edited, effects)
        break
      case "ClassDeclaration":
        wrapClass(statement, edited, effects)
        break
      case "ExportNamedDeclaration":
        if (statement.declaration?.type === "VariableDeclaration")
          wrapVariables(statement.declaration, edited, effects, statement)
        else if (statement.declaration?.type === "ClassDeclaration")
          wrapClass(statement.declaration, edited, effects)
        break
      case "ExportDefaultDeclaration":
        wrapDefault(statement, edited, effects)
        break
    }
  }
}

function wrapVariables(
  declaration: VariableDeclaration,
  edited: MagicString,
  effects: Effects,
  exported?: ExportNamedDeclaration,
): void {
  if (declaration.kind === "using" || declaration.kind === "await using") return
  let isSplit = false
  for (const { id, init, start, end } of declaration.declarations) {
    if (!init || awaits(init) || awaits(id) || effects.has(init)) continue
    if (id.type === "Identifier") {
      if (exported === undefined && effects.isForThem(id.name)) continue
      if (!isPlain(init)) wrapValue(init, id.name, edited)
    } else if (declaration.kind === "const" || !follow([id, init], boundNames(id))) {
      splitPattern(id, start, end, edited)
      isSplit = true
    }
  }
  if (!isSplit || exported === undefined) return
  // What a pattern is taken apart from is exported by no name.
  const names = declaration.declarations.flatMap(({ id }) => boundNames(id))
  edited.remove(exported.start, declaration.start)
  edited.appendLeft(declaration.end, `;export { ${names.join(", ")} };`)
}

/** A class without a name is called like what it is given to. */
function wrapValue(value: AnyNode, name: string, edited: MagicString): void {
  const isNamed = value.type === "ClassExpression" && !value.id && name !== "__proto__"
  edited.appendRight(value.start, isNamed ? `${open}({ ${name}: ` : `${open}(`)
  edited.prependLeft(value.end, isNamed ? ` }).${name}${close}` : `)${close}`)
}

/** `{ a, b } = f()` becomes one value that holds all parts, and a binding for each. */
function splitPattern(id: Pattern, start: number, end: number, edited: MagicString): void {
  const names = boundNames(id)
  let whole = ["parts", ...names].join("_")
  while (edited.original.includes(whole)) whole += "_"
  const parts = names.map((name, i) => `, ${name} = ${open}${whole}[${i}]${close}`)
  edited.appendRight(start, ` ${whole} = ${open}{ const `)
  edited.prependLeft(end, `; return [${names.join(", ")}] }${close}${parts.join("")}`)
}

/** A class is a binding like `let`, and called like it. Where what is evaluated with it needs the name inside, it is declared there. */
function wrapClass(declaration: ClassDeclaration, edited: MagicString, effects: Effects): void {
  const { id, start, end } = declaration
  if (isPlain(declaration) || awaits(declaration) || effects.has(declaration)) return
  if (needsItself(declaration)) {
    edited.appendRight(start, `let ${id.name} = ${open}{ `)
    edited.prependLeft(end, ` return ${id.name} }${close};`)
  } else {
    edited.appendRight(start, `let ${id.name} = ${open}({ ${id.name}: `)
    edited.remove(id.start, id.end)
    edited.prependLeft(end, ` }).${id.name}${close};`)
  }
}

/** What is evaluated with a class reaches it by its name, and its methods by `this` or `super`, which may name it in their turn. */
function needsItself({ id, body }: ClassDeclaration): boolean {
  const isItself = (node: AnyNode): boolean => node.type === "Identifier" && node.name === id.name
  const evaluated = body.body
    .filter(
      (member) => member.type === "StaticBlock" || (member.type === "PropertyDefinition" && member.static),
    )
    .flatMap((member) => [...nodesIn(member)])
  return (
    evaluated.some(isItself) ||
    (evaluated.some(({ type }) => type === "ThisExpression" || type === "Super") &&
      [...nodesIn(body)].some(isItself))
  )
}

function wrapDefault(
  { start, declaration }: ExportDefaultDeclaration,
  edited: MagicString,
  effects: Effects,
): void {
  if (declaration.type === "FunctionDeclaration" || isPlain(declaration) || awaits(declaration)) return
  if (effects.has(declaration)) return
  if (declaration.type !== "ClassDeclaration") wrapValue(declaration, "default", edited)
  else if (declaration.id === null) {
    edited.appendRight(declaration.start, `${open}({ default: `)
    edited.prependLeft(declaration.end, ` }).default${close};`)
  } else {
    edited.remove(start, declaration.start)
    wrapClass(declaration as ClassDeclaration, edited, effects)
    edited.appendLeft(declaration.end, `export { ${declaration.id.name} as default };`)
  }
}

/** Whether functions in these nodes name what may be bound again: a copy would not follow. */
const follow = (nodes: ReadonlyArray<AnyNode>, names: ReadonlyArray<string>): boolean =>
  nodes
    .flatMap((node) => [...nodesIn(node, (inner) => !isFunction(inner) && !isClass(inner))])
    .filter((node) => isFunction(node) || isClass(node))
    .some((node) =>
      [...nodesIn(node)].some((each) => each.type === "Identifier" && names.includes(each.name)),
    )
