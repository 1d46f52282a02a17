// Imports as the bundler can shake them: of each name of `effect` and of `refold/…` on its own, and of a package for its effects alone
// marked as such.
import type { ExportNamedDeclaration, ExportSpecifier, ImportDeclaration, Literal } from "acorn"
import type MagicString from "magic-string"
import { type AnyNode, nameOf, type Program } from "./syntax.ts"

/** Stands before the path to a part of `effect`: `effect:Schema/Struct`. */
export const effectPart = "effect:"
/** Stands before an entry of the engine's package and a name that it exports: `refold-part:ml/kFold`. */
export const entryPart = "refold-part:"
/** Stands before a package that a module imports for what it does when it is loaded. */
export const forEffects = "for-effects:"

export function markImports(program: Program, edited: MagicString): void {
  for (const statement of program.body) {
    if (entryOf(statement) !== undefined) continue
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

/** The entry whose names a statement imports or hands on. */
function entryOf(statement: AnyNode): string | undefined {
  const { source } = statement as { readonly source?: Literal | null }
  const name = statement.type === "ExportAllDeclaration" ? "" : String(source?.value ?? "")
  return name.startsWith("refold/") ? name : undefined
}

/** Each name that is imported from `refold/…`, or handed on, on its own; all of an entry is what it is. */
export function markEntries(program: Program, edited: MagicString): void {
  for (const statement of program.body) {
    const entry = entryOf(statement)
    const { specifiers } = statement as ImportDeclaration | ExportNamedDeclaration
    if (entry === undefined || specifiers.length === 0) continue
    const parts = specifiers.map((each) => partOfEntry(each, entry))
    edited.overwrite(statement.start, statement.end, parts.join(" "))
  }
}

function partOfEntry(each: ImportDeclaration["specifiers"][number] | ExportSpecifier, entry: string): string {
  if (each.type === "ImportNamespaceSpecifier")
    return `import * as ${each.local.name} from ${JSON.stringify(entry)};`
  const name =
    each.type === "ImportDefaultSpecifier"
      ? "default"
      : nameOf(each.type === "ImportSpecifier" ? each.imported : each.local)
  const from = JSON.stringify(`${entryPart}${entry.slice("refold/".length)}/${name}`)
  return each.type === "ExportSpecifier"
    ? `export { ${JSON.stringify(name)} as ${writtenName(each.exported)} } from ${from};`
    : `import { ${JSON.stringify(name)} as ${each.local.name} } from ${from};`
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
