// Lists the entries of a convolution's output gradient that are not zero; it knows neither images nor weights.
import { Count, OptionalPointer, Pointer, Stride } from './quantities'

/**
 * One list a channel, `capacity` bytes apart, of (gradient f32, patch offset i32) in the order (image, position).
 * `mask` is the output whose zeros stop the gradient (relu), or 0. `ends` gets each list's end. `patches` holds the
 * offset of each entry's patch, laid out like the gradient.
 */
export function entriesByChannel(
  gradient: Pointer, mask: OptionalPointer, patches: Pointer,
  images: Count, imageStride: Stride, positions: Count, channels: Count,
  lists: Pointer, capacity: Stride, ends: Pointer,
): void {
  for (let c = 0; c < channels; c++) store<usize>(ends + (c << 2), lists + c * capacity)
  const pixel = channels << 2
  for (let n = 0; n < images; n++) {
    for (let c = 0; c < channels; c++) {
      let at = n * imageStride + (c << 2)
      const stop = at + positions * pixel
      let to = load<usize>(ends + (c << 2))
      if (mask) {
        for (; at != stop; at += pixel) {
          const g = load<f32>(gradient + at)
          store<f32>(to, g)
          store<i32>(to, load<i32>(patches + at), 4)
          to += (i32(g != 0) & i32(load<f32>(mask + at) > 0)) << 3
        }
      } else {
        for (; at != stop; at += pixel) {
          const g = load<f32>(gradient + at)
          store<f32>(to, g)
          store<i32>(to, load<i32>(patches + at), 4)
          to += i32(g != 0) << 3
        }
      }
      store<usize>(ends + (c << 2), to)
    }
  }
}

/**
 * One list of (gradient f32, patch offset i32, filter offset i32, unused) for a single image, in the order
 * (position, channel); filters are `filterStride` bytes apart. Returns the list's end.
 */
export function entriesInOrder(
  gradient: Pointer, mask: OptionalPointer, patches: Pointer,
  positions: Count, channels: Count, filterStride: Stride, list: Pointer,
): Pointer {
  let at: usize = 0
  let to = list
  for (let p = 0; p < positions; p++) {
    let filter = 0
    for (let c = 0; c < channels; c++) {
      const g = load<f32>(gradient + at)
      store<f32>(to, g)
      store<i32>(to, load<i32>(patches + at), 4)
      store<i32>(to, filter, 8)
      to += (i32(g != 0) & i32(mask == 0 || load<f32>(mask + at) > 0)) << 4
      at += 4
      filter += filterStride
    }
  }
  return to
}
