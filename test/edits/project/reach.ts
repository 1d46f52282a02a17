// What a form of a stage reaches, as text: its tasks may run again when this text is another, and must not while it is the
// same. It is what the code says with all that means nothing left out. It reads no file and knows no bundler.

import { importsOf, inBarrel, jsonsOf, packagesOf } from "./imports.ts"
import {
  type Binding,
  type BindingId,
  bindingsOf,
  isAlwaysRun,
  type Module,
  type ModuleId,
  type PackageModel,
  type Project,
  type Term,
  termsOf,
} from "./model.ts"
import { binding as written } from "./write-binding.ts"
import { statement as writtenStatement } from "./write-module.ts"
import { nestedFiles, packageFiles } from "./write-packages.ts"

export function reachOf(project: Project, stage: BindingId, form: string): string {
  const reach = new Reach(project)
  reach.binding(stage, form)
  return reach.text(stage, form)
}

class Reach {
  readonly #project: Project
  readonly #bindings = new Set<BindingId>()
  /** Modules, paths of JSON modules, names of linked packages, imports of others. */
  readonly #order: Array<Module | string> = []
  readonly #seen = new Set<ModuleId>()
  readonly #jsons = new Set<string>()
  readonly #packages = new Set<string>()
  readonly #whole = new Set<ModuleId>()

  constructor(project: Project) {
    this.#project = project
  }

  binding(id: BindingId, form?: string): void {
    if (this.#bindings.has(id)) return
    this.#bindings.add(id)
    const { binding } = bindingsOf(this.#project).get(id)!
    for (const term of termsOf(binding.body, form)) this.#term(term)
  }

  #term(term: Term): void {
    if (term.tag === "use" || term.tag === "keys") this.binding(term.of)
    if (term.tag === "json") this.#jsons.add(term.path)
    if (term.tag === "package") this.#package(term.name)
    if (term.tag !== "exports") return
    this.#whole.add(term.of)
    const { bindings } = this.#project.modules.find(({ id }) => id === term.of)!
    for (const { id, exported } of bindings) if (exported !== "no") this.binding(id)
  }

  #package(name: string): void {
    if (this.#packages.has(name)) return
    this.#packages.add(name)
    const { dependencies, nests } = find(this.#project.packages, name)
    if (!nests) for (const other of dependencies) this.#package(other)
  }

  /** What is bundled, in the order in which it is run, as import statements say. */
  #visit(module: Module): void {
    if (this.#seen.has(module.id)) return
    this.#seen.add(module.id)
    for (const name of packagesOf(module)) this.#visitPackage(name)
    for (const path of jsonsOf(module)) this.#visitOther(path)
    for (const { module: target, way } of importsOf(this.#project, module)) {
      if (way === "barrel") for (const passed of inBarrel(this.#project)) this.#visit(passed)
      this.#visit(target)
    }
    this.#order.push(module)
  }

  /** A linked package is bundled like modules of the project; others are imported where each module does. */
  #visitPackage(name: string): void {
    if (find(this.#project.packages, name).isLinked) this.#visitOther(name)
    else this.#order.push(`${imported}${name}`)
  }

  #visitOther(name: string): void {
    if (!this.#order.includes(name)) this.#order.push(name)
  }

  text(stage: BindingId, form: string): string {
    this.#visit(bindingsOf(this.#project).get(stage)!.module)
    // A bare statement is run wherever its module is loaded.
    for (const each of this.#order) {
      if (typeof each === "string") continue
      for (const { of } of each.statements) this.binding(of)
      for (const one of each.bindings) if (isAlwaysRun(each, one)) this.binding(one.id)
    }
    const external = [...this.#packages].filter((name) => !find(this.#project.packages, name).isLinked)
    return [
      ...this.#order.flatMap((each) =>
        typeof each === "string" ? this.#otherLines(each) : this.#moduleLines(each, stage, form),
      ),
      ...external.sort().map((name) => JSON.stringify(this.#filesOf(name))),
    ].join("\n")
  }

  #moduleLines(each: Module, stage: BindingId, form: string): ReadonlyArray<string> {
    const own = each.bindings.filter(({ id }) => this.#bindings.has(id))
    if (own.length === 0) return []
    return [
      this.#whole.has(each.id) ? `module ${each.path}` : "module",
      // What is only run is left out where its folder is said to be without side effects.
      each.statements.length === 0 && !own.some((one) => isAlwaysRun(each, one))
        ? ""
        : (this.#project.others[manifestBeside(each)] ?? ""),
      ...own.map((one) => this.#plain(one, each, one.id === stage ? form : undefined)),
      ...each.statements.map((one) => writtenStatement(this.#project, one)),
    ]
  }

  /** Of an import, a JSON module, or of a linked package, whose name, version and other files are in no bundle. */
  #otherLines(name: string): ReadonlyArray<string> {
    if (name.startsWith(imported)) return this.#packages.has(name.slice(imported.length)) ? [name] : []
    const json = this.#project.jsons[name]
    if (json !== undefined) return this.#jsons.has(name) ? [`${name} ${JSON.stringify(json.entries)}`] : []
    if (!this.#packages.has(name)) return []
    return Object.entries(this.#filesOf(name)).flatMap(([path, text]) =>
      /\/?(index|factor)\.js$/.test(path) ? [text] : [],
    )
  }

  #filesOf(name: string): Readonly<Record<string, string>> {
    const { packages } = this.#project
    const one = find(packages, name)
    return { ...packageFiles(one), ...nestedFiles(one, packages) }
  }

  /** A default export without a name of its own is called after its file. */
  #plain(one: Binding, module: Module, form: string | undefined): string {
    const text = written(this.#project, module, one, { isPlain: true, form })
    return one.exported === "default" ? `${module.path} ${text}` : text
  }
}

/** What an import of a package begins with, in the order. */
const imported = "import "

const manifestBeside = ({ path }: Module): string => `${path.slice(0, path.indexOf("/"))}/package.json`

const find = (packages: ReadonlyArray<PackageModel>, name: string): PackageModel =>
  packages.find((each) => each.name === name)!
