// What is known of the world when a task is resolved: what other tasks gave, and so what an output is. Pure but for what it is handed.
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import type { ByRole } from "../content/given.ts"
import type { FolderFile } from "../content/manifest.ts"
import type { Branch, ChoiceNode, FileNode, GroupNode, Output, TaskNode } from "../declare/task.ts"
import type { OutputRecord, OutputRecords } from "../ledger/records.ts"
import type { Opened } from "../plan/planned.ts"
import { ConditionRefused, type DecidedOutput, outputTaken, takenBranch } from "../plan/taken.ts"
import type { Variable } from "./environment.ts"
import type { LocalInput } from "./file-records.ts"
import type { Fingerprint, OtherRecord } from "./fingerprint.ts"
import type { NumericsRegistry } from "./numerics.ts"

/** What other tasks gave, and what lies on the disk. */
export interface KnownOutputs {
  readonly outputs: (task: TaskNode) => OutputRecords
  readonly file: (file: FileNode) => LocalInput
  /** The canonical value that an artifact of kind `value` holds. */
  readonly value: (digest: Digest) => Json
  /** The files of a folder; undefined where only its digest is known. */
  readonly folder: (digest: Digest) => ReadonlyArray<FolderFile> | undefined
  /** What a group that is open is made of, and whether a task of it gave something. */
  readonly opened: (group: GroupNode) => Opened
  readonly hasOutputs: (task: TaskNode) => boolean
  readonly label: (task: TaskNode) => string
}

/** What a resolution needs to know of the world. */
export interface Known extends KnownOutputs {
  readonly numerics: NumericsRegistry
  /** What is hashed in place of the fingerprint of a stage that is no plain function. @throws whatever is wrong with that */
  readonly keyed?: Keyed
  /** Around what is asked of a program. */
  readonly command: CallCommand
  /** What a variable of the environment holds; as this process has it, where nothing else is said. */
  readonly variable?: Variable | undefined
}

/** Calls what the author wrote for a program, such as its `command`, with whatever stands around it. */
export type CallCommand = <A>(program: string, call: () => A) => A

/** @returns undefined for a plain function */
export type Keyed = (
  node: TaskNode,
  fingerprint: Fingerprint,
  inputs: ByRole<OutputRecord>,
) => OtherRecord | undefined

/** What an output is, where whatever gives it has. @throws like `chosen` */
export function recordOf(output: Output<string>, known: KnownOutputs): OutputRecord {
  const { source, name, kind } = output
  switch (source._tag) {
    case "File":
      return { kind, digest: known.file(source).digest, size: known.file(source).size }
    case "Item":
      return source.record
    case "Task":
      return known.outputs(source)[name]!
    case "Choice":
      return recordOf(given(output, known)!, known)
  }
}

/** The output that one comes to, as values decide; null where there is none. @throws like `chosen` */
export const given = (output: Branch["output"], known: KnownOutputs): DecidedOutput | null =>
  outputTaken(output, (choice) => chosen(choice, known)) as DecidedOutput | null

/**
 * What a choice comes to, once the value that decides is there.
 *
 * @throws ConditionRefused where nothing can be decided on that value; CorruptArtifact where it cannot be read
 */
export function chosen(choice: ChoiceNode, known: KnownOutputs): Branch["output"] | null {
  const { output } = choice.on
  const maker = (): string => makerText(output, known)
  return takenBranch(choice, decidingValue(recordOf(output, known).digest, known, maker), maker)
}

function decidingValue(digest: Digest, known: KnownOutputs, maker: () => string): Json {
  try {
    return known.value(digest)
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure
    throw new ConditionRefused(`what decides is ${maker()}, which is no JSON (${failure.message})`)
  }
}

/** Such as `the output choice of select@fold=1`. */
export function makerText(output: Output<string>, known: KnownOutputs): string {
  const { source, name } = given(output, known)!
  if (source._tag === "Task") return `the output ${name} of ${known.label(source)}`
  return source._tag === "File" ? `the file ${source.path}` : `the item ${name}`
}
