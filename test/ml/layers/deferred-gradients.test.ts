// Gradients of large dense kernels, which the update has made: their bits, and that every parameter is updated once.
import fc from "fast-check"
import { test } from "tap"
import type { Arena } from "../../../ml/kernels/arena.ts"
import { at, type Pointer, rowOf, stride, VECTOR } from "../../../ml/kernels/quantities.ts"
import { network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { seedOf } from "../../../ml/statistics/random.ts"
import { planModel } from "../../../ml/wasm/model.ts"
import { updateParts } from "../../../ml/wasm/update-parts.ts"
import { count } from "../../counts.ts"
import { freshKernels, noise, onKernels } from "../support/harness.ts"
import { arraysFor } from "../support/random-networks.ts"
import { byTheBook } from "../support/reference.ts"

const place = (arena: Arena, values: Float32Array): Pointer => {
  const to = arena.allocate(values.byteLength)
  arena.floats(to, values.length).set(values)
  return to
}

test("the gradient of shards together has the bits of each one's, added in their order", async () => {
  const cases = fc.record({
    rows: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    inputs: fc.integer({ min: 1, max: 70 }),
    units: fc.integer({ min: 1, max: 9 }),
    odd: fc.boolean(),
    seed: fc.nat(),
  })
  fc.assert(
    fc.property(cases, ({ rows, inputs, units, odd, seed }) => {
      const { kernels, arena } = freshKernels()
      const [xRow, gRow] = [rowOf(inputs), rowOf(units)]
      const most = 5
      const [capacity, vectors] = [stride((most + 1) * 8), xRow / VECTOR]
      const panels = Math.ceil(vectors / 2)
      const endsAt = most * xRow + units * capacity
      const shardStride = stride(endsAt + units * 4)
      const blocks = arena.allocate(rows.length * shardStride)
      const offsets = arena.allocate(most * gRow)
      for (let row = 0; row < most; row++) arena.words(at(offsets, row * gRow), units).fill(row * xRow)
      const alone = rows.map((count, s) => {
        const rowsOf = (length: number, row: number, name: string) =>
          noise((count * row) / 4, seed, 3, name, `${s}`).map((value, i) => {
            if (i % (row / 4) >= length) return 0
            if (odd && value > 0.9) return name === "g" ? Number.NaN : -0
            return value
          })
        const g = place(arena, rowsOf(units, gRow, "g"))
        const x = rowsOf(inputs, xRow, "x")
        const block = at(blocks, s * shardStride)
        arena.floats(block, x.length).set(x)
        // biome-ignore format: one group of arguments a line
        kernels.entriesByChannel(
          g, 0, offsets, count, gRow, 1, units,
          at(block, most * xRow), capacity, at(block, endsAt))
        const sums = arena.allocate(panels * units * 32)
        // biome-ignore format: one group of arguments a line
        kernels.matrixProduct(
          g, stride(4), gRow, block, xRow, stride(32), sums, stride(32), stride(units * 32),
          units, vectors, count, 0)
        return arena.floats(sums, panels * units * 8).slice()
      })
      const to = place(arena, new Float32Array(panels * units * 8).fill(7))
      // biome-ignore format: one group of arguments a line
      kernels.denseKernelGradient(
        blocks, at(blocks, most * xRow), capacity, at(blocks, endsAt), shardStride, rows.length,
        units, vectors, to)
      const expected = alone.reduce((sum, next) => sum.map((value, i) => value + next[i]!))
      return arena.floats(to, expected.length).every((value, i) => Object.is(value, expected[i]))
    }),
    { numRuns: count(60, 3_000) },
  )
})

test("a network with a large dense kernel has the bits that docs/numerics.md defines", async (t) => {
  const dense = (name: string, units: number) => ({ type: "dense", name, units }) as const
  for (const [side, units, kind] of [
    [28, 400, "relu"],
    [29, 317, "tanh"],
  ] as const) {
    const example = {
      network: network({
        layers: [{ type: "flatten" }, dense("a", units), { type: "activation", kind }, dense("b", 5)],
      }),
      ...{ inputShape: [side, side, 1] as const, rows: 3, seed: units, stream: seedOf(1, "large") },
    }
    const { x, weights, gradient } = arraysFor(example)
    const found = onKernels(example)(x, weights, gradient)
    const expected = byTheBook(example, x, weights, gradient)
    for (const [name, values] of Object.entries(expected.gradients))
      t.ok(
        values.every((value, i) => Object.is(value, found.gradients[name]![i])),
        name,
      )
  }
})

test("every parameter is in one part of an update, whichever gradients are deferred", async (t) => {
  const { kernels, arena } = freshKernels()
  const layers = shapes(
    network({
      layers: [
        { type: "conv", filters: 3, kernel: 3 },
        { type: "flatten" },
        { type: "dense", name: "large", units: 150 },
        { type: "dense", name: "middle", units: 1801 },
        { type: "dense", name: "small", units: 5 },
      ],
    }),
    [28, 28, 1],
  )
  const model = planModel(kernels, arena, {
    ...{ layers, inputShape: [28, 28, 1], rows: 4, shards: 2, stream: seedOf(1, "parts") },
  })
  const { parameters, deferred } = model
  t.equal(deferred.length, 2)
  const blocks = { first: arena.allocate(2 * parameters.bytes), stride: stride(parameters.bytes) }
  model.prepare()
  model.forward(4, { epoch: 0, step: 0, shard: 0 })
  for (const shard of [0, 1]) model.backward(4, at(blocks.first, shard * blocks.stride))
  const times = new Uint8Array(parameters.vectors)
  const update = (first: number, vectors: number) => {
    for (let i = first; i < first + vectors; i++) times[i]!++
  }
  for (const { first, count, deferred } of updateParts(parameters.vectors, model.deferred))
    if (deferred === undefined) update(first, count)
    else
      for (let piece = first; piece < first + count; piece++) {
        const made = deferred.make(blocks, 2, piece)
        update(made.first, made.vectors)
      }
  t.ok(times.every((n) => n === 1))
})
