// Pictures made grey or coloured, cut and made smaller or larger, all in integers; knows no files.
import type { Picture } from "./picture.ts"

/** Grey values are repeated; a picture in colour stays as it is. */
export function inColour(picture: Picture): Picture {
  if (picture.channels === 3) return picture
  const data = new Uint8Array(3 * picture.data.length)
  for (let at = 0; at < picture.data.length; at++) data.fill(picture.data[at]!, 3 * at, 3 * at + 3)
  return { ...picture, channels: 3, data }
}

/** Brightness by ITU-R BT.601, its weights as 16-bit fractions, rounded to the nearest; a grey picture stays as it is. */
export function inGrey(picture: Picture): Picture {
  if (picture.channels === 1) return picture
  const data = new Uint8Array(picture.height * picture.width)
  for (let pixel = 0; pixel < data.length; pixel++) {
    const [red, green, blue] = [0, 1, 2].map((channel) => picture.data[3 * pixel + channel]!) as [
      number,
      number,
      number,
    ]
    data[pixel] = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16
  }
  return { ...picture, channels: 1, data }
}

/** The largest part of the shape `height : width` around the middle; of an odd remainder the upper left keeps the less. */
export function centred(picture: Picture, [height, width]: readonly [number, number]): Picture {
  const isWide = picture.width * height > picture.height * width
  const kept = isWide
    ? [picture.height, Math.max(1, Math.floor((picture.height * width) / height))]
    : [Math.max(1, Math.floor((picture.width * height) / width)), picture.width]
  const [rows, columns] = kept as [number, number]
  const { channels } = picture
  const top = Math.floor((picture.height - rows) / 2)
  const left = Math.floor((picture.width - columns) / 2)
  const data = new Uint8Array(rows * columns * channels)
  for (let y = 0; y < rows; y++) {
    const from = ((top + y) * picture.width + left) * channels
    data.set(picture.data.subarray(from, from + columns * channels), y * columns * channels)
  }
  return { height: rows, width: columns, channels, data }
}

/**
 * Each new pixel is the mean of the old ones that it covers, in proportion to how much of each, rounded to the nearest: an
 * average over areas, computed in integers.
 */
export function resized(picture: Picture, [height, width]: readonly [number, number]): Picture {
  if (picture.height === height && picture.width === width) return picture
  const { channels } = picture
  const data = new Uint8Array(height * width * channels)
  const [rows, columns] = [covers(picture.height, height), covers(picture.width, width)]
  const area = picture.height * picture.width
  for (const [y, down] of rows.entries())
    for (const [x, across] of columns.entries())
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0
        for (const [row, share] of down)
          for (const [column, part] of across)
            sum += share * part * picture.data[(row * picture.width + column) * channels + channel]!
        data[(y * width + x) * channels + channel] = Math.floor((2 * sum + area) / (2 * area))
      }
  return { height, width, channels, data }
}

/** Of each of `to` new places: which of `from` old ones it covers, and how much of each in units of a `to`-th; they sum to `from`. */
function covers(from: number, to: number): ReadonlyArray<ReadonlyArray<readonly [number, number]>> {
  return Array.from({ length: to }, (_, place) => {
    const [start, end] = [place * from, (place + 1) * from]
    const covered: Array<readonly [number, number]> = []
    for (let old = Math.floor(start / to); old * to < end; old++)
      covered.push([old, Math.min(end, (old + 1) * to) - Math.max(start, old * to)])
    return covered
  })
}
