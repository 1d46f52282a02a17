// Whether a task is wired as its stage says: roles, kinds, bound params, and one stage a name. Pure.
import { accepts } from "../content/kind.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import { kindOf, type Roles } from "../declare/run-context.ts"
import type { AnyStage, TaskNode } from "../declare/task.ts"
import { boundsIn, isOutput } from "./wired-outputs.ts"

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
    const [isOptional, isMany] = [
      typeof wanted === "object" && "optional" in wanted,
      typeof wanted === "object" && "many" in wanted,
    ]
    if (wire === undefined && isOptional) continue
    if (wire === undefined) throw new DeclarationError(`${stage.stageName} lacks its input "${role}"`)
    if (isMany === isOutput(wire)) {
      throw new DeclarationError(
        `${stage.stageName} takes ${isMany ? "artifacts under names" : "one artifact"} as "${role}"`,
      )
    }
    const kind = kindOf(wanted)
    for (const output of isOutput(wire) ? [wire] : Object.values(wire)) {
      if (!isOutput(output))
        throw new DeclarationError(`${stage.stageName}'s input "${role}" is not an output of a task`)
      if (!accepts(kind, output.kind)) {
        throw new DeclarationError(`${stage.stageName} takes ${kind} as "${role}", not ${output.kind}`)
      }
    }
  }
  for (const { output } of boundsIn(params)) {
    if (!accepts("value", output.kind)) {
      throw new DeclarationError(
        `a param of ${stage.stageName} is bound to ${output.name}: it takes a value, not ${output.kind}`,
      )
    }
  }
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
