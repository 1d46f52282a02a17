// Random stages: what they take, and what their work is made of.
import type { Dice } from "../dice.ts"
import { drawTerms, type Scope } from "./draw.ts"
import type { Field, FormModel, Plain, Role, StageModel } from "./model.ts"

const fieldNames = ["rate", "size", "label", "weights", "band"]
const fieldTypes = ["number", "number", "text", "list", "record", "struct"] as const
const roleNames: Readonly<Record<Role["kind"], string>> = {
  value: "given",
  many: "further",
  txt: "text",
  folder: "tree",
  group: "grouped",
  settled: "rest",
  optional: "perhaps",
}
const roleKinds = ["value", "many", "txt", "folder"] as const

/** Stages that every project has, for what groups and choices give; and one that fails, as what it is given decides. */
export const particularStages = ["gather", "perhaps", "fragile"]

/** Roles that a stage has whatever else it takes. */
function ownKinds(dice: Dice, name: string): ReadonlyArray<Role["kind"]> {
  if (name === "gather") return [dice.pick(["group", "settled"] as const)]
  return name === "perhaps" ? ["optional"] : []
}

export const drawPlain = (dice: Dice, type: Field["type"]): Plain => {
  if (type === "number") return dice.below(10)
  if (type === "text") return `text ${dice.below(10)}`
  if (type === "list") return dice.times(0, 3, () => dice.below(10))
  const names =
    type === "struct" ? ["high", "low"] : ["zero", "one", "two", "b", "a"].slice(0, dice.between(1, 5))
  return Object.fromEntries(dice.shuffled(names).map((name) => [name, dice.below(10)]))
}

export function drawField(dice: Dice, name: string, hasDefault: boolean): Field {
  const type = dice.pick(fieldTypes)
  return hasDefault ? { name, type, default: drawPlain(dice, type) } : { name, type }
}

export function drawForm(dice: Dice, scope: Scope, name: string): FormModel {
  const isSource = name === "alpha"
  const refuses = name === "fragile"
  const isChain = !scope.isStateless && !refuses && dice.chance(0.12)
  const fields = dice.some(fieldNames, 3).map((name) => drawField(dice, name, dice.chance(0.3)))
  const kinds = roleKinds.filter((kind) => !isSource || kind !== "value")
  const roles = [...ownKinds(dice, name), ...dice.some(kinds, 3)].map(
    (kind): Role => ({ name: roleNames[kind], kind }),
  )
  const items: ReadonlyArray<Field> = isSource ? [{ name: "items", type: "list" }] : []
  return {
    fields: isChain ? [...fields, ...items, { name: "links", type: "number" }] : [...fields, ...items],
    roles,
    terms: drawTerms(dice, isChain ? { ...scope, isStateless: true } : scope),
    values: dice.pick([2, 3, 1000003, 1000003]),
    isChain,
    refuses,
  }
}

export function drawStage(dice: Dice, name: string, scope: Scope): StageModel {
  const isInProcess = name !== "alpha" && dice.chance(0.15)
  const forms = dice.chance(0.3) ? ["first", "second"] : [""]
  const own = isInProcess ? { ...scope, isStateless: true, packages: [] } : scope
  return {
    name,
    forms: Object.fromEntries(forms.map((form) => [form, drawForm(dice, own, name)])),
    doc: `Makes ${name}`,
    timeout: 60,
    retries: 0,
    isInProcess,
  }
}
