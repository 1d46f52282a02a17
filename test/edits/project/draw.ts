// Random projects: modules of helpers, stages in a few modules, packages, data, and an experiment that wires tasks.
import type { Dice } from "../dice.ts"
import { drawGraph } from "./draw-graph.ts"
import { drawStage, particularStages } from "./draw-stages.ts"
import {
  type Binding,
  type Body,
  type Module,
  type PackageModel,
  type Project,
  type Style,
  type Table,
  type Term,
  termsOf,
  type Way,
} from "./model.ts"

/** Few, so that modules often call different things by one name. */
const names = ["scale", "shift", "blend", "rows", "total", "pick"]
const keys = ["red", "green", "blue", "ten", "b", "a"]
const stageNames = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]

export const plainStyle: Style = { comments: 0, blank: 0, types: 0 }

export const drawTable = (dice: Dice): Table =>
  dice
    .shuffled(keys)
    .slice(0, dice.between(1, 4))
    .map((key) => [key, dice.below(10)] as const)

/** What terms can refer to. */
export interface Scope {
  readonly bindings: ReadonlyArray<Binding>
  /** Modules that hold nothing but helpers. */
  readonly modules: ReadonlyArray<Module>
  readonly packages: ReadonlyArray<PackageModel>
  readonly jsons: ReadonlyArray<string>
  /** Whether it must not count calls: what is done in links that are kept must not. */
  readonly isStateless?: boolean
}

/** Whether a binding counts calls, itself or by what it uses. */
function isCounting({ body }: Binding, bindings: ReadonlyArray<Binding>): boolean {
  if (body.tag === "counter") return true
  return termsOf(body).some((term) => {
    const used = term.tag === "use" ? bindings.find(({ id }) => id === term.of) : undefined
    return used !== undefined && isCounting(used, bindings)
  })
}

const isTable = ({ body }: Binding): boolean => body.tag === "table" || body.tag === "enum"

export function drawTerm(dice: Dice, scope: Scope): Term {
  const uses = scope.bindings.filter(
    (one) => one.body.tag !== "stage" && !(scope.isStateless && isCounting(one, scope.bindings)),
  )
  const turn = dice.below(20)
  const used = dice.maybe(uses)
  if (turn < 10 && used !== undefined) return { tag: "use", of: used.id }
  const table = dice.maybe(uses.filter(isTable))
  if (turn === 10 && table !== undefined) return { tag: "keys", of: table.id }
  const whole = dice.maybe(scope.modules)
  if (turn === 11 && whole !== undefined && dice.chance(0.5)) return { tag: "exports", of: whole.id }
  const imported = dice.maybe(scope.packages)
  if (turn < 15 && turn > 11 && imported !== undefined) return { tag: "package", name: imported.name }
  const json = dice.maybe(scope.jsons)
  if (turn === 15 && json !== undefined) return { tag: "json", path: json }
  if (turn === 16) return { tag: "locale", value: 1000.5 + dice.below(1e6) }
  if (turn === 17) return { tag: "hour" }
  if (turn === 18) return { tag: "sum", parts: dice.times(1, 3, () => dice.below(9)) }
  return { tag: "text", text: `${dice.below(100)}` }
}

export const drawTerms = (dice: Dice, scope: Scope): ReadonlyArray<Term> =>
  dice.times(1, 4, () => drawTerm(dice, scope))

export function drawBody(dice: Dice, scope: Scope): Body {
  const turn = dice.below(16)
  if (turn < 2) return { tag: "number", value: dice.below(10) }
  if (turn < 4) return { tag: "table", entries: drawTable(dice) }
  if (turn === 4) return { tag: "enum", entries: drawTable(dice) }
  if (turn === 5) return { tag: "class", factor: dice.below(10), terms: drawTerms(dice, scope) }
  if (turn === 7) return { tag: "counter", start: dice.below(5) }
  if (turn === 8) return { tag: "object", factor: dice.below(10), terms: drawTerms(dice, scope) }
  if (turn === 9) return { tag: "registry", terms: drawTerms(dice, { ...scope, isStateless: true }) }
  if (turn === 10) return { tag: "cache", terms: drawTerms(dice, { ...scope, isStateless: true }) }
  if (turn === 11) return { tag: "settled", value: dice.below(10) }
  if (turn === 6) return { tag: "computed", terms: drawTerms(dice, { ...scope, isStateless: true }) }
  return {
    tag: "function",
    local: dice.pick(["held", "kept", "part"]),
    isDeclaration: dice.chance(0.5),
    terms: drawTerms(dice, scope),
  }
}

