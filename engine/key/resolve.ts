// From a planned task and what its upstream gave to its fingerprint and key. Pure but for what it is handed.

import type { StageCode } from "../code/stage-code.ts"
import type { Json } from "../content/canonical.ts"
import { type Digest, type Key, keyOf } from "../content/digest.ts"
import { type FileNode, fullName, type Output, type TaskNode } from "../declare/task.ts"
import type { InputDigests, OutputRecord, OutputRecords } from "../ledger/records.ts"
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
export function resolve(task: PlannedTask, code: StageCode, known: Known): Resolution {
  const record = (output: Output<string>): OutputRecord => {
    if (output.source._tag === "File") return { ...known.file(output.source), kind: output.kind }
    return known.outputs(output.source)[output.name]!
  }
  const inputs = mapValues(task.node.inputs, (wire) =>
    isOutput(wire) ? record(wire) : mapValues(wire, record),
  )
  const numerics = numericsOf(task.node.stage, known.numerics)
  const params = task.params ?? boundParams(task, (output) => known.value(record(output).digest))
  const fingerprint: Fingerprint = {
    stage: fullName(task.node.stage),
    code: code.digest,
    packages: code.packages,
    params,
    inputs: mapValues(inputs, (given) =>
      isRecord(given) ? given.digest : mapValues(given, ({ digest }) => digest),
    ) as InputDigests,
    numerics: numerics?.identity ?? null,
  }
  return { key: keyOf(preImage(fingerprint)), fingerprint, code, inputs, numerics }
}

export const isRecord = (
  given: OutputRecord | Readonly<Record<string, OutputRecord>>,
): given is OutputRecord => "digest" in given && typeof given.digest === "string"

/** Every artifact that a task is given, in order of role. */
export const inputRecords = ({ inputs }: Resolution): ReadonlyArray<OutputRecord> =>
  Object.values(inputs).flatMap((given) => (isRecord(given) ? [given] : Object.values(given)))

function mapValues<A, B>(
  fields: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]))
}
