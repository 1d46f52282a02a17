// Why a task is not cached: its fingerprint against an earlier one, down to the param. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import { type Given, isGroupOf, namedGiven } from "../content/given.ts"
import type { FolderChange } from "../content/manifest.ts"
import { type InputDigests, isOneDigest } from "../ledger/records.ts"
import {
  type Fingerprint,
  isReadable,
  keyFormat,
  parsePreImage,
  type ReadFingerprint,
} from "./fingerprint.ts"

/** The value that decided on a choice. */
export interface Decision {
  /** The task that gives it; null for a local file. */
  readonly task: string | null
  readonly output: string
  /** Of the field inside it. */
  readonly path: ReadonlyArray<string>
  readonly value: Json
  /** The values for which the branches are. */
  readonly branches: ReadonlyArray<Json>
}

/** One difference between two fingerprints, or the reason that there is none to compare. */
export type Reason =
  | { readonly reason: "never-ran" }
  | { readonly reason: "forced" }
  | { readonly reason: "upstream"; readonly tasks: ReadonlyArray<string> }
  | { readonly reason: "wiring" }
  /** The earlier key is of another format, so that code and packages cannot be compared: an older one, or one that is not known. */
  | {
      readonly reason: "key-format"
      readonly before: string
      readonly after: string
      readonly isKnown: boolean
    }
  /** No difference: the task can have no key, and will fail. */
  | { readonly reason: "refused"; readonly tag: string; readonly message: string }
  /** An upstream value decided against it. */
  | ({ readonly reason: "not-needed" } & Decision)
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
      /** Of two folders whose files are known: how they differ. */
      readonly files?: ReadonlyArray<FolderChange>
    }
  /** What a group gives is the same, and its list has another order. */
  | { readonly reason: "order"; readonly role: string }
  | { readonly reason: "numerics"; readonly before: Json; readonly after: Json }

/** What is compared: a fingerprint and, beside it, the digests of its sources. */
export interface Described {
  readonly fingerprint: Fingerprint
  readonly sources: Readonly<Record<string, Digest>>
}

/** The same as it was kept, by any engine. */
export interface Earlier extends Described {
  readonly fingerprint: ReadFingerprint
}

export const describeResult = (result: {
  readonly fingerprint: string
  readonly sources: Described["sources"]
}): Earlier => ({
  fingerprint: parsePreImage(result.fingerprint),
  sources: result.sources,
})

/** Every difference, code and packages first, since one of them moves all tasks of a stage. */
export function differences(before: Earlier, after: Described): ReadonlyArray<Reason> {
  const a = before.fingerprint
  const b = after.fingerprint
  return a.format === keyFormat
    ? [...codeReasons(before, after), ...taskReasons(a, b), ...numericsReasons(a, b)]
    : formatReasons(a, b)
}

/** Of another format: what a key says of code, packages and numerics is not to be compared with what it says today. */
function formatReasons(a: ReadFingerprint, b: Fingerprint): ReadonlyArray<Reason> {
  const isKnown = isReadable(a.format)
  const format: Reason = { reason: "key-format", before: a.format, after: keyFormat, isKnown }
  return isKnown ? [format, ...taskReasons(a, b)] : [format]
}

function codeReasons(before: Described, after: Described): ReadonlyArray<Reason> {
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
  return reasons
}

const numericsReasons = ({ numerics: before }: Fingerprint, { numerics: after }: Fingerprint) =>
  canonical(before) === canonical(after) ? [] : [{ reason: "numerics" as const, before, after }]

function taskReasons(a: Fingerprint, b: Fingerprint): ReadonlyArray<Reason> {
  const [before, after] = [flatInputs(a.inputs), flatInputs(b.inputs)]
  const ordered = Object.keys(b.inputs).flatMap(
    (role): ReadonlyArray<Reason> =>
      isReordered(a.inputs[role], b.inputs[role]) ? [{ reason: "order", role }] : [],
  )
  const inputs = namesOf(before, after).flatMap(
    (role): ReadonlyArray<Reason> =>
      before[role] === after[role]
        ? []
        : [{ reason: "input", role, before: before[role] ?? null, after: after[role] ?? null }],
  )
  return [...paramReasons("", a.params, b.params), ...inputs, ...ordered]
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

/** Whether a group gives the same in another order: for a role that takes it in order. */
function isReordered(before: Given<Digest> | undefined, after: Given<Digest> | undefined): boolean {
  if (before === undefined || after === undefined || isOneDigest(before) || isOneDigest(after)) return false
  if (!isGroupOf(before) || !isGroupOf(after)) return false
  const [was, is] = [before, after].map(({ group }) => group.map(([, name]) => name))
  return canonical(was!) !== canonical(is!) && canonical([...was!].sort()) === canonical([...is!].sort())
}

/** `role` or `role/name` → digest. */
const flatInputs = (inputs: InputDigests): Readonly<Record<string, Digest>> =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([role, given]) =>
      namedGiven(given, isOneDigest).map(
        ([name, digest]) => [name === "" ? role : `${role}/${name}`, digest] as const,
      ),
    ),
  )
