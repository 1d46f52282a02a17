// How many windows fit along a side: the arithmetic of size, padding and stride, and where each window stands.

/** Along one side, in pixels. */
export interface Slide {
  /** n: of the image. */
  readonly size: number
  /** k: of the window. */
  readonly kernel: number
  /** p: zeros at each end. */
  readonly padding: number
  /** s: how far the window moves each time. */
  readonly stride: number
}

export interface SlideSize {
  /** (n + 2p − k) / s + 1, not rounded. */
  readonly exact: number
  /** Windows that fit: the same rounded down, or 0 where the window is larger than all. */
  readonly windows: number
  /** Pixels and zeros at the far end that no window reaches. */
  readonly unseen: number
}

export function slideSize({ size, kernel, padding, stride }: Slide): SlideSize {
  const room = size + 2 * padding - kernel
  if (room < 0) return { exact: room / stride + 1, windows: 0, unseen: size + 2 * padding }
  const steps = Math.floor(room / stride)
  return { exact: room / stride + 1, windows: steps + 1, unseen: room - steps * stride }
}

/** Where window `index` begins, in pixels of the image; negative in the padding. */
export const windowStart = ({ padding, stride }: Slide, index: number): number => index * stride - padding

/** The padding that keeps the size at stride 1; only odd windows have one. */
export const keepingPadding = (kernel: number): number | undefined =>
  kernel % 2 === 1 ? (kernel - 1) / 2 : undefined
