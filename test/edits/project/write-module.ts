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
  type Table,
  type Term,
  termsOf,
} from "./model.ts"
import { stageText } from "./write-stage.ts"

export interface Manner {
  /** Without what means nothing, each thing called as its module declares it. */
  readonly isPlain: boolean
  /** Of a stage, the one form that is written. */
  readonly form?: string | undefined
}

/** What the text of a binding is made of. */
export interface Writing {
  readonly project: Project
  readonly module: Module
  readonly nameOf: (id: BindingId) => string
  readonly isPlain: boolean
  readonly isTyped: boolean
}

export function moduleText(project: Project, module: Module): string {
  const { style } = module
  const parts = [
    ...importLines(project, module),
    ...(style.types > 0
      ? [`export interface Shape${style.types} { readonly size${style.types}: number }`]
      : []),
    ...module.bindings.map((one) => binding(project, module, one, { isPlain: false })),
    ...module.statements.map((one) => statement(project, one)),
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
          `import { form, many, stage } from "refold"`,
          `import { fold, shown } from ${JSON.stringify(specifier(module.path, "lib/fold.ts"))}`,
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
      const named = module.bindings.filter(({ exported }) => exported === "named")
      const names = named.map((one) => `${one.name} as ${passedName(module, one)}`).join(", ")
      return named.length === 0
        ? []
        : [`export { ${names} } from ${JSON.stringify(specifier(barrelPath, module.path))}\n`]
    })
    .join("")

export const statement = (project: Project, { of, key, value }: Statement): string =>
  `${bindingsOf(project).get(of)!.binding.name}[${JSON.stringify(key)}] = ${value}`

const jsonName = (path: string): string => `json${path.replace(/\W/g, "")}`
const packageName = (name: string): string => `mix${name.replace(/\W/g, "")}`

export function binding(project: Project, module: Module, one: Binding, manner: Manner): string {
  const names = namesIn(project, module)
  const plainName = (id: BindingId): string => {
    const { module, binding } = bindingsOf(project).get(id)!
    return binding.exported === "default" ? `default of ${module.path}` : binding.name
  }
  const { isPlain, form } = manner
  const writing: Writing = {
    project,
    module,
    nameOf: isPlain ? plainName : (id) => names.get(id)!,
    isPlain,
    isTyped: !isPlain && module.style.types % 2 === 1,
  }
  const text = declaration(one, writing, form)
  return isPlain || one.exported !== "named" ? text : `export ${text}`
}

function declaration(one: Binding, writing: Writing, form: string | undefined): string {
  const { name, body, exported } = one
  const typed = (type: string): string => (writing.isTyped ? `: ${type}` : "")
  switch (body.tag) {
    case "number":
      return `const ${name}${typed("number")} = ${body.value}`
    case "table":
      return `const ${name}${typed("Record<string, number>")} = ${tableText(body.entries)}`
    case "enum":
      return `enum ${name} { ${body.entries.map(([key, value]) => `${key} = ${value}`).join(", ")} }`
    case "computed":
      return `const ${name}${typed("string")} = ${joined(body.terms, `"start"`, writing)}`
    case "class":
      return `class ${name} { static readonly factor = ${body.factor}; of(x: string)${typed("string")} { return ${name}.factor + ${joined(body.terms, "x", writing)} } }`
    case "counter":
      return counterText(one, body.start)
    case "function":
      return functionText(one, exported === "default" && !writing.isPlain, writing)
    case "stage":
      return `const ${name} = ${stageText(body.stage, writing, form)}`
  }
}

const counterText = ({ name }: Binding, start: number): string =>
  `function ${name}() { calls${name} += 1; return calls${name} }\nlet calls${name} = ${start}`

function functionText({ name, body }: Binding, isDefault: boolean, writing: Writing): string {
  if (body.tag !== "function") throw new TypeError(`${name} is no function`)
  const { terms, local, isDeclaration } = body
  const typed = writing.isTyped ? ": string" : ""
  const block = `{ const ${local}${typed} = \`\${x}-\`; return ${joined(terms, local, writing)} }`
  if (isDefault)
    return isDeclaration
      ? `export default function (x: string)${typed} ${block}`
      : `export default (x: string)${typed} => ${block}`
  return isDeclaration
    ? `function ${name}(x: string)${typed} ${block}`
    : `const ${name} = (x: string)${typed} => ${block}`
}

export const tableText = (entries: Table): string =>
  `{ ${entries.map(([key, value]) => `${key}: ${value}`).join(", ")} }`

/** @param x what functions are called with */
export const joined = (terms: ReadonlyArray<Term>, x: string, writing: Writing): string =>
  `[${[x, ...terms.map((term) => termText(term, x, writing))].join(", ")}].join("|")`

function termText(term: Term, x: string, { project, nameOf }: Writing): string {
  switch (term.tag) {
    case "text":
      return JSON.stringify(term.text)
    case "sum":
      return `String(${term.parts.join(" + ")})`
    case "use":
      return useText(bindingsOf(project).get(term.of)!.binding, nameOf(term.of), x)
    case "keys":
      return `Object.keys(${nameOf(term.of)}).join()`
    case "exports":
      return `Object.keys(all${term.of}).sort().join()`
    case "package":
      return `${packageName(term.name)}(${x})`
    case "json":
      return `JSON.stringify(${jsonName(term.path)})`
    case "locale":
      return `(${term.value}).toLocaleString()`
    case "hour":
      return `String(new Date(86400000).getHours())`
  }
}

function useText({ body }: Binding, name: string, x: string): string {
  switch (body.tag) {
    case "number":
      return `String(${name})`
    case "table":
      return `JSON.stringify(${name})`
    case "enum":
      return `String(${name}.${body.entries[0]![0]})`
    case "computed":
      return name
    case "class":
      return `new ${name}().of(${x})`
    case "counter":
      return `String(${name}())`
    default:
      return `${name}(${x})`
  }
}
