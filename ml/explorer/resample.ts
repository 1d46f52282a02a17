// Grey images in other sizes, and colour pictures as grey ones of a network's size; it knows no files and no page.

/** Grey values, row-major. */
export interface GreyImage {
  readonly height: number
  readonly width: number
  readonly values: ArrayLike<number>
}

/** Each pixel is the mean of the area that it covers, pixels at the border counting by their share. */
export function resample(
  { height, width, values }: GreyImage,
  toHeight: number,
  toWidth: number,
): Float64Array {
  const rows = shares(height, toHeight)
  const columns = shares(width, toWidth)
  const means = new Float64Array(toHeight * toWidth)
  for (let y = 0; y < toHeight; y++)
    for (let x = 0; x < toWidth; x++) {
      let sum = 0
      for (const [row, down] of rows[y]!)
        for (const [column, across] of columns[x]!) sum += down * across * values[row * width + column]!
      means[y * toWidth + x] = sum
    }
  return means
}

/** For each of `to` cells along a side of `from` pixels: the pixels under it, each with its share of the cell. */
function shares(from: number, to: number): ReadonlyArray<ReadonlyArray<readonly [number, number]>> {
  const step = from / to
  return Array.from({ length: to }, (_, cell) => {
    const [start, end] = [cell * step, (cell + 1) * step]
    const first = Math.floor(start)
    const last = Math.min(from, Math.max(first + 1, Math.ceil(end - 1e-9)))
    return Array.from({ length: last - first }, (_, i) => {
      const pixel = first + i
      return [pixel, (Math.min(end, pixel + 1) - Math.max(start, pixel)) / step] as const
    })
  })
}

/** Red, green, blue and opacity, 0 to 255, over white; luma as in ITU-R BT.601. */
export function greyOf(rgba: ArrayLike<number>, height: number, width: number): GreyImage {
  const values = Float64Array.from({ length: height * width }, (_, i) => {
    const [red, green, blue, opacity] = [
      rgba[4 * i]!,
      rgba[4 * i + 1]!,
      rgba[4 * i + 2]!,
      rgba[4 * i + 3]! / 255,
    ]
    return 255 * (1 - opacity) + opacity * (0.299 * red + 0.587 * green + 0.114 * blue)
  })
  return { height, width, values }
}

/** The mean along the four sides: what a picture's background is. */
export function borderMean({ height, width, values }: GreyImage): number {
  let [sum, count] = [0, 0]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (y > 0 && y < height - 1 && x > 0 && x < width - 1) continue
      sum += values[y * width + x]!
      count++
    }
  return sum / count
}

/** A picture as bytes of this size: as large as fits, in the middle of its own background, turned to bright on dark if asked. */
export function fitted(picture: GreyImage, height: number, width: number, isInverted: boolean): Uint8Array {
  const scale = Math.min(height / picture.height, width / picture.width)
  const rows = Math.min(height, Math.max(1, Math.round(picture.height * scale)))
  const columns = Math.min(width, Math.max(1, Math.round(picture.width * scale)))
  const [top, left] = [(height - rows) >> 1, (width - columns) >> 1]
  const small = resample(picture, rows, columns)
  const background = borderMean(picture)
  return Uint8Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width) - top, (i % width) - left]
    const isInside = y >= 0 && y < rows && x >= 0 && x < columns
    const value = Math.round(isInside ? small[y * columns + x]! : background)
    return isInverted ? 255 - value : value
  })
}
