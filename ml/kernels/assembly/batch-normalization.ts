// Batch normalization, forward and backward, by channels; it knows neither running statistics' use nor networks.
import { storeLanes } from './lanes'
import { Count, OptionalPointer, Pointer, Stride, Vectors } from './quantities'

// @ts-ignore: decorator
@inline
function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v)
}

// @ts-ignore: decorator
@inline
function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3))
}

/** Four f32 of two pairs of f64. */
// @ts-ignore: decorator
@inline
function narrow(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5)
}

/**
 * Mean and variance (over n, not n − 1) of each channel over (image, position), by float64 chains. Images are
 * [image, stride imageStride][position][channel].
 */
export function batchStatistics(
  x: Pointer, images: Count, imageStride: Stride, positions: Count, channels: Count, mean: Pointer, variance: Pointer,
): void {
  const pixel = channels << 2
  const n = f64x2.splat(<f64>images * <f64>positions)
  for (let c = 0; c < channels; c += 4) {
    let a = f64x2.splat(0), b = a
    for (let i = 0; i < images; i++) {
      let at = x + i * imageStride + (c << 2)
      for (let p = 0; p < positions; p++) {
        const v = v128.load(at)
        a = f64x2.add(a, low(v))
        b = f64x2.add(b, high(v))
        at += pixel
      }
    }
    const m = narrow(f64x2.div(a, n), f64x2.div(b, n))
    const ma = low(m), mb = high(m)
    a = f64x2.splat(0)
    b = a
    for (let i = 0; i < images; i++) {
      let at = x + i * imageStride + (c << 2)
      for (let p = 0; p < positions; p++) {
        const v = v128.load(at)
        const da = f64x2.sub(low(v), ma)
        const db = f64x2.sub(high(v), mb)
        a = f64x2.add(a, f64x2.mul(da, da))
        b = f64x2.add(b, f64x2.mul(db, db))
        at += pixel
      }
    }
    storeLanes(mean + (c << 2), m, channels - c)
    storeLanes(variance + (c << 2), narrow(f64x2.div(a, n), f64x2.div(b, n)), channels - c)
  }
}

/** running ← keep · running + fresh · batch. */
export function moveTowards(running: Pointer, batch: Pointer, vectors: Vectors, keep: f32, fresh: f32): void {
  const keeps = f32x4.splat(keep)
  const freshes = f32x4.splat(fresh)
  for (let at = 0, end = vectors << 4; at != end; at += 16) {
    const moved = f32x4.mul(freshes, v128.load(batch + at))
    v128.store(running + at, f32x4.add(f32x4.mul(keeps, v128.load(running + at)), moved))
  }
}

/** 1 / √(variance + epsilon), in float64 and then rounded. */
export function inverseDeviation(variance: Pointer, out: Pointer, channels: Count, epsilon: f64): void {
  for (let at = 0, end = channels << 2; at != end; at += 4) {
    store<f32>(out + at, <f32>(1 / Math.sqrt(<f64>load<f32>(variance + at) + epsilon)))
  }
}

/** ((x − mean) · inverse) · scale + shift. */
export function batchNormalizationForward(
  x: Pointer, images: Count, imageStride: Stride, positions: Count, channels: Count,
  mean: Pointer, inverse: Pointer, scale: Pointer, shift: Pointer, out: Pointer,
): void {
  const pixel = channels << 2
  for (let c = 0; c < channels; c += 4) {
    const m = v128.load(mean + (c << 2))
    const r = v128.load(inverse + (c << 2))
    const s = v128.load(scale + (c << 2))
    const b = v128.load(shift + (c << 2))
    for (let i = 0; i < images; i++) {
      let at = i * imageStride + (c << 2)
      for (let p = 0; p < positions; p++) {
        const normal = f32x4.mul(f32x4.sub(v128.load(x + at), m), r)
        storeLanes(out + at, f32x4.add(f32x4.mul(normal, s), b), channels - c)
        at += pixel
      }
    }
  }
}

/**
 * Gradients of scale and shift by float64 chains over (image, position), and of x where `to` is not 0, through the batch's
 * mean and variance: scale · inverse · (g − (mean g + x̂ · mean g x̂)), x̂ the normalized input.
 */
export function batchNormalizationBackward(
  gradient: Pointer, x: Pointer, images: Count, imageStride: Stride, positions: Count, channels: Count,
  mean: Pointer, inverse: Pointer, scale: Pointer, scaleGradient: Pointer, shiftGradient: Pointer, to: OptionalPointer,
): void {
  const pixel = channels << 2
  const n = f64x2.splat(<f64>images * <f64>positions)
  for (let c = 0; c < channels; c += 4) {
    const m = v128.load(mean + (c << 2))
    const r = v128.load(inverse + (c << 2))
    let a = f64x2.splat(0), b = a, d = a, e = a
    for (let i = 0; i < images; i++) {
      let at = i * imageStride + (c << 2)
      for (let p = 0; p < positions; p++) {
        const g = v128.load(gradient + at)
        const normal = f32x4.mul(f32x4.sub(v128.load(x + at), m), r)
        const ga = low(g), gb = high(g)
        a = f64x2.add(a, ga)
        b = f64x2.add(b, gb)
        d = f64x2.add(d, f64x2.mul(ga, low(normal)))
        e = f64x2.add(e, f64x2.mul(gb, high(normal)))
        at += pixel
      }
    }
    storeLanes(shiftGradient + (c << 2), narrow(a, b), channels - c)
    storeLanes(scaleGradient + (c << 2), narrow(d, e), channels - c)
    if (!to) continue
    const meanGradient = narrow(f64x2.div(a, n), f64x2.div(b, n))
    const meanProduct = narrow(f64x2.div(d, n), f64x2.div(e, n))
    const s = f32x4.mul(v128.load(scale + (c << 2)), r)
    for (let i = 0; i < images; i++) {
      let at = i * imageStride + (c << 2)
      for (let p = 0; p < positions; p++) {
        const normal = f32x4.mul(f32x4.sub(v128.load(x + at), m), r)
        const shared = f32x4.add(meanGradient, f32x4.mul(normal, meanProduct))
        storeLanes(to + at, f32x4.mul(s, f32x4.sub(v128.load(gradient + at), shared)), channels - c)
        at += pixel
      }
    }
  }
}
