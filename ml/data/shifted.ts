// Images moved by whole pixels, what comes in black; it knows nothing of what they show.

/** `count × height × width × channels` bytes, each image moved down and to the right by so many pixels, which may be negative. */
export function shifted(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  [down, right]: readonly [number, number],
): Uint8Array {
  const moved = new Uint8Array(pixels.length)
  const row = width * channels
  const from = Math.max(0, -right) * channels
  const length = (width - Math.abs(right)) * channels
  if (length <= 0) return moved
  for (let image = 0; image < pixels.length; image += height * row)
    for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
      const start = image + (y - down) * row + from
      moved.set(pixels.subarray(start, start + length), image + y * row + Math.max(0, right) * channels)
    }
  return moved
}
