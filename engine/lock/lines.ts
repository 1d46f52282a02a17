// What the lines of a lock file hold, each by its first word, and whether one holds all that it should. Pure.
import type { Json } from "../content/canonical.ts"
import { type Digest, isDigest, type Key } from "../content/digest.ts"
import type { Environment } from "../key/fingerprint.ts"
import type { Adopted } from "../ledger/records.ts"

/** What a task gave. */
export interface Gave {
  readonly outputs: Readonly<Record<string, Digest>>
  /** Of outputs of kind `metrics` and `value`, what they hold: a reviewer reads it, and bound params are checked with it. */
  readonly contents: Readonly<Record<string, Json>>
  /** Of a chained task: the digest of every link's state. */
  readonly states?: ReadonlyArray<Digest>
  /**
   * Of a chained task: the digest of every link's metrics, which decide when it stops. Format 1 had none, and of links that a
   * ledger lost nobody knows them.
   */
  readonly metrics?: ReadonlyArray<Digest>
  /** Its outputs were taken over from other code, of which a sample was computed again: the rest is not proven for today's. */
  readonly adopted?: Adopted
  /** It was observed, not computed: when, and as which of its answers. */
  readonly observed?: Observed
}

export interface LockedTask extends Gave {
  readonly key: Key
  readonly params: Json
}

export interface Observed {
  /** ISO 8601, UTC. */
  readonly at: string
  /** From 1. */
  readonly nth: number
  /** The digest of what its probe gave before it was observed, where it had one. */
  readonly probe?: Digest
  /** Of a task of a group, whose key stands nowhere else. */
  readonly key?: Key
}

/** What the keys of a stage's tasks share, so that a difference can be named down to the source file. */
export interface LockedStage {
  /** The format of its tasks' keys; format 1 of locks did not say it. */
  readonly keyFormat?: string
  readonly code: Digest
  readonly sources: Readonly<Record<string, Digest>>
  readonly packages: Readonly<Record<string, string>>
  readonly numerics: Json
  /** What the variables held that it declares; absent where it declares none. */
  readonly environment?: Environment
}

/** Which output a single named result is: what other experiments, and comparisons with a later lock, find by its name. */
export interface LockedResult {
  readonly task: string
  readonly output: string
  readonly kind: string
}

type Fields = Readonly<Record<string, unknown>>

export const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined

export const isText = (value: unknown): boolean => typeof value === "string"

export const areTexts = (value: unknown): boolean => {
  const fields = fieldsOf(value)
  return fields !== undefined && Object.values(fields).every(isText)
}

export const isListOf = (value: unknown): value is ReadonlyArray<unknown> =>
  Array.isArray(value) && value.every(isText)

export function isLockedTask(value: unknown): boolean {
  const { key, params, outputs, contents, ...beside } = fieldsOf(value) ?? {}
  return (
    isText(key) &&
    params !== undefined &&
    areTexts(outputs) &&
    fieldsOf(contents) !== undefined &&
    isBeside(beside)
  )
}

/** What a line says beside outputs and what they hold. */
export function isBeside({ states = [], metrics, adopted, observed }: Fields): boolean {
  return (
    isListOf(states) &&
    (metrics === undefined || (isListOf(metrics) && metrics.length === states.length)) &&
    (adopted === undefined || isAdopted(adopted)) &&
    (observed === undefined || isObserved(observed))
  )
}

export function isAdopted(value: unknown): value is Adopted {
  const { from, links, ends } = fieldsOf(value) ?? {}
  return typeof from === "string" && isDigest(from) && isSampled(links) && isSampled(ends)
}

function isSampled(value: unknown): boolean {
  const { compared, of } = fieldsOf(value) ?? {}
  return isCount(compared) && isCount(of) && compared <= of
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

function isObserved(value: unknown): boolean {
  const { at, nth, probe, key } = fieldsOf(value) ?? {}
  if (probe !== undefined && !(typeof probe === "string" && isDigest(probe))) return false
  if (key !== undefined && !isText(key)) return false
  return typeof at === "string" && !Number.isNaN(Date.parse(at)) && isCount(nth) && nth > 0
}

export function isLockedResult(value: unknown): boolean {
  const { task, output, kind } = fieldsOf(value) ?? {}
  return isText(task) && isText(output) && isText(kind)
}

export function isLockedStage(value: unknown): boolean {
  const { keyFormat, code, sources, packages, numerics, environment } = fieldsOf(value) ?? {}
  return (
    (keyFormat === undefined || isText(keyFormat)) &&
    isText(code) &&
    areTexts(sources) &&
    areTexts(packages) &&
    numerics !== undefined &&
    (environment === undefined || isEnvironment(environment))
  )
}

function isEnvironment(value: unknown): boolean {
  const variables = fieldsOf(value)
  return variables !== undefined && Object.values(variables).every((held) => held === null || isText(held))
}
