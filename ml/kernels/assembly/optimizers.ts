// One step of an optimizer over all parameters at once; it knows neither their names nor their shapes.
import { Count, Flag, Pointer, Stride, Vectors } from './quantities'

/** A gradient: the sum in order of `shards` blocks, `shardStride` bytes apart. */
// @ts-ignore: decorator
@inline
function gradientAt(at: Pointer, shards: Count, shardStride: Stride): v128 {
  let g = v128.load(at)
  for (let s = 1; s < shards; s++) g = f32x4.add(g, v128.load(at + s * shardStride))
  return g
}

/** v ← momentum · v + g, w ← w − rate · v. */
export function momentumStep(
  weights: Pointer, velocity: Pointer, gradients: Pointer, shards: Count, shardStride: Stride, vectors: Vectors,
  rate: f32, momentum: f32,
): void {
  const rates = f32x4.splat(rate)
  const momenta = f32x4.splat(momentum)
  for (let at = 0, end = vectors << 4; at != end; at += 16) {
    const g = gradientAt(gradients + at, shards, shardStride)
    const v = f32x4.add(f32x4.mul(momenta, v128.load(velocity + at)), g)
    v128.store(velocity + at, v)
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), f32x4.mul(rates, v)))
  }
}

/**
 * Adam with its bias corrections given: `rate` is η / (1 − β₁ᵗ), `correction` 1 / (1 − β₂ᵗ), `fresh1` and `fresh2` are
 * 1 − β. Moments below 1e-30 become zero: arithmetic on denormal numbers is slow.
 */
export function adamStep(
  weights: Pointer, first: Pointer, second: Pointer, gradients: Pointer,
  shards: Count, shardStride: Stride, vectors: Vectors,
  rate: f32, correction: f32, beta1: f32, beta2: f32, fresh1: f32, fresh2: f32, epsilon: f32,
): void {
  const rates = f32x4.splat(rate)
  const corrections = f32x4.splat(correction)
  const b1 = f32x4.splat(beta1)
  const b2 = f32x4.splat(beta2)
  const f1 = f32x4.splat(fresh1)
  const f2 = f32x4.splat(fresh2)
  const eps = f32x4.splat(epsilon)
  const least = f32x4.splat(1e-30)
  for (let at = 0, end = vectors << 4; at != end; at += 16) {
    const g = gradientAt(gradients + at, shards, shardStride)
    let m = f32x4.add(f32x4.mul(b1, v128.load(first + at)), f32x4.mul(f1, g))
    let v = f32x4.add(f32x4.mul(b2, v128.load(second + at)), f32x4.mul(f32x4.mul(f2, g), g))
    m = v128.andnot(m, f32x4.lt(f32x4.abs(m), least))
    v = v128.andnot(v, f32x4.lt(v, least))
    v128.store(first + at, m)
    v128.store(second + at, v)
    const scale = f32x4.add(f32x4.sqrt(f32x4.mul(v, corrections)), eps)
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), f32x4.div(f32x4.mul(rates, m), scale)))
  }
}

/** w ← w · factor: decoupled weight decay, before an update. */
export function decayWeights(weights: Pointer, vectors: Vectors, factor: f32): void {
  const factors = f32x4.splat(factor)
  for (let end = weights + (vectors << 4); weights != end; weights += 16) {
    v128.store(weights, f32x4.mul(v128.load(weights), factors))
  }
}

/** Whether any of the floats is NaN or infinite. */
export function anyNonFinite(at: Pointer, vectors: Vectors): Flag {
  const zero = f32x4.splat(0)
  for (let end = at + (vectors << 4); at != end; at += 16) {
    const v = v128.load(at)
    if (v128.any_true(f32x4.ne(f32x4.sub(v, v), zero))) return 1
  }
  return 0
}
