// From a planned task and what its upstream gave to its fingerprint and key. Pure but for what it is handed.

import type { StageCode } from "../code/stage-code.ts"
import type { Json } from "../content/canonical.ts"
import { type Digest, type Key, keyOf } from "../content/digest.ts"
import { type ByRole, type Entry, type Given, mapGiven, namedGiven } from "../content/given.ts"
import { isFolder } from "../content/kind.ts"
import type { FolderFile } from "../content/manifest.ts"
import { atOnce, type Steps } from "../content/steps.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import { groupPlace } from "../declare/each.ts"
import { arityOf, kindOf, type Roles } from "../declare/roles.ts"
import type { GroupNode, GroupOutput, GroupPlace } from "../declare/task.ts"
import {
  type AnyStage,
  type FileNode,
  fullName,
  type Output,
  type TaskNode,
  type Wire,
} from "../declare/task.ts"
import type { OutputRecord, OutputRecords } from "../ledger/records.ts"
import { checkKind } from "../plan/check-wiring.ts"
import type { Opened, PlannedTask } from "../plan/planned.ts"
import { outputAt } from "../plan/unfolding.ts"
import { isOutput } from "../plan/wired-outputs.ts"
import { boundParams } from "./bound-values.ts"
import type { LocalInput } from "./file-records.ts"
import { type Fingerprint, preImage } from "./fingerprint.ts"
import { type Numerics, type NumericsRegistry, numericsOf } from "./numerics.ts"

/** What a resolution needs to know of the world. */
export interface Known {
  readonly outputs: (task: TaskNode) => OutputRecords
  readonly file: (file: FileNode) => LocalInput
  /** The canonical value that an artifact of kind `value` holds. */
  readonly value: (digest: Digest) => Json
  /** The files of a folder; undefined where only its digest is known. */
  readonly folder: (digest: Digest) => ReadonlyArray<FolderFile> | undefined
  /** What a group that is open is made of, and whether a task of it gave something. */
  readonly opened: (group: GroupNode) => Opened
  readonly hasOutputs: (task: TaskNode) => boolean
  readonly numerics: NumericsRegistry
}

/** A run holds one of each of its tasks to its end: what can be made again of it, such as the pre-image, is not kept. */
export interface Resolution {
  readonly key: Key
  readonly fingerprint: Fingerprint
  readonly code: StageCode
  readonly inputs: ByRole<OutputRecord>
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
  const record = (output: Output<string>): OutputRecord => recordOf(output, known)
  const inputs = yield* inputsOf(task.node, known)
  const numerics = numericsOf(task.node.stage, known.numerics)
  const params = task.params ?? boundParams(task, (output) => known.value(record(output).digest))
  const fingerprint: Fingerprint = {
    stage: fullName(task.node.stage),
    code: code.digest,
    packages: code.packages,
    params,
    inputs: yield* mapGiven(inputs, isRecord, ({ digest }): Digest => digest),
    numerics: numerics?.identity ?? null,
  }
  yield
  return { key: keyOf(preImage(fingerprint)), fingerprint, code, inputs, numerics }
}

export const isRecord = (given: Given<OutputRecord>): given is OutputRecord =>
  "digest" in given && typeof given.digest === "string"

/** A local file as the artifact that it is. @throws DeclarationError for a folder that is wired as a file, or a file as a folder */
function fileRecord(
  kind: string,
  { path }: FileNode,
  { digest, size, isFolder: isOne }: LocalInput,
): OutputRecord {
  if (isOne === isFolder(kind)) return { kind, digest, size }
  throw new DeclarationError(
    isOne
      ? `${path} is a folder, and is wired as ${kind}: say file(${JSON.stringify(path)}, "folder")`
      : `${path} is a file, and is wired as ${kind}: name a folder, or say its kind: file(${JSON.stringify(path)}, "KIND")`,
  )
}

/** Every artifact that a task is given, in order of role. */
export const inputRecords = ({ inputs }: Pick<Resolution, "inputs">): ReadonlyArray<OutputRecord> =>
  Object.values(inputs).flatMap((given) => namedGiven(given, isRecord).map(([, record]) => record))

/** What an output is, where whatever gives it has. */
export function recordOf({ source, name, kind }: Output<string>, known: Known): OutputRecord {
  switch (source._tag) {
    case "File":
      return fileRecord(kind, source, known.file(source))
    case "Item":
      return source.record
    case "Task":
      return known.outputs(source)[name]!
  }
}

function* inputsOf({ stage, inputs }: TaskNode, known: Known): Steps<ByRole<OutputRecord>> {
  const roles: Array<readonly [string, Given<Output<string>>]> = []
  for (const [role, wire] of Object.entries(inputs)) {
    const place = groupPlace(wire)
    roles.push([
      role,
      place === undefined
        ? (wire as Exclude<Wire, GroupOutput<string>>)
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
    checkKind(stage, role, kindOf(declared), output)
    if (output.source._tag === "Task" && !known.hasOutputs(output.source)) failed.push(item.name)
    else group.push([item.listed, item.name, output])
  }
  if (arityOf(declared) === "many") return Object.fromEntries(group.map(([, name, output]) => [name, output]))
  return arityOf(declared) === "settled" ? { group, failed } : { group }
}
