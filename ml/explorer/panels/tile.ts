// A small picture of numbers, one pixel a value, with outlines over it; it knows nothing of what the numbers mean.
import type { Rectangle } from "../places.ts"
import { boundOf, paintPixels, paintSigned } from "../ramp.ts"
import { element } from "./element.ts"
import { ramp } from "./scheme.ts"

export interface Pixel {
  readonly y: number
  readonly x: number
}

export class Tile {
  readonly element: HTMLDivElement
  readonly canvas: HTMLCanvasElement
  readonly height: number
  readonly width: number
  readonly #context: CanvasRenderingContext2D
  readonly #pixels: ImageData
  readonly #outlines = new Map<string, HTMLElement>()

  /** @param label what one sees, for those who do not; left out where it is told elsewhere */
  constructor(height: number, width: number, label?: string) {
    this.height = height
    this.width = width
    const spoken = label === undefined ? { "aria-hidden": "true" } : { role: "img", "aria-label": label }
    this.canvas = element("canvas", { height, width, ...spoken })
    this.element = element("div", { class: "tile", style: `--ratio: ${width / height}` }, this.canvas)
    this.#context = this.canvas.getContext("2d")!
    this.#pixels = this.#context.createImageData(width, height)
  }

  set label(label: string) {
    this.canvas.setAttribute("aria-label", label)
  }

  /** Lets `fill` write red, green, blue and opacity of every pixel. */
  paint(fill: (rgba: Uint8ClampedArray) => void): void {
    fill(this.#pixels.data)
    this.#context.putImageData(this.#pixels, 0, 0)
  }

  /** Bytes, `step` a pixel: in colour where they are three, else grey. */
  pixels(values: ArrayLike<number>, step: number): void {
    this.paint((rgba) => paintPixels(rgba, values, step))
  }

  /** Every `step`-th value from `first` on; 0 is the paper's colour. */
  signed(values: ArrayLike<number>, first = 0, step = 1, bound = boundOf(values)): void {
    this.paint((rgba) => paintSigned(rgba, values, { first, step, bound, ramp: ramp() }))
  }

  /** Puts an outline of this class around a part of the picture, or takes it away. */
  outline(look: string, part: Rectangle | undefined): void {
    let line = this.#outlines.get(look)
    if (part === undefined) {
      if (line !== undefined) line.hidden = true
      return
    }
    if (line === undefined) {
      line = element("span", { class: `outline ${look}` })
      this.#outlines.set(look, line)
      this.element.append(line)
    }
    line.hidden = false
    const percent = (share: number): string => `${100 * share}%`
    line.style.top = percent(part.top / this.height)
    line.style.left = percent(part.left / this.width)
    line.style.height = percent(part.height / this.height)
    line.style.width = percent(part.width / this.width)
  }

  /** The pixel under a pointer, which may have left the picture: then the nearest. */
  pixelOf(event: MouseEvent): Pixel {
    const { y, x } = this.pointOf(event)
    return {
      y: Math.min(this.height - 1, Math.max(0, Math.floor(y))),
      x: Math.min(this.width - 1, Math.max(0, Math.floor(x))),
    }
  }

  /** The same, as a point in pixels. */
  pointOf(event: MouseEvent): Pixel {
    const { top, left, height, width } = this.canvas.getBoundingClientRect()
    return {
      y: ((event.clientY - top) / height) * this.height,
      x: ((event.clientX - left) / width) * this.width,
    }
  }
}

/** Where an arrow key, Home or End leads from a pixel, within a picture; undefined for other keys. */
export function moved(
  { key }: KeyboardEvent,
  { y, x }: Pixel,
  height: number,
  width: number,
): Pixel | undefined {
  const within = (to: number, count: number): number => Math.min(count - 1, Math.max(0, to))
  switch (key) {
    case "ArrowUp":
      return { y: within(y - 1, height), x }
    case "ArrowDown":
      return { y: within(y + 1, height), x }
    case "ArrowLeft":
      return { y, x: within(x - 1, width) }
    case "ArrowRight":
      return { y, x: within(x + 1, width) }
    case "Home":
      return { y, x: 0 }
    case "End":
      return { y, x: width - 1 }
    default:
      return undefined
  }
}
