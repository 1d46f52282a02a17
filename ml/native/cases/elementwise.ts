// Cases of the kernels that go over vectors: activations, dropout, optimizers.
import type { Pointer } from "../../kernels/quantities.ts"
import type { Bench } from "../bench.ts"
import type { Cases } from "./cases.ts"

/** Vectors of a case: all remainders of the widest lanes, and more than an optimizer takes at a time. */
const vectorsOf = (bench: Bench): number =>
  bench.pick(bench.below(9), 1 + bench.below(40), 120 + bench.below(30))

/** Where a result goes: a place of its own, or over what it is computed from. */
const over = (bench: Bench, from: Pointer, vectors: number): Pointer =>
  bench.below(3) === 0 ? from : bench.room(vectors * 16)

function activations(bench: Bench): void {
  const vectors = vectorsOf(bench)
  const [x, out] = [bench.floats(vectors * 4), bench.floats(vectors * 4)]
  const slope = bench.pick(0.01, 0.3)
  bench.call("reluForward", x, over(bench, x, vectors), vectors)
  bench.call("reluBackward", x, out, over(bench, x, vectors), vectors)
  bench.call("leakyReluForward", out, over(bench, out, vectors), vectors, slope)
  bench.call("leakyReluBackward", x, out, over(bench, x, vectors), vectors, slope)
  bench.call("sigmoidBackward", x, out, over(bench, x, vectors), vectors)
  bench.call("tanhBackward", x, out, over(bench, x, vectors), vectors)
}

function dropout(bench: Bench): void {
  const vectors = vectorsOf(bench)
  const [x, mask] = [bench.floats(vectors * 4), bench.room(vectors * 16)]
  const states = bench.words(Array.from({ length: 16 }, () => 1 + bench.below(0xffffffff)))
  const threshold = bench.pick(0, 0x40000000, 0xc0000000, 0xffffffff)
  bench.call(
    "dropoutForward",
    x,
    over(bench, x, vectors),
    mask,
    vectors,
    states,
    threshold,
    bench.pick(1.25, 3),
  )
  bench.call("dropoutBackward", x, mask, over(bench, x, vectors), vectors)
}

function optimizers(bench: Bench): void {
  const vectors = vectorsOf(bench)
  const shards = 1 + bench.below(5)
  const shard = bench.apart(vectors * 16)
  const gradients = bench.floats((shards * shard) / 4)
  const [weights, first, second] = [1, 2, 3].map(() => bench.floats(vectors * 4)) as [
    Pointer,
    Pointer,
    Pointer,
  ]
  const rate = bench.pick(0.001, 0.1, 1e-20)
  bench.call("momentumStep", weights, first, gradients, shards, shard, vectors, rate, bench.pick(0, 0.9))
  bench.call("reluForward", second, second, vectors)
  // biome-ignore format: one group of arguments a line
  bench.call("adamStep",
    weights, first, second, gradients, shards, shard, vectors,
    rate, bench.pick(1, 31.6), 0.9, 0.999, 1 - 0.9, 1 - 0.999, bench.pick(1e-7, 1e-8))
  bench.call("decayWeights", weights, vectors, 0.999)
  bench.call("anyNonFinite", weights, vectors)
  bench.call("moveTowards", first, second, vectors, 0.9, 0.1)
}

export const elementwise: Cases = [
  [24, activations],
  [16, dropout],
  [24, optimizers],
]
