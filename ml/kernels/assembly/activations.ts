// Elementwise activations, forward and backward; they know nothing of shapes.
import { Count, Pointer, Stride, Vectors } from './quantities'

/** x < 0 ? +0 : x; in this order of operands NaN stays. */
export function reluForward(x: Pointer, out: Pointer, vectors: Vectors): void {
  const zero = f32x4.splat(0)
  for (let at = 0, end = vectors << 4; at != end; at += 16) {
    v128.store(out + at, f32x4.pmax(v128.load(x + at), zero))
  }
}

/** The gradient where the output is above zero, else +0. */
export function reluBackward(gradient: Pointer, out: Pointer, to: Pointer, vectors: Vectors): void {
  const zero = f32x4.splat(0)
  for (let at = 0, end = vectors << 4; at != end; at += 16) {
    v128.store(to + at, v128.and(v128.load(gradient + at), f32x4.gt(v128.load(out + at), zero)))
  }
}

/** x < 0 ? slope · x : x; NaN stays. */
export function leakyReluForward(x: Pointer, out: Pointer, vectors: Vectors, slope: f32): void {
  const slopes = f32x4.splat(slope)
  const zero = f32x4.splat(0)
  for (let at = 0, end = vectors << 4; at != end; at += 16) {
    const v = v128.load(x + at)
    v128.store(out + at, v128.bitselect(f32x4.mul(slopes, v), v, f32x4.lt(v, zero)))
  }
}

/** The gradient where the output is above zero, else slope · gradient; the slope is above zero. */
export function leakyReluBackward(gradient: Pointer, out: Pointer, to: Pointer, vectors: Vectors, slope: f32): void {
  const slopes = f32x4.splat(slope)
  const zero = f32x4.splat(0)
  for (let at = 0, end = vectors << 4; at != end; at += 16) {
    const g = v128.load(gradient + at)
    v128.store(to + at, v128.bitselect(g, f32x4.mul(slopes, g), f32x4.gt(v128.load(out + at), zero)))
  }
}

/** 1 / (1 + exp(−x)) of `size` values a row; what pads a row stays as it is, since at 0 the function is not 0. */
export function sigmoidForward(x: Pointer, out: Pointer, rows: Count, size: Count, rowBytes: Stride): void {
  for (let row = 0; row < rows; row++) {
    for (let at = row * rowBytes, end = at + (size << 2); at != end; at += 4) {
      store<f32>(out + at, <f32>(1 / (1 + Math.exp(-<f64>load<f32>(x + at)))))
    }
  }
}

/** gradient · (out · (1 − out)). */
export function sigmoidBackward(gradient: Pointer, out: Pointer, to: Pointer, vectors: Vectors): void {
  const one = f32x4.splat(1)
  for (let at = 0, end = vectors << 4; at != end; at += 16) {
    const y = v128.load(out + at)
    v128.store(to + at, f32x4.mul(v128.load(gradient + at), f32x4.mul(y, f32x4.sub(one, y))))
  }
}

/** The hyperbolic tangent of each value. */
export function tanhForward(x: Pointer, out: Pointer, vectors: Vectors): void {
  for (let at = 0, end = vectors << 4; at != end; at += 4) store<f32>(out + at, Mathf.tanh(load<f32>(x + at)))
}

/** gradient · (1 − out²). */
export function tanhBackward(gradient: Pointer, out: Pointer, to: Pointer, vectors: Vectors): void {
  const one = f32x4.splat(1)
  for (let at = 0, end = vectors << 4; at != end; at += 16) {
    const y = v128.load(out + at)
    v128.store(to + at, f32x4.mul(v128.load(gradient + at), f32x4.sub(one, f32x4.mul(y, y))))
  }
}