export const drawStyle = (dice: Dice): Style => ({
  comments: dice.below(4),
  blank: dice.below(3),
  types: dice.below(3),
})

export const drawWay = (dice: Dice): Way =>
  dice.pick(["name", "name", "alias", "namespace", "barrel", "bare"] as const)

/** Each binding may use those before it. */
export function drawModule(dice: Dice, id: string, path: string, scope: Scope): Module {
  const bindings: Array<Binding> = []
  for (const name of dice.shuffled(names).slice(0, dice.between(2, 4))) {
    const named = bindings.filter(({ exported }) => exported !== "default") // it has no name in its own module
    const visible = { ...scope, bindings: [...scope.bindings, ...named] }
    const body = drawBody(dice, visible)
    const canBeDefault = body.tag === "function" && bindings.every(({ exported }) => exported !== "default")
    const exported =
      canBeDefault && dice.chance(0.3) ? "default" : dice.pick(["named", "named", "listed"] as const)
    bindings.push({ id: `${id}.${name}`, name, exported, body })
  }
  const table = bindings.find(({ body }) => body.tag === "table")
  const statements =
    table !== undefined && dice.chance(0.3) ? [{ of: table.id, key: "late", value: dice.below(10) }] : []
  const ways = Object.fromEntries(
    scope.bindings.filter(() => dice.chance(0.6)).map(({ id }) => [id, drawWay(dice)]),
  )
  return { id, path, bindings, statements, ways, style: drawStyle(dice) }
}

const isVisible = ({ exported }: Binding): boolean => exported !== "no"

export function drawProject(dice: Dice): Project {
  const packages = drawPackages(dice)
  const jsons = { "lib/data.json": { entries: drawTable(dice), indent: 2 } }
  const modules: Array<Module> = []
  const scope = (): Scope => ({
    packages,
    jsons: Object.keys(jsons),
    modules,
    bindings: modules.flatMap(({ bindings }) => bindings.filter(isVisible)),
  })
  const helpers = dice.between(3, 5)
  for (let at = 0; at < helpers; at++) {
    const path = at === 1 ? "lib/deep/index.ts" : `lib/helper${at}.ts`
    modules.push(drawModule(dice, `${at + 1}`, path, scope()))
  }
  const below = [...modules]
  const left = stageNames.slice(0, dice.between(3, 7))
  let at = 10
  for (let own = particularStages; own.length > 0; own = left.splice(0, dice.between(1, 3))) {
    modules.push(drawStageModule(dice, `${at}`, own, { ...scope(), modules: below }))
    at++
  }
  const files = {
    "data/one.txt": "first\n",
    "data/two.txt": "second\n",
    "data/many/x.txt": "x\n",
    "data/many/deep/y.txt": "y\n",
  }
  const experimentParams = { seed: dice.below(10), level: dice.below(10) }
  return {
    ...drawGraph(dice, modules, Object.keys(experimentParams)),
    packages,
    jsons,
    experimentParams,
    experimentStyle: plainStyle,
    limits: {},
    limitsIn: "experiment",
    files,
    others: {},
    manifest: { name: "drawn", type: "module", private: true },
    lockIndent: 2,
    next: 100,
  }
}

/** Stages, and helpers that only they use. */
export function drawStageModule(dice: Dice, id: string, stages: ReadonlyArray<string>, scope: Scope): Module {
  const helpers = drawModule(dice, id, `stages/${stages[0]}.ts`, scope)
  const own = helpers.bindings.slice(0, 2).map((one) => ({ ...one, exported: "no" as const }))
  const statements = helpers.statements.filter(({ of }) => own.some(({ id }) => id === of))
  const visible = { ...scope, bindings: [...scope.bindings, ...own] }
  const declared = stages.map((name): Binding => {
    const stage = drawStage(dice, name, visible)
    return { id: `${id}.${name}`, name, exported: "named", body: { tag: "stage", stage } }
  })
  return { ...helpers, bindings: [...own, ...declared], statements }
}

const packageNames = ["left", "@drawn/right", "below", "chance", "linked"]

/** Each may depend on those before it; the last one drawn is imported by nobody. */
function drawPackages(dice: Dice): ReadonlyArray<PackageModel> {
  return packageNames.map((name, at) => ({
    name,
    version: "1.0.0",
    factor: dice.below(10),
    dependencies: dice.some(packageNames.slice(0, at), 2),
    isRandom: name === "chance",
    readme: "read me",
    nests: dice.chance(0.2),
    isLinked: name === "linked",
    isStored: name !== "linked" && dice.chance(0.3),
  }))
}
