// The fingerprint: the whole pre-image of a task's key, kept so that "why did it run?" is a diff. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import type { InputDigests } from "../ledger/records.ts"

/** What each declared variable of the environment holds; null for one that is not set. */
export type Environment = Readonly<Record<string, string | null>>

export interface Fingerprint {
  /** The stage's name, and its form if it has several (`evaluate.test`): with equal code they are still two. */
  readonly stage: string
  /** SHA-256 of the bundle that the worker imports: what runs is what is hashed. */
  readonly code: Digest
  /** `name@version` → SHA-256 of its installed files, for every package in the closure of what the bundle imports. */
  readonly packages: Readonly<Record<string, string>>
  /** Encoded by the stage's schema; bound params stand here as their values. */
  readonly params: Json
  /** By role, so that swapped inputs change the key. */
  readonly inputs: InputDigests
  /** Identity of what computes, for stages that say that they depend on it; of a program what it runs in; otherwise null. */
  readonly numerics: Json
  /** What the variables hold that the stage declares; absent, also from the key, where it declares none, and of a program. */
  readonly environment?: Environment
  /** Of a program, whose key is of a format of its own. */
  readonly command?: CommandLine
  /** Of what is no function of its inputs and params alone: what is hashed in place of all that but the stage's name. */
  readonly record?: OtherRecord | undefined
}

/** What a program is started with. */
export interface CommandLine {
  readonly argv: ReadonlyArray<string>
  /** How many threads its libraries may use. */
  readonly threads: number
  /** The role whose file is its standard input, and the output that its standard output is. */
  readonly stdin: string | null
  readonly stdout: string | null
}

/** Of what is asked: all else stands beside the key. */
export interface OtherRecord {
  readonly format: "observation-key/1"
  readonly fields: readonly [request: Json, trial: Json]
}

/** What a task asks, if it is of a recorded stage. */
export const requestOf = ({ record }: Pick<Fingerprint, "record">): Json | undefined => record?.fields[0]

/** The format of the record that is hashed: keys of two formats have nothing to do with each other. */
export const keyFormat = "stage-key/2"

/**
 * The format of the keys of programs: the same in the same places, the sources' digest for the code and what is installed for the
 * packages, and behind them the command.
 */
export const programFormat = "program-key/1"

/** The format that the key of a fingerprint has today. */
export const formatOf = (f: Pick<Fingerprint, "command" | "record">): string =>
  f.record?.format ?? ownFormat(f)

const ownFormat = ({ command }: Pick<Fingerprint, "command">): string =>
  command === undefined ? keyFormat : programFormat

/**
 * The canonical bytes that are hashed. Hosts, paths, clocks, concurrency and the experiment's name are not among them.
 *
 * @param format one that says the same in the same places: to make an earlier key again
 */
export const preImage = (f: Fingerprint, format = formatOf(f)): string =>
  f.record === undefined ? ownPreImage(f, format) : otherPreImage(f, f.record)

const otherPreImage = ({ stage, environment }: Fingerprint, { format, fields }: OtherRecord): string =>
  canonical([format, stage, ...fields, ...(environment === undefined ? [] : [environment])], stage)

/** Of a stage as the function that it is: what a task is handed is decoded from that, whatever its key is made of. */
export const ownPreImage = (f: Fingerprint, format = ownFormat(f)): string =>
  `["${format}",${canonical(f.stage)},${canonical(f.code)},${shared(f.packages, `${f.stage}[3]`)},${canonical(f.params, `${f.stage}[4]`)},${canonical(f.inputs, `${f.stage}[5]`)},${shared(f.numerics, `${f.stage}[6]`)}${further(f.command ?? f.environment, f.stage)}]`

const further = (last: Json | CommandLine | undefined, stage: string): string =>
  last === undefined ? "" : `,${canonical(last, `${stage}[7]`)}`

/** What all tasks of a stage have in common is encoded once; such values never change. */
const encoded = new WeakMap<object, string>()

function shared(value: Json, path: string): string {
  if (typeof value !== "object" || value === null) return canonical(value, path)
  const known = encoded.get(value)
  if (known !== undefined) return known
  const text = canonical(value, path)
  encoded.set(value, text)
  return text
}

/** A fingerprint that was read, and the format that its key is of: `keyFormat`, or an earlier one. */
export interface ReadFingerprint extends Fingerprint {
  readonly format: string
}

/** Formats of the keys of stages that say the same in the same places, today's first. */
export const readableFormats: ReadonlyArray<string> = [keyFormat, "stage-key/1"]

/** Whether a pre-image of a format says what this engine understands; one of a newer engine may say anything. */
export const isReadable = (format: string): boolean =>
  readableFormats.includes(format) || format === programFormat

const otherFormat: OtherRecord["format"] = "observation-key/1"

const nothing = { code: "" as Digest, packages: {}, params: null, inputs: {}, numerics: null }

/** Reads a pre-image back, names sorted as the key sorts them; those of `stage-key/1` say the same in the same places, and others nothing. */
export function parsePreImage(text: string): ReadFingerprint {
  const [format, stage, ...rest] = JSON.parse(text)
  if (format === otherFormat) {
    const [request, trial, environment] = rest
    const record = { format: otherFormat, fields: [request, trial] as const }
    return { ...nothing, format, stage, record, ...(environment === undefined ? {} : { environment }) }
  }
  const [code, packages, params, inputs, numerics, last] = rest
  return {
    ...{ format, stage, code, packages, params, inputs, numerics },
    ...(last === undefined ? {} : format === programFormat ? { command: last } : { environment: last }),
  }
}
