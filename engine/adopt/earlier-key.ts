// The key that a task had under earlier code: its fingerprint with that code's digest, packages and numerics, in the format of
// then. Where it is a key that the lock has, params and inputs are those of then: a key says so of both. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import { type Key, keyOf } from "../content/digest.ts"
import { decodeParams, encodeParams } from "../declare/params.ts"
import {
  type Fingerprint,
  preImage,
  programFormat,
  type ReadFingerprint,
  readableFormats,
} from "../key/fingerprint.ts"
import type { LockedStage } from "../lock/lines.ts"
import type { PlannedTask } from "../plan/planned.ts"

/** What a task was called by earlier code. */
export interface Earlier {
  readonly key: Key
  readonly fingerprint: ReadFingerprint
}

/**
 * @param params those of the lock's tasks of the stage, the one of the same label first: today's may be more by what stands
 *   at its default
 * @param isKnown whether the lock has a key
 */
export function earlierOf(
  task: PlannedTask,
  today: Fingerprint,
  stage: LockedStage,
  params: ReadonlyArray<Json>,
  isKnown: (key: Key) => boolean,
): Earlier | undefined {
  for (const each of [today.params, ...withoutDefaults(task, today.params, params)])
    for (const format of formatsOf(today)) {
      const earlier = earlierWith(today, stage, each, format)
      if (isKnown(earlier.key)) return earlier
    }
  return undefined
}

/** Formats that a key of today's work may have had. */
export const formatsOf = ({ command }: Fingerprint): ReadonlyArray<string> =>
  command === undefined ? readableFormats : [programFormat]

/** The key of today's inputs under another code and other params, in one of the formats. */
export function earlierWith(
  today: Fingerprint,
  { code, packages, numerics, environment }: LockedStage,
  params: Json,
  format: string,
): Earlier {
  const { environment: _, ...others } = today
  const fingerprint = {
    ...{ ...others, format, code, packages, numerics, params },
    ...(environment === undefined ? {} : { environment }),
  }
  return { key: keyOf(preImage(fingerprint, format)), fingerprint }
}

/** Params that become today's when what they lack is filled in by the schema's defaults. */
function withoutDefaults(task: PlannedTask, today: Json, earlier: ReadonlyArray<Json>): ReadonlyArray<Json> {
  const [own, ...others] = earlier
  const stripped = isFields(today)
    ? [...new Set(others.map(namesText))].map((names) => only(today, JSON.parse(names)))
    : []
  return [...(own === undefined ? [] : [own]), ...stripped].filter(
    (params) => canonical(params) !== canonical(today) && isFilledTo(task, params, today),
  )
}

export const isFields = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const namesText = (params: Json): string => JSON.stringify(isFields(params) ? Object.keys(params).sort() : [])

export const only = (fields: { readonly [name: string]: Json }, names: ReadonlyArray<string>): Json =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))

export function isFilledTo(task: PlannedTask, params: Json, today: Json): boolean {
  const filled = filledIn(task, params)
  return filled !== undefined && canonical(filled) === canonical(today)
}

/** Earlier params as today's schema takes them, with its defaults; undefined when it does not. */
export function filledIn({ label, node }: PlannedTask, params: Json): Json | undefined {
  const schema = node.stage.definition.params
  try {
    return encodeParams(label, schema, decodeParams(schema, params))
  } catch {
    return undefined
  }
}
