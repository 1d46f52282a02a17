// The task file: what a worker is told, everything that the key covers, where inputs lie, and which links are known.
import type { Digest } from "../content/digest.ts"
import { type Given, isGroupOf, mapGroup } from "../content/given.ts"
import { atOnce } from "../content/steps.ts"
import { parsePreImage, preImage } from "../key/fingerprint.ts"
import { isRecord, type Resolution } from "../key/resolve.ts"
import { linkSeedOf, seedOf } from "../key/seed.ts"
import type { OutputRecord } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { InputFile, KnownLink, TaskFile } from "../worker/protocol.ts"
import { chainOf } from "./chain.ts"
import { placeNumerics } from "./place-numerics.ts"

export interface TaskFileOptions {
  readonly settings: Readonly<Record<string, string>>
  /** Of the attempt: copies of what the stage computes with are put there. */
  readonly folder: string
  /** Where an artifact's bytes lie. */
  readonly pathOf: (digest: OutputRecord["digest"]) => string
  /** Whether it is to compute with nothing but what its key names. */
  readonly isPortable: boolean
  /** Of a chained task. */
  readonly links?: ReadonlyArray<KnownLink> | undefined
}

/**
 * Params and the names of inputs are those of the pre-image, in its order: what is hashed and what a stage is given can then
 * not differ, and in which order an experiment names them reaches no result.
 *
 * @throws StoreError where what the stage computes with cannot be copied
 */
export function taskFile(
  task: PlannedTask,
  { code, fingerprint, inputs, numerics }: Resolution,
  { settings, folder, isPortable, pathOf, links }: TaskFileOptions,
): TaskFile {
  const { definition, form } = task.node.stage
  const hashed = parsePreImage(preImage(fingerprint))
  const inputFile = ({ kind, digest }: OutputRecord): InputFile => ({ kind, digest, path: pathOf(digest) })
  /** Names in the order of the pre-image; what a group gives stands in the order of its list, there too. */
  const inputFiles = (role: string, digests: Given<Digest>): Given<InputFile> => {
    const given = inputs[role]!
    if (isRecord(given)) return inputFile(given)
    if (isGroupOf(given)) return atOnce(mapGroup(given, inputFile))
    return Object.fromEntries(Object.keys(digests).map((name) => [name, inputFile(given[name]!)]))
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
    inputs: Object.fromEntries(
      Object.entries(hashed.inputs).map(([role, digests]) => [role, inputFiles(role, digests)]),
    ),
    allow: definition.allow ?? [],
    packages: Object.keys(hashed.packages).map((package_) => package_.replace(/(?<=.)@.*$/, "")),
    ...placeNumerics(numerics, folder, isPortable),
    settings,
    ...(links === undefined ? {} : { links, unit: definition.unit ?? "link" }),
  }
}
