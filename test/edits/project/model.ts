// A project as data: what its files will say, each thing under an identity that outlives renames. It writes no file.

export type ModuleId = string
export type BindingId = string

/** What stands in a module's text and means nothing. */
export interface Style {
  readonly comments: number
  readonly blank: number
  readonly types: number
}

export interface Module {
  readonly id: ModuleId
  readonly path: string
  readonly bindings: ReadonlyArray<Binding>
  /** Bare statements: each sets an entry of one of the module's tables. */
  readonly statements: ReadonlyArray<Statement>
  /** How this module imports a binding, where not by its name. */
  readonly ways: Readonly<Record<BindingId, Way>>
  readonly style: Style
}

/** `bare`: by its name, from a path without extension. */
export type Way = "name" | "alias" | "namespace" | "barrel" | "bare"

export interface Statement {
  readonly of: BindingId
  readonly key: string
  readonly value: number
}

export interface Binding {
  readonly id: BindingId
  readonly name: string
  /** `listed`: in a list of exports at the module's end. */
  readonly exported: "no" | "named" | "listed" | "default"
  readonly body: Body
}

export type Table = ReadonlyArray<readonly [string, number]>

export type Body =
  | { readonly tag: "number"; readonly value: number }
  | { readonly tag: "table"; readonly entries: Table }
  | { readonly tag: "enum"; readonly entries: Table }
  | {
      readonly tag: "function"
      readonly terms: ReadonlyArray<Term>
      readonly local: string
      readonly isDeclaration: boolean
    }
  | { readonly tag: "class"; readonly terms: ReadonlyArray<Term>; readonly factor: number }
  /** Worked out while the module is loaded. */
  | { readonly tag: "computed"; readonly terms: ReadonlyArray<Term> }
  /** A function that counts its calls, in a `let` of its module. */
  | { readonly tag: "counter"; readonly start: number }
  /** A method that uses a field beside it, and a getter. */
  | { readonly tag: "object"; readonly factor: number; readonly terms: ReadonlyArray<Term> }
  /** Filled by a bare statement while the module is loaded. */
  | { readonly tag: "registry"; readonly terms: ReadonlyArray<Term> }
  /** A function that remembers what it gave. */
  | { readonly tag: "cache"; readonly terms: ReadonlyArray<Term> }
  /** Assigned twice while the module is loaded. */
  | { readonly tag: "settled"; readonly value: number }
  | { readonly tag: "stage"; readonly stage: StageModel }

/** Part of what a function gives: texts that are joined. Inside a function `x` is its argument. */
export type Term =
  | { readonly tag: "text"; readonly text: string }
  | { readonly tag: "sum"; readonly parts: ReadonlyArray<number> }
  | { readonly tag: "use"; readonly of: BindingId }
  | { readonly tag: "keys"; readonly of: BindingId }
  | { readonly tag: "exports"; readonly of: ModuleId }
  | { readonly tag: "package"; readonly name: string }
  | { readonly tag: "json"; readonly path: string }
  | { readonly tag: "locale"; readonly value: number }
  | { readonly tag: "hour" }

export interface StageModel {
  readonly name: string
  /** Under "" where it has but one. */
  readonly forms: Readonly<Record<string, FormModel>>
  readonly doc: string
  readonly timeout: number
  readonly retries: number
  readonly isInProcess: boolean
}

export interface FormModel {
  readonly fields: ReadonlyArray<Field>
  readonly roles: ReadonlyArray<Role>
  readonly terms: ReadonlyArray<Term>
  /** Its value is one of so many, so that changed work often gives the same bytes. */
  readonly values: number
  /** Does its work in links. */
  readonly isChain: boolean
  /** Fails, as what it is given decides. */
  readonly refuses: boolean
}

export interface Field {
  readonly name: string
  readonly type: "number" | "text" | "list" | "record" | "struct"
  readonly default?: Plain
}

export type Plain = number | string | ReadonlyArray<number> | { readonly [name: string]: number }

export interface Role {
  readonly name: string
  readonly kind: "value" | "many" | "txt" | "folder" | "group" | "settled" | "optional"
}

/** Where something is declared: "" in the experiment itself, `g7` in the body of group 7, `c8.0` in the first branch of choice 8. */
export type Place = string

export interface TaskModel {
  /** Its axis. What has a greater one stands after it. */
  readonly id: number
  readonly at: Place
  readonly stage: BindingId
  readonly form: string
  /** In the order in which they are written. */
  readonly params: ReadonlyArray<readonly [string, Given]>
  readonly inputs: ReadonlyArray<readonly [string, Wire | ReadonlyArray<readonly [string, Wire]>]>
}

export type Given =
  | { readonly plain: Plain }
  | { readonly boundTo: number }
  | { readonly experimentParam: string }
  /** Of a group over a list: the number that its item is. */
  | { readonly item: number }

