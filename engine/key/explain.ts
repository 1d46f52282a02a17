// Why a task is not cached: its fingerprint against the nearest earlier one, down to the param. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import type { InputDigests } from "../ledger/records.ts"
import { type Fingerprint, parsePreImage } from "./fingerprint.ts"

/** One difference between two fingerprints, or the reason that there is none to compare. */
export type Reason =
  | { readonly reason: "never-ran" }
  | { readonly reason: "forced" }
  | { readonly reason: "upstream"; readonly tasks: ReadonlyArray<string> }
  | { readonly reason: "wiring" }
  /** No difference: the task can have no key, and will fail. */
  | { readonly reason: "refused"; readonly tag: string; readonly message: string }
  | { readonly reason: "object-missing"; readonly output: string; readonly digest: Digest }
  | {
      readonly reason: "param"
      readonly path: string
      readonly before: Json | null
      readonly after: Json | null
    }
  | { readonly reason: "source"; readonly path: string; readonly change: "edited" | "added" | "removed" }
  | { readonly reason: "code"; readonly before: Digest; readonly after: Digest }
  | {
      readonly reason: "package"
      readonly name: string
      readonly before: string | null
      readonly after: string | null
    }
  | {
      readonly reason: "input"
      readonly role: string
      readonly before: Digest | null
      readonly after: Digest | null
    }
  | { readonly reason: "numerics"; readonly before: Json; readonly after: Json }

/** What is compared: a fingerprint and, beside it, the digests of its sources. */
export interface Described {
  readonly fingerprint: Fingerprint
  readonly sources: Readonly<Record<string, Digest>>
}

export const describeResult = (result: {
  readonly fingerprint: string
  readonly sources: Described["sources"]
}): Described => ({
  fingerprint: parsePreImage(result.fingerprint),
  sources: result.sources,
})

/** The differences to the nearest of `earlier` (fewest of them; the first wins a tie). */
export function explain(now: Described, earlier: ReadonlyArray<Described>): ReadonlyArray<Reason> {
  let nearest: ReadonlyArray<Reason> | undefined
  for (const before of earlier) {
    const reasons = differences(before, now)
    if (nearest === undefined || reasons.length < nearest.length) nearest = reasons
    if (nearest.length === 1) break // nothing is nearer
  }
  return nearest ?? [{ reason: "never-ran" }]
}

/** Every difference, code and packages first, since one of them moves all tasks of a stage. */
export function differences(before: Described, after: Described): ReadonlyArray<Reason> {
  const a = before.fingerprint
  const b = after.fingerprint
  const reasons: Array<Reason> = []
  if (a.code !== b.code) {
    const sources = sourceReasons(before.sources, after.sources)
    for (const source of sources) reasons.push(source)
    if (sources.length === 0) reasons.push({ reason: "code", before: a.code, after: b.code })
  }
  for (const name of namesOf(a.packages, b.packages)) {
    if (a.packages[name] !== b.packages[name]) {
      reasons.push({
        reason: "package",
        name,
        before: a.packages[name] ?? null,
        after: b.packages[name] ?? null,
      })
    }
  }
  for (const reason of paramReasons("", a.params, b.params)) reasons.push(reason)
  const before_ = flatInputs(a.inputs)
  const after_ = flatInputs(b.inputs)
  for (const role of namesOf(before_, after_)) {
    if (before_[role] !== after_[role]) {
      reasons.push({ reason: "input", role, before: before_[role] ?? null, after: after_[role] ?? null })
    }
  }
  if (canonical(a.numerics) !== canonical(b.numerics))
    reasons.push({ reason: "numerics", before: a.numerics, after: b.numerics })
  return reasons
}

function sourceReasons(a: Described["sources"], b: Described["sources"]): ReadonlyArray<Reason> {
  return namesOf(a, b).flatMap((path): ReadonlyArray<Reason> => {
    if (a[path] === b[path]) return []
    const change = a[path] === undefined ? "added" : b[path] === undefined ? "removed" : "edited"
    return [{ reason: "source", path, change }]
  })
}

function paramReasons(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
): ReadonlyArray<Reason> {
  if (isFields(before) && isFields(after)) {
    return namesOf(before, after).flatMap((name) =>
      paramReasons(path === "" ? name : `${path}.${name}`, before[name], after[name]),
    )
  }
  const same = before !== undefined && after !== undefined && canonical(before) === canonical(after)
  return same ? [] : [{ reason: "param", path, before: before ?? null, after: after ?? null }]
}

const isFields = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

function namesOf(a: object, b: object): ReadonlyArray<string> {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
}

/** `role` or `role/name` → digest. */
const flatInputs = (inputs: InputDigests): Readonly<Record<string, Digest>> =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([role, given]) =>
      typeof given === "string"
        ? [[role, given] as const]
        : Object.entries(given).map(([name, digest]) => [`${role}/${name}`, digest] as const),
    ),
  )
