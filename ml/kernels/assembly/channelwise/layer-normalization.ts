// Layer normalization, forward and backward: each example by its own mean and variance; it knows nothing of networks.
import { storeLanes } from '../lanes'
import { Count, Pointer, Stride } from '../quantities'

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

/** `sum` and the first `lanes` of four float64 chains, one after the other. */
// @ts-ignore: decorator
@inline
function addLanes(sum: f64, a: v128, b: v128, lanes: Count): f64 {
  sum += f64x2.extract_lane(a, 0)
  if (lanes > 1) sum += f64x2.extract_lane(a, 1)
  if (lanes > 2) sum += f64x2.extract_lane(b, 0)
  if (lanes > 3) sum += f64x2.extract_lane(b, 1)
  return sum
}

/**
 * ((x − mean) · inverse) · scale + shift, mean and inverse = 1 / √(variance + epsilon) of each image, which are left at `means`
 * and `inverses`. Sums are float64 chains over positions, a channel each, added in the order of channels.
 * Images are [image, stride imageStride][position][channel].
 */
export function layerNormalizationForward(
  x: Pointer, images: Count, imageStride: Stride, positions: Count, channels: Count, epsilon: f64,
  scale: Pointer, shift: Pointer, means: Pointer, inverses: Pointer, out: Pointer,
): void {
  const pixel = channels << 2
  const n = <f64>positions * <f64>channels
  for (let i = 0; i < images; i++) {
    const image = x + i * imageStride
    let sum: f64 = 0
    for (let c = 0; c < channels; c += 4) {
      let at = image + (c << 2)
      let a = f64x2.splat(0), b = a
      for (let p = positions; p != 0; p--) {
        const v = v128.load(at)
        a = f64x2.add(a, low(v))
        b = f64x2.add(b, high(v))
        at += pixel
      }
      sum = addLanes(sum, a, b, channels - c)
    }
    const mean = <f32>(sum / n)
    const wide = f64x2.splat(<f64>mean)
    sum = 0
    for (let c = 0; c < channels; c += 4) {
      let at = image + (c << 2)
      let a = f64x2.splat(0), b = a
      for (let p = positions; p != 0; p--) {
        const v = v128.load(at)
        const da = f64x2.sub(low(v), wide), db = f64x2.sub(high(v), wide)
        a = f64x2.add(a, f64x2.mul(da, da))
        b = f64x2.add(b, f64x2.mul(db, db))
        at += pixel
      }
      sum = addLanes(sum, a, b, channels - c)
    }
    const inverse = <f32>(1 / Math.sqrt(<f64>(<f32>(sum / n)) + epsilon))
    store<f32>(means + (i << 2), mean)
    store<f32>(inverses + (i << 2), inverse)
    const m = f32x4.splat(mean), r = f32x4.splat(inverse)
    for (let c = 0; c < channels; c += 4) {
      const block = c << 2
      const s = v128.load(scale + block), b = v128.load(shift + block)
      let at = i * imageStride + block
      for (let p = positions; p != 0; p--) {
        const normal = f32x4.mul(f32x4.sub(v128.load(x + at), m), r)
        storeLanes(out + at, f32x4.add(f32x4.mul(normal, s), b), channels - c)
        at += pixel
      }
    }
  }
}

/** Gradients of scale and shift: per channel float64 chains over (image, position) of g · x̂ and of g, rounded once. */
export function layerNormalizationParameters(
  gradient: Pointer, x: Pointer, images: Count, imageStride: Stride, positions: Count, channels: Count,
  means: Pointer, inverses: Pointer, scaleGradient: Pointer, shiftGradient: Pointer,
): void {
  const pixel = channels << 2
  for (let c = 0; c < channels; c += 4) {
    const block = c << 2
    let a = f64x2.splat(0), b = a, d = a, e = a
    for (let i = 0; i < images; i++) {
      const m = v128.load32_splat(means + (i << 2)), r = v128.load32_splat(inverses + (i << 2))
      let at = i * imageStride + block
      for (let p = positions; p != 0; p--) {
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
    storeLanes(shiftGradient + block, narrow(a, b), channels - c)
    storeLanes(scaleGradient + block, narrow(d, e), channels - c)
  }
}

/**
 * The gradient of x through each image's mean and variance: with u = g · scale, inverse · (u − (mean u + x̂ · mean u x̂)). Sums are
 * float64 chains as forward's.
 */
export function layerNormalizationInput(
  gradient: Pointer, x: Pointer, images: Count, imageStride: Stride, positions: Count, channels: Count,
  means: Pointer, inverses: Pointer, scale: Pointer, to: Pointer,
): void {
  const pixel = channels << 2
  const n = <f64>positions * <f64>channels
  for (let i = 0; i < images; i++) {
    const m = v128.load32_splat(means + (i << 2)), r = v128.load32_splat(inverses + (i << 2))
    let plain: f64 = 0, weighted: f64 = 0
    for (let c = 0; c < channels; c += 4) {
      const block = c << 2
      const s = v128.load(scale + block)
      let a = f64x2.splat(0), b = a, d = a, e = a
      let at = i * imageStride + block
      for (let p = positions; p != 0; p--) {
        const u = f32x4.mul(v128.load(gradient + at), s)
        const normal = f32x4.mul(f32x4.sub(v128.load(x + at), m), r)
        const ua = low(u), ub = high(u)
        a = f64x2.add(a, ua)
        b = f64x2.add(b, ub)
        d = f64x2.add(d, f64x2.mul(ua, low(normal)))
        e = f64x2.add(e, f64x2.mul(ub, high(normal)))
        at += pixel
      }
      plain = addLanes(plain, a, b, channels - c)
      weighted = addLanes(weighted, d, e, channels - c)
    }
    const mean = f32x4.splat(<f32>(plain / n)), slope = f32x4.splat(<f32>(weighted / n))
    for (let c = 0; c < channels; c += 4) {
      const block = c << 2
      const s = v128.load(scale + block)
      let at = i * imageStride + block
      for (let p = positions; p != 0; p--) {
        const u = f32x4.mul(v128.load(gradient + at), s)
        const normal = f32x4.mul(f32x4.sub(v128.load(x + at), m), r)
        const moved = f32x4.sub(u, f32x4.add(mean, f32x4.mul(normal, slope)))
        storeLanes(to + at, f32x4.mul(r, moved), channels - c)
        at += pixel
      }
    }
  }
}
