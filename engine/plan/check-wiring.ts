// Whether a task is wired as its stage says: roles, kinds, bound params, and one stage a name. Pure.
import { accepts } from "../content/kind.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import { groupPlace } from "../declare/each.ts"
import { isTrial } from "../declare/repeat/repeat.ts"
import { type Arity, arityOf, kindOf, type Roles } from "../declare/roles.ts"
import type { AnyStage, OptionalOutput, TaskNode } from "../declare/task.ts"
import { valueText } from "../declare/value-text.ts"
import { otherKind, otherNumber, taken, type Wired } from "./what-fits.ts"
import { boundsIn, isOptionalOutput, isOutput } from "./wired-outputs.ts"

/** Types say this already; casts, plain JavaScript and data-driven wiring do not. */
export function checkKinds({ stage, inputs, params }: TaskNode): void {
  const roles = stage.definition.inputs as Roles
  for (const role of Object.keys(inputs)) {
    if (!Object.hasOwn(roles, role)) {
      throw new DeclarationError(
        `${stage.stageName} has no input "${role}": it has ${Object.keys(roles).join(", ") || "none"}`,
      )
    }
  }
  for (const [role, wanted] of Object.entries(roles)) {
    const wire = inputs[role]
    const arity = arityOf(wanted)
    if (wire === undefined && arity === "optional") continue
    if (wire === undefined)
      throw new DeclarationError(
        `${stage.stageName} lacks its input "${role}": wire ${taken[arity]} of kind ${kindOf(wanted)}`,
      )
    const optional = isOptionalOutput(wire)
      ? wire
      : typeof wire === "object" && !isOutput(wire) && groupPlace(wire) === undefined
        ? Object.values(wire).find(isOptionalOutput)
        : undefined
    if (optional !== undefined) {
      checkOptional(stage, role, arity, optional)
      checkKind(stage, role, optional)
      continue
    }
    const place = groupPlace(wire)
    const isFit = place !== undefined ? takesGroups.has(arity) : takesOne.has(arity) === isOutput(wire)
    const number = numberOf(wire)
    if (!isFit || number === "none" || (place === undefined && takesOnlyGroups.has(arity)))
      throw new DeclarationError(otherNumber(stage, role, number))
    if (place !== undefined) continue // of what kind that is shows once its list is known
    for (const output of isOutput(wire) ? [wire] : Object.values(wire)) {
      if (!isOutput(output))
        throw new DeclarationError(
          `${stage.stageName}'s input "${role}" is not an output of a task, but ${valueText(output)}: values are params`,
        )
      checkKind(stage, role, output)
    }
  }
  for (const { output } of boundsIn(params)) {
    if (isOptionalOutput(output as unknown))
      throw new DeclarationError(
        `a param of ${stage.stageName} is bound to ${output.name}, which may not be there, as a condition decides: declare the task in the body of that when`,
      )
    if (!accepts("value", output.kind)) {
      throw new DeclarationError(
        `a param of ${stage.stageName} is bound to ${output.name}: it takes a value, not ${output.kind}: bind it to an output of kind value`,
      )
    }
  }
}

/** @throws DeclarationError where something must be given, and what is wired may not be there */
function checkOptional(
  { stageName }: AnyStage,
  role: string,
  arity: Arity,
  { kind, name }: OptionalOutput<string>,
): void {
  if (arity === "optional") return
  const remedy =
    arity === "one"
      ? `declare the role optional("${kind}")`
      : "take each by a role of its own, declared optional"
  throw new DeclarationError(
    `${stageName} takes ${taken[arity]} as "${role}", and ${name} may not be there, as a condition decides: ${remedy}`,
  )
}

/** @throws DeclarationError for an output of another kind than a role takes */
export function checkKind(stage: AnyStage, role: string, output: Wired): void {
  const kind = kindOf((stage.definition.inputs as Roles)[role]!)
  if (accepts(kind, output.kind)) return
  throw new DeclarationError(
    `${stage.stageName} takes ${kind} as "${role}", not ${output.kind}${otherKind(stage, role, output)}`,
  )
}

const takesGroups = new Set<Arity>(["many", "group", "settled"])
const takesOnlyGroups = new Set<Arity>(["group", "settled"])
const takesOne = new Set<Arity>(["one", "optional"])

/** How many artifacts are wired, for people. */
function numberOf(wire: unknown): Parameters<typeof otherNumber>[2] {
  const place = groupPlace(wire)
  if (place !== undefined) return { group: place.node.name }
  if (isOutput(wire)) return "one"
  return typeof wire === "object" && wire !== null ? { names: Object.keys(wire) } : "none"
}

/** A body is also called to see what differs. @throws DeclarationError for a task of such a call */
export function checkReturned(node: TaskNode): void {
  if (!isTrial(node)) return
  throw new DeclarationError(
    `a task of ${node.stage.stageName} was carried out of a body of repeat, which is called more often than there are seeds: let the body return it`,
  )
}

/** One name, one stage: its code and results are found by name. Forms of one stage share a module. */
export function checkName(stage: AnyStage, known: Map<string, AnyStage>): void {
  for (const name of [stage.stageName, `${stage.stageName}.${stage.form}`]) {
    const first = known.get(name) ?? stage
    known.set(name, first)
    if (first.form === stage.form ? first === stage : first.module === stage.module) continue
    const modules = [...new Set([first, stage].map(({ module }) => module ?? "an unknown module"))]
    throw new DeclarationError(
      `two stages are called "${stage.stageName}" (${modules.join(", ")}): rename one of them`,
    )
  }
}
