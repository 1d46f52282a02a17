// A binding's text. What means nothing (types, docs, policy) is left out where it is written plainly.
import { namesIn } from "./imports.ts"
import {
  type Binding,
  type BindingId,
  bindingsOf,
  type Module,
  type Project,
  type Table,
  type Term,
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
    case "object":
      return `const ${name} = { factor: ${body.factor}, of(x: string)${typed("string")} { return ${joined(body.terms, "x", writing)} + this.factor }, get size()${typed("number")} { return this.factor + 1 } }`
    case "registry":
      return `const ${name}${typed("Map<string, string>")} = new Map()\n${name}.set("made", ${joined(body.terms, `"start"`, writing)})`
    case "cache":
      return `function ${name}(x: string)${typed("string")} { kept${name}[x] ??= ${joined(body.terms, "x", writing)}; return kept${name}[x] }\nconst kept${name} = {}`
    case "settled":
      return `let ${name}${typed("number")} = ${body.value}\n${name} = ${name} * 2 + 1`
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
    case "settled":
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
    case "object":
      return `${name}.of(${x}), String(${name}.size)`
    case "registry":
      return `${name}.get("made")`
    default:
      return `${name}(${x})`
  }
}

export const jsonName = (path: string): string => `json${path.replace(/\W/g, "")}`
export const packageName = (name: string): string => `mix${name.replace(/\W/g, "")}`
