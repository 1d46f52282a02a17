// Batch normalization, forward and backward, by channels; it knows neither running statistics' use nor networks.
import { storeLanes } from './lanes'
import { Count, Flag, OptionalPointer, Pointer, Stride, Vectors } from './quantities'

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

/** Stores the first `lanes` of eight floats. */
// @ts-ignore: decorator
@inline
function storeEight(to: Pointer, first: v128, second: v128, lanes: Count): void {
  storeLanes(to, first, lanes)
  storeLanes(to + 16, second, lanes - 4)
}

/**
 * Mean and variance (over n, not n − 1) of each channel over (image, position), by float64 chains. Images are
 * [image, stride imageStride][position][channel]. Eight channels at a time: their chains are independent.
 */
export function batchStatistics(
  x: Pointer, images: Count, imageStride: Stride, positions: Count, channels: Count, mean: Pointer, variance: Pointer,
): void {
  const pixel = channels << 2
  const n = f64x2.splat(<f64>images * <f64>positions)
  for (let c = 0; c < channels; c += 8) {
    const first = x + (c << 2)
    let a = f64x2.splat(0), b = a, d = a, e = a
    for (let i = 0; i < images; i++) {
      let at = first + i * imageStride
      for (let p = positions; p != 0; p--) {
        const v = v128.load(at)
        const w = v128.load(at, 16)
        a = f64x2.add(a, low(v))
        b = f64x2.add(b, high(v))
        d = f64x2.add(d, low(w))
        e = f64x2.add(e, high(w))
        at += pixel
      }
    }
    const m1 = narrow(f64x2.div(a, n), f64x2.div(b, n))
    const m2 = narrow(f64x2.div(d, n), f64x2.div(e, n))
    const ma = low(m1), mb = high(m1), md = low(m2), me = high(m2)
    a = b = d = e = f64x2.splat(0)
    for (let i = 0; i < images; i++) {
      let at = first + i * imageStride
      for (let p = positions; p != 0; p--) {
        const v = v128.load(at)
        const w = v128.load(at, 16)
        const da = f64x2.sub(low(v), ma)
        const db = f64x2.sub(high(v), mb)
        const dd = f64x2.sub(low(w), md)
        const de = f64x2.sub(high(w), me)
        a = f64x2.add(a, f64x2.mul(da, da))
        b = f64x2.add(b, f64x2.mul(db, db))
        d = f64x2.add(d, f64x2.mul(dd, dd))
        e = f64x2.add(e, f64x2.mul(de, de))
        at += pixel
      }
    }
    storeEight(mean + (c << 2), m1, m2, channels - c)
    const v1 = narrow(f64x2.div(a, n), f64x2.div(b, n))
    storeEight(variance + (c << 2), v1, narrow(f64x2.div(d, n), f64x2.div(e, n)), channels - c)
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

/** ((x − mean) · inverse) · scale + shift, and with `relu` +0 where that is below zero. */
export function batchNormalizationForward(
  x: Pointer, images: Count, imageStride: Stride, positions: Count, channels: Count,
  mean: Pointer, inverse: Pointer, scale: Pointer, shift: Pointer, relu: Flag, out: Pointer,
): void {
  const pixel = channels << 2
  const zero = f32x4.splat(0)
  for (let c = 0; c < channels; c += 8) {
    const block = c << 2
    const m1 = v128.load(mean + block), m2 = v128.load(mean + block, 16)
    const r1 = v128.load(inverse + block), r2 = v128.load(inverse + block, 16)
    const s1 = v128.load(scale + block), s2 = v128.load(scale + block, 16)
    const b1 = v128.load(shift + block), b2 = v128.load(shift + block, 16)
    for (let i = 0; i < images; i++) {
      let at = i * imageStride + block
      for (let p = positions; p != 0; p--) {
        const n1 = f32x4.mul(f32x4.sub(v128.load(x + at), m1), r1)
        const n2 = f32x4.mul(f32x4.sub(v128.load(x + at, 16), m2), r2)
        let y1 = f32x4.add(f32x4.mul(n1, s1), b1)
        let y2 = f32x4.add(f32x4.mul(n2, s2), b2)
        if (relu) {
          y1 = f32x4.pmax(y1, zero)
          y2 = f32x4.pmax(y2, zero)
        }
        storeEight(out + at, y1, y2, channels - c)
        at += pixel
      }
    }
  }
}

/** Bytes of each array in a chunk of positions: so many stay in a core's first cache while every channel meets them. */
const CHUNK = 4096

/** The gradient of the normalized and scaled value, +0 where relu stops it: where that value is not above zero. */
// @ts-ignore: decorator
@inline
function passed(gradient: Pointer, normal: v128, scale: v128, shift: v128, relu: Flag): v128 {
  const g = v128.load(gradient)
  return relu ? v128.and(g, f32x4.gt(f32x4.add(f32x4.mul(normal, scale), shift), f32x4.splat(0))) : g
}

/**
 * Gradients of scale and shift by float64 chains over (image, position), and of x where `to` is not 0, through the batch's
 * mean and variance: scale · inverse · (g − (mean g + x̂ · mean g x̂)), x̂ the normalized input. With `relu` the gradient is
 * that of the relu's output. `sums` has room for 2 f64 a channel, in blocks of four channels.
 */
export function batchNormalizationBackward(
  gradient: Pointer, x: Pointer, images: Count, imageStride: Stride, positions: Count, channels: Count,
  mean: Pointer, inverse: Pointer, scale: Pointer, shift: Pointer, relu: Flag, sums: Pointer,
  scaleGradient: Pointer, shiftGradient: Pointer, to: OptionalPointer,
): void {
  const pixel = channels << 2
  const chunk = max(CHUNK / pixel, 1)
  const n = f64x2.splat(<f64>images * <f64>positions)
  memory.fill(sums, 0, (channels + 3 >> 2) << 6)
  for (let i = 0; i < images; i++) {
    for (let p = 0; p < positions; p += chunk) {
      const start = i * imageStride + p * pixel
      const end = start + min(chunk, positions - p) * pixel
      for (let c = 0; c < pixel; c += 16) {
        const m = v128.load(mean + c), r = v128.load(inverse + c)
        const s = v128.load(scale + c), t = v128.load(shift + c)
        const held = sums + (c << 2)
        let a = v128.load(held), b = v128.load(held, 16), d = v128.load(held, 32), e = v128.load(held, 48)
        for (let at = start + c, stop = end + c; at != stop; at += pixel) {
          const normal = f32x4.mul(f32x4.sub(v128.load(x + at), m), r)
          const g = passed(gradient + at, normal, s, t, relu)
          const ga = low(g), gb = high(g)
          a = f64x2.add(a, ga)
          b = f64x2.add(b, gb)
          d = f64x2.add(d, f64x2.mul(ga, low(normal)))
          e = f64x2.add(e, f64x2.mul(gb, high(normal)))
        }
        v128.store(held, a)
        v128.store(held, b, 16)
        v128.store(held, d, 32)
        v128.store(held, e, 48)
      }
    }
  }
  for (let c = 0; c < pixel; c += 16) {
    const held = sums + (c << 2)
    const a = v128.load(held), b = v128.load(held, 16), d = v128.load(held, 32), e = v128.load(held, 48)
    storeLanes(shiftGradient + c, narrow(a, b), pixel - c >> 2)
    storeLanes(scaleGradient + c, narrow(d, e), pixel - c >> 2)
    // From now on their means, in float32.
    v128.store(held, narrow(f64x2.div(a, n), f64x2.div(b, n)))
    v128.store(held, narrow(f64x2.div(d, n), f64x2.div(e, n)), 16)
  }
  if (!to) return
  for (let i = 0; i < images; i++) {
    for (let p = 0; p < positions; p += chunk) {
      const start = i * imageStride + p * pixel
      const end = start + min(chunk, positions - p) * pixel
      for (let c = 0; c < pixel; c += 16) {
        const m = v128.load(mean + c), r = v128.load(inverse + c)
        const s = v128.load(scale + c), t = v128.load(shift + c)
        const sr = f32x4.mul(s, r)
        const held = sums + (c << 2)
        const meanGradient = v128.load(held), meanProduct = v128.load(held, 16)
        for (let at = start + c, stop = end + c; at != stop; at += pixel) {
          const normal = f32x4.mul(f32x4.sub(v128.load(x + at), m), r)
          const shared = f32x4.add(meanGradient, f32x4.mul(normal, meanProduct))
          const g = passed(gradient + at, normal, s, t, relu)
          storeLanes(to + at, f32x4.mul(sr, f32x4.sub(g, shared)), pixel - c >> 2)
        }
      }
    }
  }
}
