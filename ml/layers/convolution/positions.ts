// Where a convolution's patches lie in its input, as byte offsets; pure arithmetic that knows no memory.
import { type Bytes, type Count, type Stride, stride, VECTOR } from "../../kernels/quantities.ts"
import type { LayerShape } from "../parts/shape.ts"
import { extentOf, strideOf } from "../parts/windows.ts"
import type { Pool } from "../pool.ts"
import type { ConvolutionShape } from "./conv.ts"

/** How images lie within their margins, in bytes. */
export interface ImagePlaces {
  readonly imageBytes: Stride
  readonly rowBytes: Stride
  /** From the image's start to its first pixel that is not margin. */
  readonly first: Bytes
  readonly pixelBytes: number
}

/** Offsets in tiles of four, the last of each run repeated to fill it. */
export interface PositionTable {
  readonly offsets: Uint32Array
  /** Outputs, or windows. */
  readonly count: Count
  /** 0 where positions are outputs themselves. */
  readonly tilesPerWindow: Count
}

/** With `imageBytes`, images lie there already, without margins. */
export function imagePlaces(conv: ConvolutionShape, imageBytes?: Stride): ImagePlaces {
  const [height, width, channels] = conv.input as readonly [number, number, number]
  const { top, bottom, left, right } = conv.margins
  const pixelBytes = channels * 4
  const rowBytes = stride((left + width + right) * pixelBytes)
  return {
    imageBytes: imageBytes ?? stride(Math.ceil(((top + height + bottom) * rowBytes) / VECTOR) * VECTOR),
    rowBytes,
    first: top * rowBytes + left * pixelBytes,
    pixelBytes,
  }
}

/** Every position, in the order (oy, ox). */
export function plainPositions(conv: ConvolutionShape, places: ImagePlaces): PositionTable {
  const [height, width] = conv.output as readonly [number, number, number]
  const offsets: Array<number> = []
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) offsets.push(offsetOf(conv, places, y, x))
  return { offsets: Uint32Array.from(fill(offsets)), count: height * width, tilesPerWindow: 0 }
}

/** The positions of each of the pool's windows, in the order (py, px, dy, dx). */
export function windowPositions(
  conv: ConvolutionShape,
  pool: LayerShape<Pool>,
  places: ImagePlaces,
): PositionTable {
  const [height, width] = pool.output as readonly [number, number, number]
  const [windowHeight, windowWidth] = extentOf(pool.layer.size)
  const offsets: Array<number> = []
  for (let py = 0; py < height; py++)
    for (let px = 0; px < width; px++) {
      const window: Array<number> = []
      for (let dy = 0; dy < windowHeight; dy++)
        for (let dx = 0; dx < windowWidth; dx++)
          window.push(offsetOf(conv, places, py * windowHeight + dy, px * windowWidth + dx))
      offsets.push(...fill(window))
    }
  return {
    offsets: Uint32Array.from(offsets),
    count: height * width,
    tilesPerWindow: Math.ceil((windowHeight * windowWidth) / 4),
  }
}

function offsetOf(conv: ConvolutionShape, places: ImagePlaces, y: number, x: number): number {
  const [strideY, strideX] = strideOf(conv.layer)
  return y * strideY * places.rowBytes + x * strideX * places.pixelBytes
}

function fill(offsets: Array<number>): Array<number> {
  while (offsets.length % 4 !== 0) offsets.push(offsets.at(-1)!)
  return offsets
}
