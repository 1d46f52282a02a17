// What a module imports, and what it calls each thing: no text but names and paths.
import { posix } from "node:path"
import {
  type BindingId,
  bindingsOf,
  type Module,
  type Project,
  type Term,
  termsOf,
  type Way,
} from "./model.ts"

/** An imported binding, or a module as a whole. */
export interface Import {
  readonly module: Module
  readonly id: BindingId | undefined
  readonly way: Way
}

export const barrelPath = "lib/index.ts"

/** The modules whose exports the barrel passes on: those that declare no stage, and import nothing through it. */
export const inBarrel = ({ modules }: Project): ReadonlyArray<Module> =>
  modules.filter(({ bindings }) => bindings.every(({ body }) => body.tag !== "stage"))

export const usesBarrel = (project: Project): boolean =>
  project.modules.some((module) => importsOf(project, module).some(({ way }) => way === "barrel"))

/** Every term of a module, whoever's. */
const allTerms = ({ bindings }: Module): ReadonlyArray<Term> => bindings.flatMap(({ body }) => termsOf(body))

const sorted = (names: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(names)].sort()

export const packagesOf = (module: Module): ReadonlyArray<string> =>
  sorted(allTerms(module).flatMap((term) => (term.tag === "package" ? [term.name] : [])))

export const jsonsOf = (module: Module): ReadonlyArray<string> =>
  sorted(allTerms(module).flatMap((term) => (term.tag === "json" ? [term.path] : [])))

/** In the order in which a module names them: by path, then by name. */
export function importsOf(project: Project, module: Module): ReadonlyArray<Import> {
  const known = bindingsOf(project)
  const found = new Map<string, Import>()
  for (const term of allTerms(module)) {
    if (term.tag === "exports") {
      const target = project.modules.find(({ id }) => id === term.of)!
      if (target !== module) found.set(`*${term.of}`, { module: target, id: undefined, way: "namespace" })
    }
    if (term.tag !== "use" && term.tag !== "keys") continue
    const target = known.get(term.of)!
    if (target.module !== module)
      found.set(term.of, { module: target.module, id: term.of, way: wayOf(module, target, project) })
  }
  const order = ({ module: { id }, id: binding = "" }: Import): string => `${id.padStart(4)} ${binding}`
  return [...found.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

/** A way that there is: a default export has no other name, and what declares stages passes nothing on. */
function wayOf(
  module: Module,
  { module: target, binding }: { module: Module; binding: { id: BindingId; exported: string } },
  project: Project,
): Way {
  const way = module.ways[binding.id] ?? "name"
  if (binding.exported === "default" && way !== "bare") return "name"
  if (way !== "barrel") return way
  const isPassable = inBarrel(project).includes(target) && !inBarrel(project).includes(module)
  return isPassable ? "barrel" : "name"
}

/** What a module calls each thing that it uses. */
export function namesIn(project: Project, module: Module): ReadonlyMap<BindingId, string> {
  const known = bindingsOf(project)
  const names = new Map(module.bindings.map(({ id, name }) => [id, name]))
  const taken = new Set(names.values())
  for (const { module: target, id, way } of importsOf(project, module)) {
    if (id === undefined) continue
    const { binding } = known.get(id)!
    if (way === "namespace") names.set(id, `${spaceOf(target)}.${binding.name}`)
    else {
      let name = way === "alias" ? `${binding.name}Alias` : binding.name
      while (taken.has(name)) name += "Too"
      taken.add(name)
      names.set(id, name)
    }
  }
  return names
}

export const spaceOf = ({ id }: Module): string => `all${id}`

/** A path as one module imports another. */
export function specifier(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to)
  return path.startsWith(".") ? path : `./${path}`
}
