// Edits of what code does: constants, terms, tables, statements, JSON, a file that wins over another.

import type { Dice } from "../dice.ts"
import { drawTable, drawTerm, type Scope } from "../project/draw.ts"
import type { Binding, BindingId, Body, Module, Project, Term } from "../project/model.ts"
import { moduleText } from "../project/write-module.ts"
import {
  changeBinding,
  changeBody,
  changeForm,
  changeModule,
  type Kinds,
  ofProject,
  pickStage,
} from "./kind.ts"

/** What a binding may refer to without a circle: what stands before it. */
export function scopeBefore(project: Project, id: BindingId): Scope {
  const before: Array<Binding> = []
  const modules: Array<Module> = []
  for (const module of project.modules) {
    const own = module.bindings.findIndex((one) => one.id === id)
    if (own >= 0) {
      const named = module.bindings.slice(0, own).filter(({ exported }) => exported !== "default")
      return {
        bindings: [...before, ...named],
        modules,
        packages: project.packages,
        jsons: Object.keys(project.jsons),
      }
    }
    before.push(...module.bindings.filter(({ exported }) => exported !== "no"))
    if (module.bindings.every(({ body }) => body.tag !== "stage")) modules.push(module)
  }
  throw new Error(`there is no ${id}`)
}

function changedTerm(dice: Dice, term: Term): Term {
  if (term.tag === "text") return { ...term, text: `${dice.below(100)}` }
  if (term.tag === "sum")
    return { ...term, parts: term.parts.map((part, at) => (at === 0 ? part + 1 : part)) }
  if (term.tag === "locale") return { ...term, value: 1000.5 + dice.below(1e6) }
  return term
}

/** Another constant somewhere in it. */
function changed(dice: Dice, body: Body): Body | undefined {
  switch (body.tag) {
    case "number":
    case "settled":
      return { ...body, value: dice.below(10) }
    case "counter":
      return { ...body, start: dice.below(5) }
    case "table":
    case "enum": {
      const at = dice.below(body.entries.length)
      return {
        ...body,
        entries: body.entries.map(([key, value], i) => [key, i === at ? dice.below(10) : value] as const),
      }
    }
    case "class":
    case "object":
      return { ...body, factor: dice.below(10) }
    case "stage":
      return undefined
    default:
      return { ...body, terms: body.terms.map((term) => changedTerm(dice, term)) }
  }
}

/** One more, one less, or another one. */
function otherTerms(dice: Dice, terms: ReadonlyArray<Term>, scope: Scope): ReadonlyArray<Term> {
  const at = dice.below(terms.length + 1)
  if (at < terms.length && terms.length > 1 && dice.chance(0.5)) return terms.filter((_, i) => i !== at)
  return [...terms.slice(0, at), drawTerm(dice, scope), ...terms.slice(at)]
}

const helpersOf = ({ modules }: Project): ReadonlyArray<Binding> =>
  modules.flatMap(({ bindings }) => bindings.filter(({ body }) => body.tag !== "stage"))

export const code: Kinds = {
  "a constant of a helper": ofProject((project, dice) => {
    const one = dice.pick(helpersOf(project))
    const body = changed(dice, one.body)
    return body && changeBody(project, one.id, body)
  }),
  "a helper does otherwise": ofProject((project, dice) => {
    const one = dice.maybe(helpersOf(project).filter(({ body }) => "terms" in body))
    if (one === undefined || !("terms" in one.body)) return undefined
    const scope = { ...scopeBefore(project, one.id), isStateless: true }
    return changeBody(project, one.id, { ...one.body, terms: otherTerms(dice, one.body.terms, scope) })
  }),
  "a stage does otherwise": ofProject((project, dice) => {
    const found = pickStage(project, dice)
    if (found === undefined) return undefined
    const { terms } = found.stage.forms[found.form]!
    const scope = { ...scopeBefore(project, found.id), isStateless: true }
    return changeForm(project, found, found.form, { terms: otherTerms(dice, terms, scope) })
  }),
  "the order of a table's names": ofProject((project, dice) => {
    const tables = helpersOf(project).filter(({ body }) => body.tag === "table" || body.tag === "enum")
    const one = dice.maybe(tables)
    if (one === undefined || !("entries" in one.body)) return undefined
    return changeBody(project, one.id, { ...one.body, entries: dice.shuffled(one.body.entries) })
  }),
  "a refactor that gives the same": ofProject((project, dice) => {
    const isSum = (term: Term): boolean => term.tag === "sum"
    const one = dice.maybe(helpersOf(project).filter(({ body }) => "terms" in body && body.terms.some(isSum)))
    if (one === undefined || !("terms" in one.body)) return undefined
    const terms = one.body.terms.map((term) =>
      term.tag === "sum" ? { ...term, parts: [...term.parts, 0] } : term,
    )
    return changeBody(project, one.id, { ...one.body, terms })
  }),
  "a bare statement": ofProject((project, dice) => {
    const module = dice.pick(project.modules)
    if (module.statements.length > 0 && dice.chance(0.5))
      return changeModule(project, module.id, (module) => ({
        ...module,
        statements: module.statements.slice(1),
      }))
    const table = dice.maybe(module.bindings.filter(({ body }) => body.tag === "table"))
    if (table === undefined) return undefined
    const added = { of: table.id, key: dice.pick(["late", "red"]), value: dice.below(10) }
    return changeModule(project, module.id, (module) => ({
      ...module,
      statements: [...module.statements, added],
    }))
  }),
  "a function written in another way": ofProject((project, dice) => {
    const one = dice.maybe(helpersOf(project).filter(({ body }) => body.tag === "function"))
    if (one?.body.tag !== "function") return undefined
    return changeBody(project, one.id, { ...one.body, isDeclaration: !one.body.isDeclaration })
  }),
  "exported, or no more": ofProject((project, dice) => {
    const module = dice.maybe(
      project.modules.filter(({ bindings }) => bindings.some(({ body }) => body.tag === "stage")),
    )
    const one = dice.maybe(module?.bindings.filter(({ body }) => body.tag !== "stage") ?? [])
    if (one === undefined || one.exported === "default") return undefined
    const isUsed = project.modules.some(
      ({ id, bindings }) => id !== module!.id && JSON.stringify(bindings).includes(JSON.stringify(one.id)),
    )
    if (isUsed) return undefined
    return changeBinding(project, one.id, (one) => ({
      ...one,
      exported: one.exported === "no" ? "named" : "no",
    }))
  }),
  "an entry of a JSON module": ofProject((project, dice) => {
    const [path, module] = dice.pick(Object.entries(project.jsons))
    return { ...project, jsons: { ...project.jsons, [path]: { ...module, entries: drawTable(dice) } } }
  }),
  "a JSON module laid out otherwise": ofProject((project, dice) => {
    const [path, module] = dice.pick(Object.entries(project.jsons))
    return { ...project, jsons: { ...project.jsons, [path]: { ...module, indent: (module.indent + 1) % 4 } } }
  }),
  "a new file that wins over a folder's": ofProject((project, dice) => {
    const module = dice.maybe(project.modules.filter(({ path }) => path.endsWith("/index.ts")))
    if (module === undefined) return undefined
    const path = module.path.replace("/index.ts", ".ts")
    const one = dice.pick(module.bindings)
    const body = changed(dice, one.body)
    const left = { ...project.others, [module.path]: moduleText(project, module) }
    const moved = changeModule({ ...project, others: left }, module.id, (module) => ({ ...module, path }))
    return body === undefined ? moved : changeBody(moved, one.id, body)
  }),
}
