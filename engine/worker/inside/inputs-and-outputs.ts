// A task's inputs decoded by their kinds, and its outputs encoded and written as blobs. It knows no stage by name.

import { type Given, isGroupOf, namedGiven } from "../../content/given.ts"
import { accepts, baseOf, decodeContent, encodeContent, isFolder } from "../../content/kind.ts"
import type { Steps } from "../../content/steps.ts"
import { arityOf, kindOf, type Role, type Roles } from "../../declare/roles.ts"
import type { InputFile, OutputFile, TaskFile } from "../protocol.ts"
import { writeBlob } from "./blobs.ts"
import { givenFile, givenFolder, type Look } from "./given-paths.ts"
import type { HandedPaths } from "./handed-paths.ts"
import type { Host } from "./host.ts"

/** As steps. @throws TypeError for a wrong kind or a missing role, CorruptInput for wrong bytes */
export function* readInputs(
  task: TaskFile,
  roles: Roles,
  bytesOf: Host["read"],
  handed: HandedPaths,
): Steps<Readonly<Record<string, unknown>>> {
  function* read(role: string, kind: string, input: InputFile): Steps<unknown> {
    if (!accepts(kind, input.kind))
      throw new TypeError(`${task.stage} takes ${kind} as "${role}", not ${input.kind}`)
    if (isFolder(kind)) return handed.folder(role, input)
    if (baseOf(kind) === "file") return yield* handed.file(role, input)
    const bytes = bytesOf(role, input)
    try {
      return decodeContent(input.kind, bytes)
    } catch (failure) {
      throw new TypeError(`input "${role}" is no ${input.kind}: ${(failure as Error).message}`, {
        cause: failure,
      })
    }
  }
  const inputs: Array<readonly [string, unknown]> = []
  for (const [role, declared] of Object.entries(roles)) {
    const wired = task.inputs[role]
    if (wired === undefined && arityOf(declared) === "optional") continue
    if (wired === undefined) throw new TypeError(`${task.stage} lacks its input "${role}"`)
    const kind = kindOf(declared)
    const named: Array<readonly [string, unknown]> = []
    for (const [name, input] of namedGiven(wired, isInputFile)) {
      yield
      named.push([name, yield* read(role, kind, input)])
    }
    inputs.push([role, handedOver(declared, wired, isInputFile, named)])
  }
  return Object.fromEntries(inputs)
}

export const isInputFile = (given: Given<InputFile>): given is InputFile =>
  "digest" in given && typeof given.digest === "string"

/** What a role is handed: one content, contents by name, or those of a group in the order of its list. */
export function handedOver<A>(
  role: Role,
  wired: Given<A>,
  isOne: (given: Given<A>) => given is A,
  named: ReadonlyArray<readonly [string, unknown]>,
): unknown {
  if (isOne(wired)) return named[0]![1]
  if (!isGroupOf(wired)) return Object.fromEntries(named)
  const entries = wired.group.map(([item, name], i) => ({ item, name, content: named[i]![1] }))
  return arityOf(role) === "settled" ? { succeeded: entries, failed: wired.failed ?? [] } : entries
}

/** Is shown an output of a name, a piece at a time, and where each begins. */
export type Show = (name: string, bytes: Uint8Array, at: number) => void

/**
 * As steps.
 *
 * @param show is shown each, a piece at a time
 * @throws TypeError for a missing or an unknown output, or content that is not of its kind
 */
export function* writeOutputs(
  stage: string,
  declared: Readonly<Record<string, string>>,
  contents: Readonly<Record<string, unknown>>,
  folder: string,
  show: Show = () => {},
): Steps<Readonly<Record<string, OutputFile>>> {
  const extra = Object.keys(contents ?? {}).find((name) => !Object.hasOwn(declared, name))
  if (extra !== undefined)
    throw new TypeError(`${stage} returned "${extra}", which is not one of its outputs`)
  const outputs: Array<readonly [string, OutputFile]> = []
  for (const [i, [name, kind]] of Object.entries(declared).entries()) {
    if (contents?.[name] === undefined) throw new TypeError(`${stage} did not return its output "${name}"`)
    const look: Look = (bytes, at) => show(name, bytes, at)
    outputs.push([name, yield* writeOutput(kind, contents[name], folder, `blob-${i}`, look)])
  }
  return Object.fromEntries(outputs)
}

function* writeOutput(
  kind: string,
  content: unknown,
  folder: string,
  blob: string,
  look: Look,
): Steps<OutputFile> {
  if (isFolder(kind)) return yield* givenFolder(kind, content, folder, blob, look)
  if (baseOf(kind) === "file") return yield* givenFile(kind, content, folder, look)
  const bytes = encodeContent(kind, content)
  look(bytes, 0)
  return writeBlob(folder, blob, kind, bytes)
}
