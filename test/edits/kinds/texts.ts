// Edits after which a project says the same: comments, types, names, files that are called otherwise, what nobody imports.
import { drawBody, drawModule, drawWay } from "../project/draw.ts"
import {
  type Binding,
  type Module,
  type Project,
  type StageModel,
  type Style,
  termsOf,
} from "../project/model.ts"
import { changeBinding, changeModule, changeStage, type Kinds, ofProject, pickStage } from "./kind.ts"

const restyled = (change: (style: Style) => Style) =>
  ofProject((project, dice) => {
    if (dice.chance(0.1)) return { ...project, experimentStyle: change(project.experimentStyle) }
    return changeModule(project, dice.pick(project.modules).id, (module) => ({
      ...module,
      style: change(module.style),
    }))
  })

const isHelper = ({ body }: Binding): boolean => body.tag !== "stage"

/** What its own module can use. */
const isNamed = (one: Binding): boolean => isHelper(one) && one.exported !== "default"

const helpersOf = ({ modules }: Project) =>
  modules.flatMap((module) => module.bindings.filter(isHelper).map((binding) => ({ module, binding })))

/** Whether nothing refers to a binding. */
function isUnused({ modules }: Project, { id }: Binding, module: Module): boolean {
  if (module.statements.some(({ of }) => of === id)) return false
  const terms = modules.flatMap(({ bindings }) => bindings.flatMap(({ body }) => termsOf(body)))
  return terms.every((term) => !((term.tag === "use" || term.tag === "keys") && term.of === id))
}

/** A name that a module has not. */
const freeName = (names: ReadonlyArray<string>, wanted: string): string =>
  names.includes(wanted) ? freeName(names, `${wanted}1`) : wanted

