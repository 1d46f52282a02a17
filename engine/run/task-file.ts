// The task file: what a worker is told, everything that the key covers, where inputs lie, and which links are known.
import type { LocalFile } from "../code/local-file.ts"
import type { Digest } from "../content/digest.ts"
import { type Given, isGroupOf, mapGroup } from "../content/given.ts"
import { isFolder, isOnDisk } from "../content/kind.ts"
import { atOnce } from "../content/steps.ts"
import type { FileInputs } from "../key/file-inputs.ts"
import { ownPreImage, parsePreImage, requestOf } from "../key/fingerprint.ts"
import { isRecord, type Resolution } from "../key/resolve.ts"
import { linkSeedOf, seedOf } from "../key/seed.ts"
import type { OutputRecord } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { folderFiles } from "../store/folders.ts"
import type { Store } from "../store/store.ts"
import type { InputEntry, InputFile, KnownLink, TaskFile } from "../worker/protocol.ts"
import { chainOf } from "./chain.ts"
import { placeNumerics } from "./place-numerics.ts"
import { placeProgram } from "./programs/place-program.ts"

export interface TaskFileOptions {
  readonly settings: Readonly<Record<string, string>>
  /** Of the attempt: copies of what the stage computes with are put there. */
  readonly folder: string
  /** Where an input lies, see `placing`. */
  readonly place: (input: OutputRecord) => InputFile
  /** Whether it is to compute with nothing but what its key names. */
  readonly isPortable: boolean
  /** Whether its probe alone is asked. */
  readonly isProbing?: boolean
  /** Of a chained task. */
  readonly links?: ReadonlyArray<KnownLink> | undefined
}

/** Where artifacts lie: a store, or what a verification has made beside it. */
export type Places = Pick<Store["Type"], "path" | "onDisk" | "has" | "read">

/** Folders whose lists are held, for tasks that take the same one after the other. */
const listsAtMost = 16

/**
 * Where each input lies: in a store, or, where it is handed over as a path and is a local file, in place.
 *
 * @returns a function that throws CorruptArtifact for a folder whose list is damaged
 */
export function placing(places: Places, files: FileInputs): (input: OutputRecord) => InputFile {
  const lists = new Map<Digest, ReadonlyArray<InputEntry>>()
  const entriesOf = (digest: Digest): ReadonlyArray<InputEntry> =>
    files.folder(digest)?.files.map(inPlace) ??
    folderFiles(places, digest).map(({ name, digest, size }) => ({
      ...{ name, digest, path: places.onDisk(digest), disk: { size } },
    }))
  return ({ kind, digest, size }) => {
    if (isFolder(kind)) {
      const entries = lists.get(digest) ?? entriesOf(digest)
      lists.delete(digest)
      lists.set(digest, entries) // the latest last
      if (lists.size > listsAtMost) lists.delete(lists.keys().next().value!)
      return { kind, digest, path: places.path(digest), files: entries }
    }
    if (!isOnDisk(kind)) return { kind, digest, path: places.path(digest) }
    const local = places.has(digest, size) ? undefined : files.inPlace(digest)
    return local === undefined
      ? { kind, digest, path: places.onDisk(digest), disk: { size } }
      : { kind, ...inPlace(local) }
  }
}

const inPlace = ({ name, digest, path, size, stamp }: LocalFile): InputEntry => ({
  ...{ name, digest, path, disk: { size, stamp } },
})

/**
 * Params and the names of inputs are those of the pre-image, in its order: what is hashed and what a stage is given can then
 * not differ, and in which order an experiment names them reaches no result.
 *
 * @throws StoreError where what the stage computes with cannot be copied, EnvironmentMissing like `placeProgram`
 */
export function taskFile(
  task: PlannedTask,
  { code, fingerprint, inputs, numerics }: Resolution,
  { settings, folder, isPortable, isProbing, place, links }: TaskFileOptions,
): TaskFile {
  const { definition, form } = task.node.stage
  const { secrets = [] } = definition
  const request = requestOf(fingerprint)
  const hashed = parsePreImage(ownPreImage(fingerprint))
  /** Names in the order of the pre-image; what a group gives stands in the order of its list, there too. */
  const inputFiles = (role: string, digests: Given<Digest>): Given<InputFile> => {
    const given = inputs[role]!
    if (isRecord(given)) return place(given)
    if (isGroupOf(given)) return atOnce(mapGroup(given, place))
    return Object.fromEntries(Object.keys(digests).map((name) => [name, place(given[name]!)]))
  }
  return {
    protocol: 2,
    label: task.label,
    stage: task.stage,
    form: form ?? null,
    code: code.path,
    codeDigest: code.digest,
    isFresh: code.isStateful,
    seed: seedOf(hashed),
    linkSeed: linkSeedOf(hashed, chainOf(task)?.finishing ?? []),
    params: hashed.params,
    ...(request === undefined ? {} : { request }),
    ...(isProbing === true ? { isProbing } : {}),
    inputs: Object.fromEntries(
      Object.entries(request === undefined ? hashed.inputs : {}).map(([role, digests]) => [
        role,
        inputFiles(role, digests),
      ]),
    ),
    allow: definition.allow ?? [],
    ...(hashed.environment === undefined ? {} : { environment: hashed.environment }),
    ...(secrets.length === 0 ? {} : { secrets }),
    packages: Object.keys(hashed.packages).map((package_) => package_.replace(/(?<=.)@.*$/, "")),
    ...placeNumerics(numerics, folder, isPortable),
    settings,
    ...placeProgram(task, { code, inputs }, folder, hashed.command, place),
    ...(links === undefined ? {} : { links, unit: definition.unit ?? "link" }),
  }
}
