// What an explorer page is given: written by a stage, read in the browser. It knows neither of them.
import type { Network } from "../network/network.ts"
import type { TrainedNetwork } from "../network/weights.ts"
import type { Optimizer } from "../training/optimizer.ts"

/** Images of one size as bytes, one after the other, and their classes. */
export interface LabelledImages {
  /** count × height × width × channels bytes, 0 to 255. */
  readonly pixels: Uint8Array
  readonly labels: Uint8Array
}

/** How a network is trained: what the stage that trains takes as its params, by the same names. */
export interface TrainingSettings {
  readonly network: Network
  /** The rate of every dropout layer, or of each by name. */
  readonly dropout: number | Readonly<Record<string, number>>
  readonly optimizer: Optimizer
  readonly batchSize: number
  readonly classes: number
  readonly seed: number
  readonly stream: string
  readonly curveExamples: number
  readonly epochs: number
  readonly patience: number | null
  readonly minimumDelta: number
  readonly monitor: "loss" | "accuracy"
  readonly restoreBest: boolean
}

/** Test images, and which ones: their numbers in the test file. */
export interface ShownImages extends LabelledImages {
  readonly numbers: Uint32Array
}

/** A training that can be done again on the page: its settings and data, and what came of it where the page was made. */
export interface TrainingData extends LabelledImages {
  /** What it trains, on what: "LeNet on a sample of Fashion-MNIST". */
  readonly called: string
  readonly inputShape: TrainedNetwork["inputShape"]
  readonly settings: TrainingSettings
  /** The rows that are trained on, and those that validate. */
  readonly train: Uint32Array
  readonly validation: Uint32Array
  /** SHA-256 of the file of weights, in hexadecimal. */
  readonly weights: string
}

export interface PageData {
  /** The dataset: "Fashion-MNIST". */
  readonly title: string
  /** The network: "the final model". */
  readonly called: string
  /** Of a network too large for a page, its layers up to the first convolution. */
  readonly trained: TrainedNetwork
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
  JSON.stringify(data, (_, value: unknown) => packed(value)).replaceAll("<", "\\u003c")

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