export type Wire =
  | { readonly task: number }
  | { readonly file: string }
  /** Of a group over a folder or another group: what its item is. */
  | { readonly item: number }
  /** What the task gives for all items. */
  | { readonly group: number; readonly task: number }
  | { readonly choice: number }

/** Its body gives what each task that stands there itself does. */
export interface GroupModel {
  readonly id: number
  readonly at: Place
  readonly name: string
  readonly over:
    | { readonly list: number }
    | { readonly folder: string }
    | { readonly group: number; readonly task: number }
}

/** A `when` where some numbers are wanted, else a `match` of two sides: each branch gives what the last task in it does. */
export interface ChoiceModel {
  readonly id: number
  readonly at: Place
  /** The task that decides. */
  readonly on: number
  readonly wanted: ReadonlyArray<number> | undefined
}

/** What an experiment wires, of which stages. */
export interface Graph {
  readonly modules: ReadonlyArray<Module>
  /** In an order in which each follows what it takes. */
  readonly tasks: ReadonlyArray<TaskModel>
  readonly groups: ReadonlyArray<GroupModel>
  readonly choices: ReadonlyArray<ChoiceModel>
}

export interface PackageModel {
  readonly name: string
  readonly version: string
  readonly factor: number
  readonly dependencies: ReadonlyArray<string>
  /** Draws from Math.random. */
  readonly isRandom: boolean
  readonly readme: string
  /** Has copies of its own of what it depends on, of another version. */
  readonly nests: boolean
  /** Lies in packages/ of the project, as a workspace does. */
  readonly isLinked: boolean
  /** Lies where pnpm keeps what it installs, and is linked to. */
  readonly isStored: boolean
}

export interface Project extends Graph {
  readonly packages: ReadonlyArray<PackageModel>
  /** Modules in JSON: their entries, and how they are laid out. */
  readonly jsons: Readonly<Record<string, { readonly entries: Table; readonly indent: number }>>
  readonly experimentParams: Readonly<Record<string, number>>
  readonly experimentStyle: Style
  /** Time limits of stages in seconds, beside their own, and where they stand. */
  readonly limits: Readonly<Record<BindingId, number>>
  readonly limitsIn: "experiment" | "config"
  readonly files: Readonly<Record<string, string>>
  /** Files that mean nothing, or steer only how modules are found: by path. */
  readonly others: Readonly<Record<string, string>>
  readonly manifest: Readonly<Record<string, unknown>>
  readonly lockIndent: number
  readonly next: number
}

/** Each binding of a project with its module. */
export interface Found {
  readonly module: Module
  readonly binding: Binding
}

const indexes = new WeakMap<ReadonlyArray<Module>, ReadonlyMap<BindingId, Found>>()

export function bindingsOf({ modules }: Graph): ReadonlyMap<BindingId, Found> {
  const known = indexes.get(modules)
  if (known !== undefined) return known
  const made = new Map<BindingId, Found>()
  for (const module of modules)
    for (const binding of module.bindings) made.set(binding.id, { module, binding })
  indexes.set(modules, made)
  return made
}

/** The form that a task is of. */
export function formOf(graph: Graph, { stage, form }: Pick<TaskModel, "stage" | "form">): FormModel {
  const { body } = bindingsOf(graph).get(stage)!.binding
  if (body.tag !== "stage") throw new TypeError(`${stage} is no stage`)
  return body.stage.forms[form]!
}

/** The terms of a binding's body, of each form of a stage. */
export function termsOf(body: Body, form?: string): ReadonlyArray<Term> {
  if ("terms" in body) return body.terms
  if (body.tag !== "stage") return []
  const { forms } = body.stage
  return Object.entries(forms).flatMap(([name, { terms }]) =>
    form === undefined || name === form ? terms : [],
  )
}

/** Whether a binding is kept wherever its module is loaded: a bare statement works on it, or making its value changes another. */
export const isAlwaysRun = (module: Module, { body }: Binding): boolean =>
  body.tag === "registry" ||
  body.tag === "settled" ||
  (body.tag === "computed" && changesBeside(module, body.terms))

/** Whether functions of the module that these terms call keep something: what other modules' functions do is not seen. */
function changesBeside(module: Module, terms: ReadonlyArray<Term>): boolean {
  const isObject = ({ body }: Binding): boolean => body.tag === "object" || body.tag === "class"
  const seen = new Set<Binding>()
  const open = [terms]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const named = new Set(at.flatMap((term) => (term.tag === "use" ? [term.of] : [])))
    const called = module.bindings.filter(({ id }) => named.has(id))
    // A method is known by its name alone, and all of them have one name.
    const all = called.some(({ body }) => body.tag === "object")
      ? [...called, ...module.bindings.filter(isObject)]
      : called
    for (const one of all) {
      if (seen.has(one)) continue
      seen.add(one)
      if (one.body.tag === "cache" || one.body.tag === "counter") return true
      if (one.body.tag === "function" || isObject(one)) open.push(termsOf(one.body))
    }
  }
  return false
}
