// What an explorer page is given: written by a stage, read in the browser. It knows neither of them.
import type { Network } from "../network/network.ts"
import type { TrainedNetwork } from "../network/weights.ts"
import type { FitSettings } from "../training/fit-settings.ts"
import type { FitData } from "../training/fitting.ts"

/** Test images, and which ones: their numbers in the test file. */
export interface ShownImages {
  /** count × height × width × channels bytes, 0 to 255. */
  readonly pixels: Uint8Array
  readonly labels: Uint8Array
  readonly numbers: Uint32Array
}

/** A network that takes images. */
export interface ImageNetwork extends TrainedNetwork {
  readonly inputShape: readonly [number, number, number]
}

/** A training that can be done again on the page: its settings and data, and what came of it where the page was made. */
export interface TrainingData extends FitData {
  /** What it trains, on what: "LeNet on a sample of Fashion-MNIST". */
  readonly called: string
  readonly inputShape: ImageNetwork["inputShape"]
  readonly normalization?: TrainedNetwork["normalization"]
  readonly settings: FitSettings
  /** SHA-256 of the file of weights, in hexadecimal. */
  readonly weights: string
}

export interface PageData {
  /** The dataset: "Fashion-MNIST". */
  readonly title: string
  /** The network: "the final model". */
  readonly called: string
  /** Of a network too large for a page, its layers up to the first convolution. */
  readonly trained: ImageNetwork
  /** The whole network's layers, if `trained` is a part of it. */
  readonly whole: Network
  /** Names, by class number. */
  readonly classes: ReadonlyArray<string>
  readonly images: ShownImages
  /** The content of kernels.wasm. */
  readonly kernels: Uint8Array
  readonly training: TrainingData
}

/** Where in a page its data stands: the id of a script element that is no script. */
export const DATA_ID = "data"

/** As one line of JSON that can stand in a script element: bytes and numbers in base64, little-endian. */
export const encodePage = (data: PageData): string =>
  JSON.stringify(data, function (this: Readonly<Record<string, unknown>>, key) {
    return packed(this[key]) // not the value, of which a Buffer has made something else
  }).replaceAll("<", "\\u003c")

/** @throws SyntaxError where the text is none that `encodePage` wrote */
export const decodePage = (text: string): PageData =>
  JSON.parse(text, (_, value: unknown) => unpacked(value)) as PageData

const ARRAYS = { u8: Uint8Array, u32: Uint32Array, f32: Float32Array } as const

interface Packed {
  readonly packed: keyof typeof ARRAYS
  readonly base64: string
}

function packed(value: unknown): unknown {
  for (const [name, Values] of Object.entries(ARRAYS))
    if (value instanceof Values)
      return {
        packed: name,
        base64: base64Of(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)),
      }
  return value
}

function unpacked(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("packed" in value)) return value
  const { packed, base64 } = value as Packed
  return new ARRAYS[packed](bytesOf(base64).buffer)
}

function base64Of(bytes: Uint8Array): string {
  let letters = ""
  for (const byte of bytes) letters += String.fromCharCode(byte)
  return btoa(letters)
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
