// From a planned task and what its upstream gave to its fingerprint and key. Pure but for what it is handed.

import type { StageCode } from "../code/stage-code.ts"
import type { Json } from "../content/canonical.ts"
import { type Digest, type Key, keyOf } from "../content/digest.ts"
import { atOnce, type Steps } from "../content/steps.ts"
import { type FileNode, fullName, type Output, type TaskNode } from "../declare/task.ts"
import type { OutputRecord, OutputRecords } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/plan.ts"
import { isOutput } from "../plan/wired-outputs.ts"
import { boundParams } from "./bound-values.ts"
import { type Fingerprint, preImage } from "./fingerprint.ts"
import { type Numerics, type NumericsRegistry, numericsOf } from "./numerics.ts"

/** What a resolution needs to know of the world. */
export interface Known {
  readonly outputs: (task: TaskNode) => OutputRecords
  readonly file: (file: FileNode) => OutputRecord
  /** The canonical value that an artifact of kind `value` holds. */
  readonly value: (digest: Digest) => Json
  readonly numerics: NumericsRegistry
}

/** A run holds one of each of its tasks to its end: what can be made again of it, such as the pre-image, is not kept. */
export interface Resolution {
  readonly key: Key
  readonly fingerprint: Fingerprint
  readonly code: StageCode
  readonly inputs: Readonly<Record<string, OutputRecord | Readonly<Record<string, OutputRecord>>>>
  readonly numerics: Numerics | undefined
}

/**
 * @throws ParamError, CanonicalError or DeclarationError when the task's declaration is at fault; BoundValueRefused or
 *   CorruptArtifact when it is what upstream gave
 */
export const resolve = (task: PlannedTask, code: StageCode, known: Known): Resolution =>
  atOnce(resolving(task, code, known))

/** The same as steps: a task may take what a hundred thousand others gave. @throws like `resolve` */
export function* resolving(task: PlannedTask, code: StageCode, known: Known): Steps<Resolution> {
  const record = (output: Output<string>): OutputRecord => {
    if (output.source._tag === "File") return { ...known.file(output.source), kind: output.kind }
    return known.outputs(output.source)[output.name]!
  }
  const inputs = yield* mapInputs(task.node.inputs, isOutput, record)
  const numerics = numericsOf(task.node.stage, known.numerics)
  const params = task.params ?? boundParams(task, (output) => known.value(record(output).digest))
  const fingerprint: Fingerprint = {
    stage: fullName(task.node.stage),
    code: code.digest,
    packages: code.packages,
    params,
    inputs: yield* mapInputs(inputs, isRecord, ({ digest }): Digest => digest),
    numerics: numerics?.identity ?? null,
  }
  yield
  return { key: keyOf(preImage(fingerprint)), fingerprint, code, inputs, numerics }
}

export const isRecord = (
  given: OutputRecord | Readonly<Record<string, OutputRecord>>,
): given is OutputRecord => "digest" in given && typeof given.digest === "string"

/** Every artifact that a task is given, in order of role. */
export const inputRecords = ({ inputs }: Resolution): ReadonlyArray<OutputRecord> =>
  Object.values(inputs).flatMap((given) => (isRecord(given) ? [given] : Object.values(given)))

type ByRole<A> = Readonly<Record<string, A | Readonly<Record<string, A>>>>

/** Names of a role between two steps. */
const namesAtOnce = 500

function* mapInputs<A, B>(
  inputs: ByRole<A>,
  isOne: (given: A | Readonly<Record<string, A>>) => given is A,
  change: (given: A) => B,
): Steps<ByRole<B>> {
  const roles: Array<readonly [string, B | Readonly<Record<string, B>>]> = []
  for (const [role, given] of Object.entries(inputs))
    roles.push([role, isOne(given) ? change(given) : yield* mapNames(given, change)])
  return Object.fromEntries(roles)
}

function* mapNames<A, B>(
  names: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Steps<Readonly<Record<string, B>>> {
  const changed: Array<readonly [string, B]> = []
  for (const [name, value] of Object.entries(names)) {
    if (changed.length % namesAtOnce === namesAtOnce - 1) yield
    changed.push([name, change(value)])
  }
  return Object.fromEntries(changed)
}
