// From a planned task and what its upstream gave to its fingerprint and key. Pure but for what it is handed.

import type { StageCode } from "../code/stage-code.ts"
import { type Digest, type Key, keyOf } from "../content/digest.ts"
import { type ByRole, type Entry, type Given, mapGiven, namedGiven } from "../content/given.ts"
import { atOnce, type Steps } from "../content/steps.ts"
import { groupPlace } from "../declare/each.ts"
import { arityOf, type Roles } from "../declare/roles.ts"
import {
  type AnyStage,
  fullName,
  type GroupOutput,
  type GroupPlace,
  type OptionalOutput,
  type Output,
  type TaskNode,
  type Wire,
} from "../declare/task.ts"
import type { OutputRecord } from "../ledger/records.ts"
import { checkKind } from "../plan/check-wiring.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { outputAt } from "../plan/unfolding.ts"
import { isOptionalOutput, isOutput } from "../plan/wired-outputs.ts"
import { boundParams } from "./bound-values.ts"
import { declaredVariables } from "./environment.ts"
import { type Fingerprint, preImage } from "./fingerprint.ts"
import { type CallCommand, given, type Known, recordOf } from "./known.ts"
import { type Numerics, numericsOf } from "./numerics.ts"
import { type Asked, commandLineOf } from "./programs/command-line.ts"

/** A run holds one of each of its tasks to its end: what can be made again of it, such as the pre-image, is not kept. */
export interface Resolution {
  readonly key: Key
  readonly fingerprint: Fingerprint
  readonly code: StageCode
  readonly inputs: ByRole<OutputRecord>
  readonly numerics: Numerics | undefined
}

/**
 * @throws ParamError, CanonicalError or DeclarationError when the task's declaration is at fault; BoundValueRefused, ConditionRefused
 *   or CorruptArtifact when it is what upstream gave
 */
export const resolve = (task: PlannedTask, code: StageCode, known: Known): Resolution =>
  atOnce(resolving(task, code, known))

/** The same as steps: a task may take what a hundred thousand others gave. @throws like `resolve` */
export function* resolving(task: PlannedTask, code: StageCode, known: Known): Steps<Resolution> {
  const record = (output: Output<string>): OutputRecord => recordOf(output, known)
  const inputs = yield* inputsOf(task.node, known)
  const numerics = numericsOf(task.node.stage, known.numerics)
  const params = task.params ?? boundParams(task, (output) => known.value(record(output).digest))
  const environment =
    code.program === undefined ? declaredVariables(task.node.stage, known.variable) : undefined
  const own: Fingerprint = {
    stage: fullName(task.node.stage),
    code: code.digest,
    packages: code.packages,
    params,
    inputs: yield* mapGiven(inputs, isRecord, ({ digest }): Digest => digest),
    numerics: numerics?.identity ?? null,
    ...(environment === undefined ? {} : { environment }),
  }
  yield
  if (code.program !== undefined) {
    const fingerprint = asProgram(own, task, code.program, inputs, known.command)
    return { key: keyOf(preImage(fingerprint)), fingerprint, code, inputs, numerics }
  }
  const other = known.keyed?.(task.node, own, inputs)
  const fingerprint = other === undefined ? own : { ...own, record: other }
  return { key: keyOf(preImage(fingerprint)), fingerprint, code, inputs, numerics }
}

/** @throws DeclarationError for a command that is none, EnvironmentMissing for one that is not there */
function asProgram(
  fingerprint: Fingerprint,
  { label, node }: PlannedTask,
  { sources, startable }: NonNullable<StageCode["program"]>,
  inputs: ByRole<OutputRecord>,
  call: CallCommand,
): Fingerprint {
  const definition = node.stage.definition as Asked["definition"]
  const command = commandLineOf({
    label,
    call: (own) => call(fingerprint.stage, own),
    definition,
    params: fingerprint.params,
    inputs,
    isOne: isRecord,
    sources,
  })
  const { identity: numerics, packages } = startable(command.argv[0]!, command.threads)
  return { ...fingerprint, packages, numerics, command }
}

export const isRecord = (given: Given<OutputRecord>): given is OutputRecord =>
  "digest" in given && typeof given.digest === "string"

/** Every artifact that a task is given, in order of role. */
export const inputRecords = ({ inputs }: Pick<Resolution, "inputs">): ReadonlyArray<OutputRecord> =>
  Object.values(inputs).flatMap((given) => namedGiven(given, isRecord).map(([, record]) => record))

function* inputsOf({ stage, inputs }: TaskNode, known: Known): Steps<ByRole<OutputRecord>> {
  const roles: Array<readonly [string, Given<Output<string>>]> = []
  for (const [role, wire] of Object.entries(inputs)) {
    if (isOptionalOutput(wire)) {
      const output = given(wire, known)
      if (output !== null) roles.push([role, output]) // else as where the role was left out
      continue
    }
    const place = groupPlace(wire)
    roles.push([
      role,
      place === undefined
        ? (wire as Exclude<Wire, GroupOutput<string> | OptionalOutput<string>>)
        : yield* groupedOutputs(stage, role, place, known),
    ])
  }
  return yield* mapGiven(Object.fromEntries(roles), isOutput, (output) => recordOf(output, known))
}

/**
 * What a group gives for a role.
 *
 * @throws DeclarationError where its bodies return no output there, or one of another kind
 */
function* groupedOutputs(
  stage: AnyStage,
  role: string,
  place: GroupPlace,
  known: Known,
): Steps<Given<Output<string>>> {
  const declared = (stage.definition.inputs as Roles)[role]!
  const group: Array<Entry<Output<string>>> = []
  const failed: Array<string> = []
  for (const { item, value } of known.opened(place.node).entries) {
    yield
    const output = outputAt(value, place)
    checkKind(stage, role, output)
    if (output.source._tag === "Task" && !known.hasOutputs(output.source)) failed.push(item.name)
    else group.push([item.listed, item.name, output])
  }
  if (arityOf(declared) === "many") return Object.fromEntries(group.map(([, name, output]) => [name, output]))
  return arityOf(declared) === "settled" ? { group, failed } : { group }
}
