// Strokes on a grey image: a round brush with a soft edge; it knows no pointer and no screen.

export interface Point {
  readonly y: number
  readonly x: number
}

export interface Brush {
  /** Of its centre line to its edge, in pixels. */
  readonly radius: number
  /** What it leaves: 255 to draw, 0 to rub out. */
  readonly value: number
}

/**
 * A stroke from one point to another, on a copy of `pixels`. Points are in pixels, a pixel's middle at .5; drawing never
 * darkens and rubbing out never brightens, so that strokes may cross. All channels of a pixel get the same.
 */
export function stroked(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  from: Point,
  to: Point,
  { radius, value }: Brush,
): Uint8Array {
  const drawn = Uint8Array.from(pixels)
  const [down, across] = [to.y - from.y, to.x - from.x]
  const length = down * down + across * across
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [dy, dx] = [y + 0.5 - from.y, x + 0.5 - from.x]
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, (dy * down + dx * across) / length))
      const distance = Math.hypot(dy - along * down, dx - along * across)
      const cover = Math.min(1, Math.max(0, radius + 0.5 - distance))
      if (cover === 0) continue
      for (let c = 0; c < channels; c++) {
        const at = (y * width + x) * channels + c
        const old = pixels[at]!
        const mixed = Math.round(old + (value - old) * cover)
        drawn[at] = value >= old ? Math.max(old, mixed) : Math.min(old, mixed)
      }
    }
  return drawn
}
