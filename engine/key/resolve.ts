// From a planned task and what its upstream gave to its fingerprint and key. Pure but for what it is handed.

import type { StageCode } from "../code/stage-code.ts"
import type { Json } from "../content/canonical.ts"
import { type Digest, type Key, keyOf } from "../content/digest.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import { encodeParams } from "../declare/params.ts"
import type { FileNode, Output, TaskNode } from "../declare/task.ts"
import type { InputDigests, OutputRecord, OutputRecords } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/plan.ts"
import { isBound, isOutput } from "../plan/wired-outputs.ts"
import { type Fingerprint, preImage } from "./fingerprint.ts"
import type { Numerics, NumericsRegistry } from "./numerics.ts"

/** What a resolution needs to know of the world. */
export interface Known {
  readonly outputs: (task: TaskNode) => OutputRecords
  readonly file: (file: FileNode) => OutputRecord
  /** The canonical value that an artifact of kind `value` holds. */
  readonly value: (digest: Digest) => Json
  readonly numerics: NumericsRegistry
}

export interface Resolution {
  readonly key: Key
  readonly preImage: string
  readonly fingerprint: Fingerprint
  readonly code: StageCode
  readonly inputs: Readonly<Record<string, OutputRecord | Readonly<Record<string, OutputRecord>>>>
  readonly numerics: Numerics | undefined
}

/** @throws ParamError, CanonicalError or DeclarationError when the task cannot have a key */
export function resolve(task: PlannedTask, code: StageCode, known: Known): Resolution {
  const { definition } = task.node.stage
  const record = (output: Output<string>): OutputRecord => {
    if (output.source._tag === "File") return { ...known.file(output.source), kind: output.kind }
    return known.outputs(output.source)[output.name]!
  }
  const inputs = mapValues(task.node.inputs, (wire) =>
    isOutput(wire) ? record(wire) : mapValues(wire, record),
  )
  const numerics = definition.numerics === undefined ? undefined : known.numerics[definition.numerics]
  if (definition.numerics !== undefined && numerics === undefined) {
    throw new DeclarationError(
      `stage "${task.stage}" computes with "${definition.numerics}", which this pipeline does not offer`,
    )
  }
  const params =
    task.params ??
    encodeParams(
      task.label,
      definition.params,
      withValues(task.node.params, (output) => known.value(record(output).digest)),
    )
  const fingerprint: Fingerprint = {
    stage: task.node.stage.form === undefined ? task.stage : `${task.stage}.${task.node.stage.form}`,
    code: code.digest,
    packages: code.packages,
    params,
    inputs: mapValues(inputs, (given) =>
      isRecord(given) ? given.digest : mapValues(given, ({ digest }) => digest),
    ) as InputDigests,
    numerics: numerics?.identity ?? null,
  }
  const text = preImage(fingerprint)
  return { key: keyOf(text), preImage: text, fingerprint, code, inputs, numerics }
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

/** Bound params replaced by the values that upstream decided, as though written in the experiment. */
function withValues(params: unknown, decided: (output: Output<string>) => Json): unknown {
  if (isBound(params)) {
    let value: unknown = decided(params.output)
    for (const field of params.path) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, field)) {
        throw new DeclarationError(
          `a param is bound to "${params.path.join(".")}" of ${params.output.name}, which has no such field`,
        )
      }
      value = (value as Readonly<Record<string, unknown>>)[field]
    }
    return value
  }
  if (Array.isArray(params)) return params.map((item) => withValues(item, decided))
  if (typeof params !== "object" || params === null || Object.getPrototypeOf(params) !== Object.prototype)
    return params
  return mapValues(params as Readonly<Record<string, unknown>>, (value) => withValues(value, decided))
}
