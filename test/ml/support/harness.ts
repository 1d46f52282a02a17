// Runs a network on the kernels for one shard of given rows, so that tests can compare it with anything.
import { readFileSync } from "node:fs"
import { Arena } from "../../../ml/kernels/arena.ts"
import { bindKernels } from "../../../ml/kernels/bind.ts"
import { readSlot, writeSlot } from "../../../ml/kernels/parameters.ts"
import { at, type Pointer, pointer, type Stride, stride } from "../../../ml/kernels/quantities.ts"
import type { Kernels } from "../../../ml/kernels/signatures.ts"
import type { Shape } from "../../../ml/layers/parts/shape.ts"
import type { Network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { generator, type Seed, seedOf } from "../../../ml/statistics/random.ts"
import { planModel } from "../../../ml/wasm/model.ts"

export const wasm = readFileSync(new URL("../../../ml/kernels/kernels.wasm", import.meta.url))
const compiled = new WebAssembly.Module(wasm)

export interface Case {
  readonly network: Network
  readonly inputShape: readonly [number, number, number]
  readonly rows: number
  readonly stream: Seed
  readonly seed: number
}

/** Everything is row-major without padding; `gradients` are of Σ output · outputGradient. */
export interface Passed {
  readonly output: Float32Array
  readonly inputGradient: Float32Array
  readonly gradients: Readonly<Record<string, Float32Array>>
}

export function freshKernels(): { kernels: Kernels; arena: Arena } {
  const arena = new Arena()
  const kernels = bindKernels(compiled, arena.memory)
  arena.startAt(kernels.firstFree())
  return { kernels, arena }
}

/** Numbers in [−1, 1), one in `zeros` of them zero (none if 0), so that skipping zeros is put to the test. */
export function noise(length: number, seed: number, zeros: number, ...path: Array<string>): Float32Array {
  const draws = generator(seedOf(seed, "noise", ...path))
  return Float32Array.from({ length }, () =>
    zeros > 0 && draws.below(zeros) === 0 ? 0 : 2 * draws.uniform() - 1,
  )
}

/** Plans the case once; the result runs it with given weights, as often as wanted. */
export function onKernels({
  network,
  inputShape,
  rows,
  stream,
}: Omit<Case, "inputShape"> & { readonly inputShape: Shape }) {
  const { kernels, arena } = freshKernels()
  const model = planModel(kernels, arena, {
    ...{ layers: shapes(network, inputShape), inputShape, rows, shards: 2, stream, inputGradient: true },
  })
  const { parameters, input, output } = model
  const block = arena.allocate(parameters.bytes)
  const copyIn = (values: Float32Array, to: Pointer, size: number, rowBytes: Stride): void => {
    for (let row = 0; row < rows; row++)
      arena.floats(at(to, row * rowBytes), size).set(values.subarray(row * size, (row + 1) * size))
  }
  const copyOut = (from: Pointer, size: number, rowBytes: Stride): Float32Array => {
    const values = new Float32Array(rows * size)
    for (let row = 0; row < rows; row++) values.set(arena.floats(at(from, row * rowBytes), size), row * size)
    return values
  }
  return (
    x: Float32Array,
    weights: Readonly<Record<string, Float32Array>>,
    outputGradient: Float32Array,
    training = true,
  ): Passed => {
    const all = arena.floats(parameters.weights, parameters.bytes / 4)
    for (const slot of parameters.slots) writeSlot(all, slot, weights[slot.name]!)
    copyIn(x, input.values, input.size, input.rowBytes)
    model.prepare()
    model.forward(rows, training ? { epoch: 3, step: 5, shard: 1 } : undefined)
    copyIn(outputGradient, pointer(output.gradient), output.size, output.rowBytes)
    arena.floats(block, parameters.bytes / 4).fill(Number.NaN)
    model.backward(rows, block)
    const found = arena.floats(block, parameters.bytes / 4).slice()
    for (const { pieces, make } of model.deferred)
      for (let piece = 0; piece < pieces; piece++) {
        const made = make({ first: block, stride: stride(parameters.bytes) }, 1, piece)
        found.set(arena.floats(made.gradient, made.vectors * 4), made.first * 4)
      }
    return {
      output: copyOut(output.values, output.size, output.rowBytes),
      inputGradient: copyOut(pointer(input.gradient), input.size, input.rowBytes),
      gradients: Object.fromEntries(parameters.slots.map((slot) => [slot.name, readSlot(found, slot)])),
    }
  }
}
