// What the line of a stage has to do with today's keys of its tasks: whether it says what they do, and why they moved. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import { differences, paramReasons, type Reason } from "../key/explain.ts"
import type { Resolution } from "../key/resolve.ts"
import type { LockedStage } from "./lines.ts"
import type { Lock } from "./lock-file.ts"

/** Whether the line of a task's stage says what its key does. What stands beside a key of another record may be anything. */
export function isKeyedAs(lock: Lock, { fingerprint }: Resolution): boolean {
  const stage = lock.stages[fingerprint.stage]
  if (fingerprint.record !== undefined) return stage?.keyFormat === fingerprint.record.format
  return stage !== undefined && keyed(stage) === keyed(fingerprint)
}

const keyed = ({
  code,
  packages,
  numerics,
  environment = {},
}: Pick<LockedStage, "code" | "packages" | "numerics" | "environment">): string =>
  canonical([code, packages, numerics, environment])

/** The lock does not keep inputs: what is left unexplained is wiring, or digests that were edited. @param params as it says */
export function whyKey(lock: Lock, params: Json, { fingerprint, code }: Resolution): ReadonlyArray<Reason> {
  const stage = lock.stages[fingerprint.stage]
  if (stage === undefined) return [{ reason: "never-ran" }]
  const { keyFormat: format = "stage-key/1", packages, numerics, environment = {} } = stage
  if (fingerprint.record?.format === format) {
    const why = paramReasons("", params, fingerprint.params)
    return why.length > 0 ? why : [{ reason: "wiring" }] // the lock does not keep records either
  }
  const before = { ...fingerprint, format, code: stage.code, packages, numerics, params, environment }
  const why = differences(
    { fingerprint: before, sources: stage.sources },
    { fingerprint, sources: code.sources },
  )
  return why.length > 0 ? why : [{ reason: "wiring" }]
}
