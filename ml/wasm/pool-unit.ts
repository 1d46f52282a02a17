/** A pooling layer on the kernels, where it is not part of a convolution; it knows nothing of its neighbours. */

import { type LayerShape, sizeOf } from "../layers/parts/shape.ts"
import { extentOf, strideOf } from "../layers/parts/windows.ts"
import type { Pool } from "../layers/pool.ts"
import { type Activations, activations, type Site, type Unit } from "./unit.ts"

export function poolUnit(site: Site, shape: LayerShape<Pool>, input: Activations): Unit {
  const { kernels, arena } = site
  const { layer, margins } = shape
  const output = activations(site, sizeOf(shape.output), true)
  const [height, width, channels] = shape.input as readonly [number, number, number]
  const [outHeight, outWidth] = shape.output as readonly [number, number, number]
  const [windowHeight, windowWidth] = extentOf(layer.size)
  const [strideY, strideX] = strideOf(layer)
  const { top, left } = margins
  const { values: x, rowBytes: inRow, gradient: to } = input
  const { values, rowBytes: outRow, gradient } = output
  if (layer.kind === "average")
    return {
      output,
      forward: (rows) =>
        // biome-ignore format: one group of arguments a line
        kernels.averagePoolForward(
          x, inRow, rows, height, width, channels,
          windowHeight, windowWidth, strideY, strideX, top, left,
          values, outRow, outHeight, outWidth),
      backward: (rows) => {
        if (to === 0) return
        kernels.clear(to, rows * inRow)
        // biome-ignore format: one group of arguments a line
        kernels.averagePoolBackward(
          gradient, outRow, rows, height, width, channels,
          windowHeight, windowWidth, strideY, strideX, top, left,
          to, inRow, outHeight, outWidth)
      },
    }
  const winners = arena.allocate(site.rows * outRow, "places of patches")
  return {
    output,
    forward: (rows) =>
      // biome-ignore format: one group of arguments a line
      kernels.maxPoolForward(
        x, inRow, rows, height, width, channels,
        windowHeight, windowWidth, strideY, strideX, top, left,
        values, outRow, outHeight, outWidth, winners),
    backward: (rows) => {
      if (to === 0) return
      kernels.clear(to, rows * inRow)
      kernels.maxPoolBackward(gradient, winners, rows, outRow, output.size, to)
    },
  }
}
