// Imports as the bundler can shake them: of each name of `effect` on its own, and of a package for its effects alone marked as such.
import type { ExportNamedDeclaration, ImportDeclaration } from "acorn"
import type MagicString from "magic-string"
import { type AnyNode, nameOf, type Program } from "./syntax.ts"

/** Stands before the path to a part of `effect`: `effect:Schema/Struct`. */
export const effectPart = "effect:"
/** Stands before a package that a module imports for what it does when it is loaded. */
export const forEffects = "for-effects:"

export function markImports(program: Program, edited: MagicString): void {
  for (const statement of program.body) {
    if (statement.type === "ImportDeclaration") markImport(statement, edited)
    else if (statement.type === "ExportNamedDeclaration" && statement.source) markExport(statement, edited)
    else if (statement.type === "ExportAllDeclaration" && statement.exported) {
      const path = effectPath(statement.source)
      if (path !== undefined)
        edited.overwrite(
          statement.start,
          statement.end,
          `export { default as ${writtenName(statement.exported)} } from ${JSON.stringify(path)};`,
        )
    }
  }
}

function markImport({ start, end, source, specifiers }: ImportDeclaration, edited: MagicString): void {
  const path = effectPath(source)
  const name = String(source.value)
  if (path === undefined) {
    if (specifiers.length === 0 && !/^([./]|refold(\/|$))/.test(name))
      edited.overwrite(source.start, source.end, JSON.stringify(forEffects + name))
    return
  }
  const parts = specifiers.map((each) => {
    const part = each.type === "ImportSpecifier" ? partOf(path, each.imported) : path
    return `import ${each.local.name} from ${JSON.stringify(part)};`
  })
  edited.overwrite(start, end, parts.join(" ") || ";")
}

function markExport({ start, end, source, specifiers }: ExportNamedDeclaration, edited: MagicString): void {
  const path = effectPath(source!)
  if (path === undefined) return
  const parts = specifiers.map(
    ({ local, exported }) =>
      `export { default as ${writtenName(exported)} } from ${JSON.stringify(partOf(path, local))};`,
  )
  edited.overwrite(start, end, parts.join(" ") || ";")
}

/** `effect/Schema` → `effect:Schema`; undefined for what is no part of it. */
function effectPath(source: AnyNode): string | undefined {
  const name = nameOf(source)
  return name === "effect" || name.startsWith("effect/")
    ? effectPart + name.slice("effect/".length)
    : undefined
}

const partOf = (path: string, name: AnyNode): string =>
  nameOf(name) === "default" ? path : `${path}${path === effectPart ? "" : "/"}${nameOf(name)}`

const writtenName = (name: AnyNode): string =>
  name.type === "Identifier" ? name.name : JSON.stringify(nameOf(name))
