// Kinds: what an artifact is, and how its bytes become the value that a stage sees. Knows no stage by name.
import { type AnswerDraft, answerRows, answersKind } from "./answers.ts"
import { canonical, type Json } from "./canonical.ts"
import type { Folder } from "./folder.ts"
import { utf8Text } from "./utf8.ts"

/** A row of a table: flat, printable cells. */
export type Row = Readonly<Record<string, string | number | boolean | null>>
/** Numbers under flat dotted names; `x.low` and `x.high` beside `x` are its 95 % interval. */
export type Metrics = Readonly<Record<string, number>>

/** What a stage sees for each base kind; any kind that is not listed is bytes. */
export interface Kinds {
  readonly value: Json
  readonly metrics: Metrics
  readonly table: ReadonlyArray<Row>
  readonly chart: Json
  readonly json: Json
  readonly text: string
  readonly csv: string
  readonly document: string
  readonly svg: string
  /** The path of a file, to be read there: of any size, and never whole in memory unless the stage makes it so. */
  readonly file: string
  readonly folder: Folder
}

/** Kinds whose content stays on the disk: it is handed over, and given, as a path. */
type PathKind = "file" | "folder"

/** What a stage gives for each of those. */
interface GivenPaths {
  /** Where it has written the file: in a place that it was given. */
  readonly file: string
  /** Where it has written files, or the files by name: each as bytes, or where it has written it. */
  readonly folder: string | ReadonlyMap<string, Uint8Array | string>
}

type Base<K extends string> = K extends `${infer B}:${string}` ? B : K

/** The decoded form of an artifact of kind `K`: `table:curve` is decoded as its base, `table`; answers have columns of their own. */
export type Content<K extends string> =
  K extends Accepts<"table:answers">
    ? ReadonlyArray<AnswerDraft>
    : Base<K> extends keyof Kinds
      ? Kinds[Base<K>]
      : Uint8Array

/** What a stage gives for an output of kind `K`: what others see, but for files and folders. */
export type Written<K extends string> = Base<K> extends PathKind ? GivenPaths[Base<K>] : Content<K>

/** A role that names a kind accepts that kind and every refinement of it, never its base. */
export type Accepts<K extends string> = K | `${K}:${string}`

export const accepts = (wanted: string, given: string): boolean =>
  given === wanted || given.startsWith(`${wanted}:`)

export const baseOf = (kind: string): string => kind.split(":", 1)[0]!

export const isFolder = (kind: string): boolean => baseOf(kind) === "folder"

/** Whether content stays on the disk: a `file`, which is handed over as a path, or a `folder` of such. */
export const isOnDisk = (kind: string): boolean => baseOf(kind) === "file" || isFolder(kind)

interface Codec {
  readonly encode: (content: never) => Uint8Array
  readonly decode: (bytes: Uint8Array) => unknown
}

const utf8 = new TextEncoder()
const text: Codec = {
  encode: (content: string) => {
    if (/\p{Surrogate}/u.test(content))
      throw new TypeError("the text holds a lone surrogate, which UTF-8 cannot encode")
    return utf8.encode(content)
  },
  decode: utf8Text,
}
const json: Codec = {
  encode: (content: Json) => utf8.encode(canonical(content)),
  decode: (bytes) => JSON.parse(text.decode(bytes) as string),
}
const table: Codec = {
  encode: (rows: ReadonlyArray<Row>) => utf8.encode(canonical(columnar(rows))),
  decode: (bytes) => {
    const { columns, rows } = json.decode(bytes) as ReturnType<typeof columnar>
    return rows.map((cells) => Object.fromEntries(columns.map((name, i) => [name, cells[i]!])))
  },
}
const metrics: Codec = {
  encode: (content: Metrics) => {
    const wrong = Object.entries(content).find(([, value]) => typeof value !== "number")
    if (wrong !== undefined) throw new TypeError(`metric "${wrong[0]}" is not a number`)
    return json.encode(content as never)
  },
  decode: json.decode,
}
const codecs: Readonly<Record<Exclude<keyof Kinds, PathKind>, Codec>> = {
  value: json,
  metrics,
  chart: json,
  json,
  table,
  text,
  csv: text,
  document: text,
  svg: text,
}
const bytes: Codec = { encode: asBytes, decode: (content) => content }

const codecOf = (kind: string): Codec => {
  const base = baseOf(kind)
  return Object.hasOwn(codecs, base) ? codecs[base as keyof typeof codecs] : bytes
}

/** @throws CanonicalError or TypeError when `content` is not what the kind holds */
export const encodeContent = (kind: string, content: unknown): Uint8Array => {
  const codec = codecOf(kind)
  if (codec === text && typeof content !== "string")
    throw new TypeError(`${kind} holds text, not ${describe(content)}`)
  const isAnswers = accepts(answersKind, kind) && Array.isArray(content)
  return codec.encode((isAnswers ? answerRows(content) : content) as never)
}

/** @throws SyntaxError or TypeError when the bytes are not of the kind */
export const decodeContent = (kind: string, content: Uint8Array): unknown => codecOf(kind).decode(content)

/** Column order is that of the first row; canonical encoding alone would sort it away. */
function columnar(rows: ReadonlyArray<Row>): {
  columns: ReadonlyArray<string>
  rows: ReadonlyArray<ReadonlyArray<Row[string]>>
} {
  if (!Array.isArray(rows)) throw new TypeError(`a table holds an array of rows, not ${describe(rows)}`)
  const columns = Object.keys(rows[0] ?? {})
  const known = new Set(columns)
  return {
    columns,
    rows: rows.map((row: Row, i) => {
      const extra = Object.keys(row).find((name) => !known.has(name))
      if (extra !== undefined)
        throw new TypeError(`row ${i} has a column "${extra}" that the first row lacks`)
      return columns.map((name) => row[name] ?? null)
    }),
  }
}

function asBytes(content: unknown): Uint8Array {
  if (content instanceof Uint8Array) return content
  throw new TypeError(`an artifact without a codec holds bytes (Uint8Array), not ${describe(content)}`)
}

const describe = (content: unknown): string =>
  content === null
    ? "null"
    : typeof content === "object"
      ? (content.constructor?.name ?? "an object")
      : typeof content