export const texts: Kinds = {
  "a comment": restyled((style) => ({ ...style, comments: style.comments + 1 })),
  "white space": restyled((style) => ({ ...style, blank: style.blank + 1 })),
  "a type": restyled((style) => ({ ...style, types: style.types + 1 })),
  "a local renamed": ofProject((project, dice) => {
    const found = dice.maybe(helpersOf(project).filter(({ binding }) => binding.body.tag === "function"))
    if (found?.binding.body.tag !== "function") return undefined
    const body = { ...found.binding.body, local: `held${dice.below(100)}` }
    return changeBinding(project, found.binding.id, (one) => ({ ...one, body }))
  }),
  "a helper renamed": ofProject((project, dice) => {
    const found = dice.maybe(helpersOf(project))
    if (found === undefined) return undefined
    const name = freeName(
      found.module.bindings.map((one) => one.name),
      dice.pick(["scale", "shift", "other", "named"]),
    )
    return changeBinding(project, found.binding.id, (one) => ({ ...one, name }))
  }),
  "a file renamed": ofProject((project, dice) => {
    const { id, path } = dice.pick(project.modules)
    if (path.endsWith("/index.ts")) return undefined
    const folder = dice.pick([path.slice(0, path.lastIndexOf("/")), `${path.split("/")[0]}/moved`])
    const renamed = `${folder}/file${project.next}.ts`
    return changeModule({ ...project, next: project.next + 1 }, id, (module) => ({
      ...module,
      path: renamed,
    }))
  }),
  "an unused export added": ofProject((project, dice) => {
    const module = dice.pick(project.modules)
    const name = freeName(
      module.bindings.map((one) => one.name),
      dice.pick(["scale", "shift", "extra"]),
    )
    const scope = {
      bindings: module.bindings.filter(isNamed),
      modules: [],
      packages: project.packages,
      jsons: [],
    }
    const added: Binding = {
      id: `${module.id}.n${project.next}`,
      name,
      exported: "named",
      body: drawBody(dice, scope),
    }
    return changeModule({ ...project, next: project.next + 1 }, module.id, (module) => ({
      ...module,
      bindings: dice.chance(0.5)
        ? [...module.bindings, added]
        : [...module.bindings.slice(0, -1), added, module.bindings.at(-1)!],
    }))
  }),
  "an unused export removed": ofProject((project, dice) => {
    const found = dice.maybe(
      helpersOf(project).filter(({ module, binding }) => isUnused(project, binding, module)),
    )
    if (found === undefined) return undefined
    return changeModule(project, found.module.id, (module) => ({
      ...module,
      bindings: module.bindings.filter(({ id }) => id !== found.binding.id),
    }))
  }),
  "imported in another way": ofProject((project, dice) => {
    const module = dice.pick(project.modules)
    const used = module.bindings.flatMap(({ body }) =>
      termsOf(body).flatMap((term) => (term.tag === "use" || term.tag === "keys" ? [term.of] : [])),
    )
    const one = dice.maybe(used)
    if (one === undefined) return undefined
    return changeModule(project, module.id, (module) => ({
      ...module,
      ways: { ...module.ways, [one]: drawWay(dice) },
    }))
  }),
  "exported in a list, or where it stands": ofProject((project, dice) => {
    const found = dice.maybe(
      helpersOf(project).filter(
        ({ binding }) => binding.exported === "named" || binding.exported === "listed",
      ),
    )
    if (found === undefined) return undefined
    const exported = found.binding.exported === "named" ? "listed" : "named"
    return changeBinding(project, found.binding.id, (one) => ({ ...one, exported }))
  }),
  "a module that nobody imports": ofProject((project, dice) => {
    const module = drawModule(dice, `${project.next}`, `lib/new${project.next}.ts`, {
      bindings: [],
      modules: [],
      packages: project.packages,
      jsons: Object.keys(project.jsons),
    })
    return { ...project, next: project.next + 1, modules: [...project.modules, module] }
  }),
  "code moved to a file of its own": ofProject((project, dice) => {
    const movable = helpersOf(project).filter(
      ({ module, binding }) =>
        binding.exported === "named" &&
        module.statements.every(({ of }) => of !== binding.id) &&
        termsOf(binding.body).every(
          (term) => !("of" in term) || module.bindings.every(({ id }) => id !== term.of),
        ),
    )
    const found = dice.maybe(movable)
    if (found === undefined) return undefined
    const { module, binding } = found
    const { next } = project
    const own: Module = {
      ...module,
      id: `${next}`,
      path: `lib/part${next}.ts`,
      bindings: [binding],
      statements: [],
    }
    const left = changeModule(project, module.id, (module) => ({
      ...module,
      bindings: module.bindings.filter((one) => one !== binding),
    }))
    return { ...left, next: next + 1, modules: [own, ...left.modules] }
  }),
  "a stage's doc": ofProject((project, dice) => {
    const found = pickStage(project, dice)
    return found && changeStage(project, found, { doc: `Makes it ${dice.below(1000)}` })
  }),
  "a time limit": ofProject((project, dice) => {
    const found = pickStage(project, dice)
    return found && changeStage(project, found, { timeout: 60 + dice.below(100) })
  }),
  "a time limit beside the stage": ofProject((project, dice) => {
    const found = pickStage(project, dice, ({ id }) => project.tasks.some(({ stage }) => stage === id))
    if (found === undefined) return undefined
    const limits = { ...project.limits, [found.id]: 60 + dice.below(100) }
    return { ...project, limits, limitsIn: dice.pick(["experiment", "config"] as const) }
  }),
  retries: ofProject((project, dice) => {
    const canFail = ({ forms }: StageModel): boolean => Object.values(forms).some(({ refuses }) => refuses)
    const found = pickStage(project, dice, ({ stage }) => !canFail(stage)) // it would wait in vain
    return found && changeStage(project, found, { retries: dice.below(4) })
  }),
  "package.json": ofProject((project, dice) => {
    const { type, ...rest } = project.manifest
    const turn = dice.below(3)
    if (turn === 0)
      return { ...project, manifest: { ...project.manifest, version: `0.0.${dice.below(100)}` } }
    if (turn === 1) return { ...project, manifest: type === undefined ? { ...rest, type: "module" } : rest }
    return { ...project, manifest: { ...project.manifest, scripts: { note: `echo ${dice.below(100)}` } } }
  }),
  "tsconfig.json": ofProject((project, dice) => ({
    ...project,
    others: {
      ...project.others,
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          target: dice.pick(["ES5", "ES2020", "ESNext"]),
          useDefineForClassFields: dice.chance(0.5),
          verbatimModuleSyntax: dice.chance(0.5),
        },
      }),
    },
  })),
  "a nested package.json that says sideEffects": ofProject((project, dice) => ({
    ...project,
    others: {
      ...project.others,
      "lib/package.json": JSON.stringify({ type: "module", sideEffects: dice.chance(0.5) }),
    },
  })),
}
