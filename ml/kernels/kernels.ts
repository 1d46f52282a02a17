/**
 * The compiled kernels as functions; the files in assembly/ say what each does. Pointers and strides are bytes in
 * the memory, flags are 0 or 1. It needs no Node: whoever calls brings the module.
 */

import type { WindowKernels } from "./window-kernels.ts"

export interface Kernels extends WindowKernels {
  firstFree(): number
  adamStep(
    weights: number,
    first: number,
    second: number,
    gradients: number,
    shards: number,
    shardStride: number,
    vectors: number,
    rate: number,
    correction: number,
    beta1: number,
    beta2: number,
    fresh1: number,
    fresh2: number,
    epsilon: number,
  ): void
  anyNonFinite(at: number, vectors: number): number
  batchNormalizationBackward(
    gradient: number,
    x: number,
    images: number,
    imageStride: number,
    positions: number,
    channels: number,
    mean: number,
    inverse: number,
    scale: number,
    scaleGradient: number,
    shiftGradient: number,
    to: number,
  ): void
  batchNormalizationForward(
    x: number,
    images: number,
    imageStride: number,
    positions: number,
    channels: number,
    mean: number,
    inverse: number,
    scale: number,
    shift: number,
    out: number,
  ): void
  batchStatistics(
    x: number,
    images: number,
    imageStride: number,
    positions: number,
    channels: number,
    mean: number,
    variance: number,
  ): void
  clear(at: number, bytes: number): void
  columnSums(
    gradient: number,
    mask: number,
    images: number,
    imageStride: number,
    positions: number,
    channels: number,
    out: number,
  ): void
  copyRows(
    from: number,
    fromImage: number,
    fromRow: number,
    to: number,
    toImage: number,
    toRow: number,
    count: number,
    height: number,
    rowBytes: number,
  ): void
  decayWeights(weights: number, vectors: number, factor: number): void
  dropoutBackward(gradient: number, mask: number, to: number, vectors: number): void
  dropoutForward(
    x: number,
    out: number,
    mask: number,
    vectors: number,
    states: number,
    threshold: number,
    scale: number,
  ): void
  gatherPixels(
    images: number,
    order: number,
    count: number,
    height: number,
    rowLength: number,
    scale: number,
    to: number,
    imageStride: number,
    rowStride: number,
  ): void
  inverseDeviation(variance: number, out: number, channels: number, epsilon: number): void
  leakyReluBackward(gradient: number, out: number, to: number, vectors: number, slope: number): void
  leakyReluForward(x: number, out: number, vectors: number, slope: number): void
  matrixProduct(
    a: number,
    strideI: number,
    strideK: number,
    b: number,
    strideB: number,
    panelB: number,
    c: number,
    strideC: number,
    panelC: number,
    m: number,
    vectors: number,
    k: number,
    bias: number,
  ): void
  momentumStep(
    weights: number,
    velocity: number,
    gradients: number,
    shards: number,
    shardStride: number,
    vectors: number,
    rate: number,
    momentum: number,
  ): void
  moveTowards(running: number, batch: number, vectors: number, keep: number, fresh: number): void
  reluBackward(gradient: number, out: number, to: number, vectors: number): void
  reluForward(x: number, out: number, vectors: number): void
  sigmoidBackward(gradient: number, out: number, to: number, vectors: number): void
  sigmoidForward(x: number, out: number, rows: number, size: number, rowBytes: number): void
  softmaxCrossEntropy(
    logits: number,
    rowStride: number,
    rows: number,
    classes: number,
    labels: number,
    order: number,
    batch: number,
    gradient: number,
    probabilities: number,
    predicted: number,
    scratch: number,
    correct: number,
  ): number
  sparseProduct(
    a: number,
    strideI: number,
    strideK: number,
    b: number,
    strideB: number,
    panelB: number,
    c: number,
    strideC: number,
    panelC: number,
    m: number,
    vectors: number,
    k: number,
    bias: number,
    lists: number,
  ): void
  tanhBackward(gradient: number, out: number, to: number, vectors: number): void
  tanhForward(x: number, out: number, vectors: number): void
  transposePanels(from: number, rows: number, columns: number, to: number): void
}

/** Binds a compiled module to a memory of at least one page. */
export function bindKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels
}
