// Why a task is not cached: its fingerprint against an earlier one, down to the param. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import { type Given, isGroupOf, namedGiven } from "../content/given.ts"
import { groupedBy } from "../content/grouped.ts"
import type { FolderChange } from "../content/manifest.ts"
import { type InputDigests, isOneDigest } from "../ledger/records.ts"
import {
  type CommandLine,
  type Fingerprint,
  formatOf,
  isReadable,
  type OtherRecord,
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
  /** Every answer that it had was set aside. */
  | { readonly reason: "forgotten"; readonly answers: number }
  /** Its answer is older than it may be. */
  | { readonly reason: "stale"; readonly at: string; readonly fresh: string }
  /** Its probe says whether its answer is good, as it last did at `probed`; or the answer is from before it had one. */
  | { readonly reason: "probe"; readonly at: string; readonly probed: string | null }
  | { readonly reason: "unprobed"; readonly at: string }
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
      /** Where another version of it stands in its place. */
      readonly versions?: { readonly before: string; readonly after: string }
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
  /** A variable that a stage declares, null where it is not set; of a program an executable too, its version, the platform, or whether what is installed is known. */
  | {
      readonly reason: "environment"
      readonly what: "executable" | "version" | "platform" | "variable" | "environment"
      readonly name: string
      readonly before: string | null
      readonly after: string | null
    }
  /** Of a program: its arguments, where nothing else differs. */
  | { readonly reason: "command"; readonly before: string | null; readonly after: string }

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
  if (a.format !== formatOf(b)) return formatReasons(a, b)
  if (b.record !== undefined) return [...recordReasons(a.record!, b.record), ...variableReasons(a, b)]
  const beside = b.command === undefined ? numericsReasons(a, b) : environmentReasons(a, b)
  const own = [...codeReasons(before, after), ...taskReasons(a, b), ...beside]
  return own.length > 0 ? own : commandReasons(a, b)
}

/** Of another format: what a key says of code, packages and numerics is not to be compared with what it says today. */
function formatReasons(a: ReadFingerprint, b: Fingerprint): ReadonlyArray<Reason> {
  const isKnown = isReadable(a.format)
  const format: Reason = { reason: "key-format", before: a.format, after: formatOf(b), isKnown }
  return isKnown ? [format, ...taskReasons(a, b)] : [format]
}

const recordReasons = (a: OtherRecord, b: OtherRecord): ReadonlyArray<Reason> =>
  ["request", "trial"].flatMap((name, i) => paramReasons(name, a.fields[i], b.fields[i]))

function codeReasons(before: Described, after: Described): ReadonlyArray<Reason> {
  const a = before.fingerprint
  const b = after.fingerprint
  const reasons: Array<Reason> = []
  if (a.code !== b.code) {
    const sources = sourceReasons(before.sources, after.sources)
    for (const source of sources) reasons.push(source)
    if (sources.length === 0) reasons.push({ reason: "code", before: a.code, after: b.code })
  }
  for (const reason of packageReasons(a.packages, b.packages)) reasons.push(reason)
  return reasons
}

/** One that went and one that came, of one name, are two versions of it. */
function packageReasons(a: Fingerprint["packages"], b: Fingerprint["packages"]): ReadonlyArray<Reason> {
  const differing = namesOf(a, b).filter((name) => a[name] !== b[name])
  const byName = groupedBy(differing, (name) => versionOf(name).name)
  return [...byName].flatMap(([name, versions]): ReadonlyArray<Reason> => {
    const [gone, come] = [
      versions.filter((each) => b[each] === undefined),
      versions.filter((each) => a[each] === undefined),
    ]
    if (versions.length === 2 && gone.length === 1 && come.length === 1) {
      const [before, after] = [gone[0]!, come[0]!]
      const of = { before: versionOf(before).version, after: versionOf(after).version }
      return [{ reason: "package", name, before: a[before]!, after: b[after]!, versions: of }]
    }
    return versions.map((each) => ({
      reason: "package",
      name: each,
      before: a[each] ?? null,
      after: b[each] ?? null,
    }))
  })
}

/** Names may begin with one: `@types/node@22.1.0`. */
function versionOf(package_: string): { readonly name: string; readonly version: string } {
  const at = package_.lastIndexOf("@")
  return at <= 0
    ? { name: package_, version: "" }
    : { name: package_.slice(0, at), version: package_.slice(at + 1) }
}

const numericsReasons = ({ numerics: before }: Fingerprint, { numerics: after }: Fingerprint) =>
  canonical(before) === canonical(after) ? [] : [{ reason: "numerics" as const, before, after }]

/** By what a program runs in, each part by itself. */
function environmentReasons({ numerics: before }: Fingerprint, { numerics: after }: Fingerprint) {
  const [was, is] = [partsOf(before), partsOf(after)]
  return namesOf(was, is).flatMap((part): ReadonlyArray<Reason> => {
    if (was[part] === is[part]) return []
    const [what, name] = JSON.parse(part) as [Extract<Reason, { reason: "environment" }>["what"], string]
    return [{ reason: "environment", what, name, before: was[part] ?? null, after: is[part] ?? null }]
  })
}

/** Texts by what they are of and its name. */
function partsOf(identity: Json): Readonly<Record<string, string | null>> {
  if (!isFields(identity)) return {}
  const { executables = {}, variables = {}, ...others } = identity
  const named = (what: string, fields: Json): ReadonlyArray<readonly [string, string | null]> =>
    isFields(fields)
      ? Object.entries(fields).map(([name, value]) => [JSON.stringify([what, name]), value as string | null])
      : []
  return Object.fromEntries([
    ...named("executable", executables),
    ...named("variable", variables),
    ...Object.entries(others).map(
      ([what, value]) => [JSON.stringify([what, ""]), value as string | null] as const,
    ),
  ])
}

function commandReasons(
  { command: before }: Fingerprint,
  { command: after }: Fingerprint,
): ReadonlyArray<Reason> {
  if (after === undefined || canonical(before ?? null) === canonical(after)) return []
  return [
    {
      reason: "command",
      before: before === undefined ? null : commandText(before),
      after: commandText(after),
    },
  ]
}

/** As a person would type it, nearly. */
function commandText({ argv, threads, stdin, stdout }: CommandLine): string {
  const words = argv.map((word) => (/^[\w./=:+@,-]+$/.test(word) ? word : JSON.stringify(word)))
  const [from, to] = [stdin === null ? "" : ` < ${stdin}`, stdout === null ? "" : ` > ${stdout}`]
  return `${words.join(" ")}${from}${to}${threads === 1 ? "" : ` (${threads} threads)`}`
}

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
  return [...paramReasons("", a.params, b.params), ...variableReasons(a, b), ...inputs, ...ordered]
}

const variableReasons = (
  { environment: before = {} }: Fingerprint,
  { environment: after = {} }: Fingerprint,
): ReadonlyArray<Reason> =>
  namesOf(before, after).flatMap((name): ReadonlyArray<Reason> => {
    const [was, is] = [before[name], after[name]].map((value) => value ?? null)
    return was === is ? [] : [{ reason: "environment", what: "variable", name, before: was!, after: is! }]
  })

function sourceReasons(a: Described["sources"], b: Described["sources"]): ReadonlyArray<Reason> {
  return namesOf(a, b).flatMap((path): ReadonlyArray<Reason> => {
    if (a[path] === b[path]) return []
    const change = a[path] === undefined ? "added" : b[path] === undefined ? "removed" : "edited"
    return [{ reason: "source", path, change }]
  })
}

export function paramReasons(
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
