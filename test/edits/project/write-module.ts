// A module's text. What means nothing (comments, blank lines, types, docs) is left out where a binding is written plainly.
import {
  barrelPath,
  type Import,
  importsOf,
  inBarrel,
  jsonsOf,
  namesIn,
  packagesOf,
  spaceOf,
  specifier,
} from "./imports.ts"
import {
  type Binding,
  type BindingId,
  bindingsOf,
  type Module,
  type Project,
  type Statement,
  type Style,
  termsOf,
} from "./model.ts"
import { binding, jsonName, packageName } from "./write-binding.ts"

export function moduleText(project: Project, module: Module): string {
  const { style } = module
  const listed = module.bindings.filter(({ exported }) => exported === "listed")
  const parts = [
    ...importLines(project, module),
    ...(style.types > 0
      ? [`export interface Shape${style.types} { readonly size${style.types}: number }`]
      : []),
    ...module.bindings.map((one) => binding(project, module, one, { isPlain: false })),
    ...module.statements.map((one) => statement(project, one)),
    ...(listed.length === 0 ? [] : [`export { ${listed.map(({ name }) => name).join(", ")} }`]),
  ]
  return styled(parts, style)
}

/** The parts of a text with comments and blank lines between them. */
export const styled = (parts: ReadonlyArray<string>, { comments, blank }: Style): string =>
  parts
    .map(
      (part, at) =>
        `${(at + comments) % 3 === 0 && comments > 0 ? `// remark ${comments}\n` : ""}${part}\n${"\n".repeat((at * blank) % 3)}`,
    )
    .join("")

function importLines(project: Project, module: Module): ReadonlyArray<string> {
  const terms = module.bindings.flatMap(({ body }) => termsOf(body))
  const names = namesIn(project, module)
  const stages = module.bindings.filter(({ body }) => body.tag === "stage")
  const spaces = new Set<Module>()
  const lines = importsOf(project, module).flatMap((one) => {
    if (one.way !== "namespace") return [importLine(project, module, one, names)]
    if (spaces.has(one.module)) return []
    spaces.add(one.module)
    return [
      `import * as ${spaceOf(one.module)} from ${JSON.stringify(specifier(module.path, one.module.path))}`,
    ]
  })
  const own = terms.some((term) => term.tag === "exports" && term.of === module.id)
  return [
    ...(stages.length > 0
      ? [
          `import { Schema } from "effect"`,
          `import { form, group, many, optional, settled, stage } from "refold"`,
          `import { fold, results, shown } from ${JSON.stringify(specifier(module.path, "lib/fold.ts"))}`,
        ]
      : []),
    ...packagesOf(module).map(
      (name) => `import { mix as ${packageName(name)} } from ${JSON.stringify(name)}`,
    ),
    ...jsonsOf(module).map(
      (path) => `import ${jsonName(path)} from ${JSON.stringify(specifier(module.path, path))}`,
    ),
    ...lines,
    ...(own
      ? [`import * as ${spaceOf(module)} from ${JSON.stringify(specifier(module.path, module.path))}`]
      : []),
  ]
}

function importLine(
  project: Project,
  module: Module,
  { module: target, id, way }: Import,
  names: ReadonlyMap<BindingId, string>,
): string {
  const { binding } = bindingsOf(project).get(id!)!
  const local = names.get(id!)!
  const path =
    way === "barrel" ? barrelPath : way === "bare" ? target.path.replace(/(\/index)?\.ts$/, "") : target.path
  const from = JSON.stringify(specifier(module.path, path))
  if (binding.exported === "default") return `import ${local} from ${from}`
  const name = way === "barrel" ? passedName(target, binding) : binding.name
  return `import { ${name === local ? name : `${name} as ${local}`} } from ${from}`
}

const passedName = (module: Module, { name }: Binding): string => `${name}Of${module.id}`

export const barrelText = (project: Project): string =>
  inBarrel(project)
    .flatMap((module) => {
      const named = module.bindings.filter(({ exported }) => exported === "named" || exported === "listed")
      const names = named.map((one) => `${one.name} as ${passedName(module, one)}`).join(", ")
      return named.length === 0
        ? []
        : [`export { ${names} } from ${JSON.stringify(specifier(barrelPath, module.path))}\n`]
    })
    .join("")

export const statement = (project: Project, { of, key, value }: Statement): string =>
  `${bindingsOf(project).get(of)!.binding.name}[${JSON.stringify(key)}] = ${value}`
