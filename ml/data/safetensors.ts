// Named tensors as safetensors bytes and back (https://github.com/huggingface/safetensors#format); it knows nothing
// of what the tensors mean. The same tensors always give the same bytes.
import type { Tensor, TensorData, Tensors } from "./tensor.ts"

type Maker = new (buffer: ArrayBuffer) => TensorData | BigInt64Array

const MAKERS: Readonly<Record<string, Maker>> = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  U32: Uint32Array,
  U8: Uint8Array,
  I64: BigInt64Array,
}

export interface SafetensorsFile {
  readonly tensors: Tensors
  /** Whole numbers of 64 bits, with which nothing here computes. */
  readonly counters: Readonly<Record<string, Tensor<BigInt64Array>>>
  readonly metadata: Readonly<Record<string, string>>
}

/** What can be written. */
export type Writable = Readonly<Record<string, AnyTensor>>
type AnyTensor = Tensor<TensorData | BigInt64Array>

/** Encodes with names in code-unit order and the header padded with spaces, so that data starts at 8 bytes. */
export function encodeSafetensors(
  tensors: Writable,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Array<[string, unknown]> = []
  const meta = Object.entries(metadata).sort(byName)
  if (meta.length > 0) header.push(["__metadata__", Object.fromEntries(meta)])
  const entries = Object.entries(tensors).sort(byName)
  let end = 0
  for (const [name, { shape, data }] of entries) {
    if (name === "__metadata__") throw new RangeError("no tensor may be called __metadata__")
    if (count(shape) !== data.length)
      throw new RangeError(`tensor ${name}: shape [${shape}] does not hold ${data.length} values`)
    const start = end
    end += data.byteLength
    header.push([name, { dtype: dtypeOf(data), shape, data_offsets: [start, end] }])
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const padded = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + padded + end).fill(0x20, 8, 8 + padded)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true)
  bytes.set(json, 8)
  let at = 8 + padded
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return bytes
}

/** Decodes and checks everything; throws SafetensorsError saying what is wrong. */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (bytes.length < 8) throw new SafetensorsError(`${bytes.length} bytes are too few for a header's length`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Number(view.getBigUint64(0, true))
  if (length > bytes.length - 8)
    throw new SafetensorsError(`the header claims ${length} bytes of ${bytes.length - 8}: cut off?`)
  const { __metadata__: meta = {}, ...entries } = parse(bytes.subarray(8, 8 + length))
  if (!isRecord(meta) || Object.values(meta).some((value) => typeof value !== "string"))
    throw new SafetensorsError("__metadata__ must map names to strings")
  const body = bytes.subarray(8 + length)
  const read = Object.entries(entries).map(([name, entry]) => tensorAt(name, entry, body))
  let end = 0
  for (const { name, start, stop } of read.sort((a, b) => a.start - b.start || a.stop - b.stop)) {
    if (start !== end) throw new SafetensorsError(`tensor ${name} starts at ${start}, not at ${end}`)
    end = stop
  }
  if (end !== body.length)
    throw new SafetensorsError(`${body.length} bytes of data, but tensors end at ${end}`)
  const isCounter = ({ tensor }: { readonly tensor: AnyTensor }) => tensor.data instanceof BigInt64Array
  const named = (some: typeof read) => Object.fromEntries(some.map(({ name, tensor }) => [name, tensor]))
  return {
    tensors: named(read.filter((one) => !isCounter(one))) as Tensors,
    counters: named(read.filter(isCounter)) as SafetensorsFile["counters"],
    metadata: meta as Record<string, string>,
  }
}

/** Bytes that are no safetensors file, or a damaged one. */
export class SafetensorsError extends Error {
  override readonly name = "SafetensorsError"
}

function tensorAt(name: string, entry: unknown, body: Uint8Array) {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {}
  const make = typeof dtype === "string" && Object.hasOwn(MAKERS, dtype) ? MAKERS[dtype] : undefined
  if (make === undefined)
    throw new SafetensorsError(`tensor ${name}: dtype ${String(dtype)} is not known here`)
  if (!isCounts(shape)) throw new SafetensorsError(`tensor ${name}: its shape is no list of sizes`)
  if (!isCounts(offsets) || offsets.length !== 2)
    throw new SafetensorsError(`tensor ${name}: its data_offsets are no pair of offsets`)
  const [start, stop] = offsets as [number, number]
  if (start > stop || stop > body.length)
    throw new SafetensorsError(`tensor ${name}: bytes ${start} to ${stop} are not within ${body.length}`)
  const copy = Uint8Array.prototype.slice.call(body, start, stop) // a Buffer's own slice would not copy
  const empty = new make(new ArrayBuffer(0))
  if (count(shape) * empty.BYTES_PER_ELEMENT !== copy.length)
    throw new SafetensorsError(`tensor ${name}: ${copy.length} bytes do not fill ${dtype} [${shape}]`)
  const tensor: AnyTensor = { shape, data: new make(copy.buffer as ArrayBuffer) }
  return { name, start, stop, tensor }
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw new SafetensorsError("the header is not JSON", { cause })
  }
  if (!isRecord(header)) throw new SafetensorsError("the header is no JSON object")
  return header
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isCounts = (value: unknown): value is ReadonlyArray<number> =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0)

const count = (shape: ReadonlyArray<number>): number => shape.reduce((a, b) => a * b, 1)

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0)

function dtypeOf(data: TensorData | BigInt64Array): string {
  for (const [dtype, make] of Object.entries(MAKERS)) if (data instanceof make) return dtype
  throw new RangeError("a tensor's data must be one of the typed arrays that safetensors knows here")
}
