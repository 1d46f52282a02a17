// The task file: what a worker is told, everything that the key covers, where inputs lie, and which links are known. Pure.
import { isRecord, type Resolution } from "../key/resolve.ts"
import type { OutputRecord } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/plan.ts"
import type { InputFile, KnownLink, TaskFile } from "../worker/protocol.ts"

export interface TaskFileOptions {
  readonly settings: Readonly<Record<string, string>>
  /** Where an artifact's bytes lie. */
  readonly pathOf: (digest: OutputRecord["digest"]) => string
  /** Of a chained task. */
  readonly links?: ReadonlyArray<KnownLink> | undefined
}

export function taskFile(
  task: PlannedTask,
  { code, fingerprint, inputs, numerics }: Resolution,
  { settings, pathOf, links }: TaskFileOptions,
): TaskFile {
  const { definition, form } = task.node.stage
  const inputFile = ({ kind, digest }: OutputRecord): InputFile => ({ kind, digest, path: pathOf(digest) })
  const named = (records: Readonly<Record<string, OutputRecord>>) =>
    Object.fromEntries(Object.entries(records).map(([name, record]) => [name, inputFile(record)]))
  return {
    protocol: 1,
    label: task.label,
    stage: task.stage,
    form: form ?? null,
    code: code.path,
    params: fingerprint.params,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([role, given]) => [
        role,
        isRecord(given) ? inputFile(given) : named(given),
      ]),
    ),
    allow: definition.allow ?? [],
    files: numerics?.files ?? {},
    ...(numerics?.provider === undefined ? {} : { provider: numerics.provider }),
    settings,
    ...(links === undefined ? {} : { links, unit: definition.unit ?? "link" }),
  }
}
