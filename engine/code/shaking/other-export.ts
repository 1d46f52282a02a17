// What a module exports under a name in place of a stage, as far as its text tells: a stage that is not exported is refused before
// anything runs. What the text does not tell may be the stage.
import { declaredBy, declaringNames, textOf } from "./definitions.ts"
import { type AnyNode, isClass, isFunction, nameOf, type Program } from "./syntax.ts"

/** Functions of "refold" that make stages which have a bundle. */
const making = new Set(["stage", "recorded"])

/** @returns what the export is, for people: "an experiment"; undefined where it is the stage, or may be */
export function otherExport(program: Program, name: string, stage: string): string | undefined {
  const given = exportedAs(program, name)
  return given === undefined ? undefined : otherThan(program, given, stage, new Set())
}

/** The expression or declaration behind an export; the statement for what is handed on from another module. */
function exportedAs(program: Program, name: string): AnyNode | undefined {
  for (const statement of program.body) {
    if (statement.type === "ExportDefaultDeclaration" && name === "default") return statement.declaration
    if (statement.type !== "ExportNamedDeclaration") continue
    const listed = statement.specifiers.find(({ exported }) => nameOf(exported) === name)
    if (listed !== undefined) return statement.source ? statement : listed.local
  }
  return constants(program).get(name)
}

/** What the names at a module's top stand for, which nothing changes: constants, functions, classes and imports. */
function constants(program: Program): ReadonlyMap<string, AnyNode> {
  const found = new Map<string, AnyNode>()
  for (const statement of program.body) {
    const declared = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement
    if (declared?.type === "ImportDeclaration")
      for (const { local } of declared.specifiers) found.set(local.name, declared)
    else if (declared?.type === "FunctionDeclaration" || declared?.type === "ClassDeclaration")
      found.set(declared.id.name, declared)
    else if (declared?.type === "VariableDeclaration" && declared.kind === "const")
      for (const { id, init } of declared.declarations)
        if (id.type === "Identifier" && init) found.set(id.name, init)
  }
  return found
}

function otherThan(program: Program, given: AnyNode, stage: string, seen: Set<AnyNode>): string | undefined {
  if (seen.has(given)) return undefined
  seen.add(given)
  if (isFunction(given)) return "a function"
  if (isClass(given)) return "a class"
  switch (given.type) {
    case "Identifier": {
      const meant = constants(program).get(given.name)
      return meant === undefined ? undefined : otherThan(program, meant, stage, seen)
    }
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
      return "another module's"
    case "Literal":
    case "TemplateLiteral":
    case "ObjectExpression":
    case "ArrayExpression":
      return "a value"
    case "CallExpression": {
      const maker = declaredBy(given, declaringNames(program))
      if (maker === undefined) return undefined
      if (!making.has(maker)) return maker === "experiment" ? "the experiment" : `what ${maker} gives`
      const name = textOf(given.arguments[0])
      return name === undefined || name === stage ? undefined : `the stage "${name}"`
    }
    default:
      return undefined
  }
}
