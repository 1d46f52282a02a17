// Where a network's tensors live, what it learns and running statistics: one block of floats, with moments and gradients in
// blocks alike. It knows no layer.
import type { Arena } from "./arena.ts"
import { type Bytes, FLOAT, type Pointer, type Vectors, vectors } from "./quantities.ts"

/**
 * A tensor's place within the block. It is kept as rows padded with zeros to vectors, and in another order of axes
 * than outside where that suits the kernels: `source` maps each padded float to its index in the tensor, or −1.
 */
export interface Slot {
  readonly name: string
  readonly shape: ReadonlyArray<number>
  /** Bytes from the block's start. */
  readonly offset: Bytes
  readonly source: Int32Array
}

export class Parameters {
  readonly slots: Array<Slot> = []
  /** Bytes of the whole block. */
  bytes: Bytes = 0
  /** The block of weights; there once `place` was called. */
  weights!: Pointer

  /** Of the whole block, too. */
  get vectors(): Vectors {
    return vectors(this.bytes / FLOAT)
  }

  /** Adds a tensor, before `place`. */
  add(name: string, shape: ReadonlyArray<number>, source: Int32Array): Slot {
    const slot = { name, shape, offset: this.bytes, source }
    this.slots.push(slot)
    this.bytes += source.length * 4
    return slot
  }

  place(arena: Arena): void {
    this.weights = arena.allocate(this.bytes, "weights")
  }
}

/** The layout of a bias: its values, padded. */
export function paddedRow(length: number): Int32Array {
  return Int32Array.from({ length: Math.ceil(length / 4) * 4 }, (_, i) => (i < length ? i : -1))
}

/** The layout of a dense kernel [in, out] as panels [panel][out][8] of eight inputs, padded. */
export function inputPanels(inputs: number, units: number): Int32Array {
  const source = new Int32Array(Math.ceil(inputs / 8) * units * 8).fill(-1)
  for (let input = 0; input < inputs; input++)
    for (let unit = 0; unit < units; unit++)
      source[(Math.floor(input / 8) * units + unit) * 8 + (input % 8)] = input * units + unit
  return source
}

/** The layout of a conv kernel [height, width, in, out] as rows [out][height] of width · in values, padded. */
export function filterRows(height: number, run: number, filters: number): Int32Array {
  const stride = Math.ceil(run / 4) * 4
  const source = new Int32Array(filters * height * stride).fill(-1)
  for (let filter = 0; filter < filters; filter++)
    for (let y = 0; y < height; y++)
      for (let i = 0; i < run; i++)
        source[(filter * height + y) * stride + i] = (y * run + i) * filters + filter
  return source
}

/** The layout of a depth-wise kernel [height, width, 1, channels] as rows [height · width] of channels, padded. */
export function channelRows(taps: number, channels: number): Int32Array {
  const stride = Math.ceil(channels / 4) * 4
  const source = new Int32Array(taps * stride).fill(-1)
  for (let tap = 0; tap < taps; tap++)
    for (let channel = 0; channel < channels; channel++)
      source[tap * stride + channel] = tap * channels + channel
  return source
}

/** Copies a tensor out of a block that starts at float `block` of `memory`. */
export function readSlot(memory: Float32Array, slot: Slot): Float32Array {
  const { source } = slot
  const values = new Float32Array(slot.shape.reduce((a, b) => a * b, 1))
  const base = slot.offset / 4
  for (let i = 0; i < source.length; i++) if (source[i]! >= 0) values[source[i]!] = memory[base + i]!
  return values
}

/** Copies a tensor into a block, zeros into its padding. */
export function writeSlot(memory: Float32Array, slot: Slot, values: Float32Array): void {
  const { source } = slot
  const base = slot.offset / 4
  for (let i = 0; i < source.length; i++) memory[base + i] = source[i]! < 0 ? 0 : values[source[i]!]!
}
