// Padding and stride: windows that move over the image, how many there are, and the arithmetic beside them.
import type { PageData } from "../page-data.ts"
import { paintPixels } from "../ramp.ts"
import { resample } from "../resample.ts"
import { keepingPadding, type Slide, slideSize, windowStart } from "../slide-size.ts"
import type { ExplorerState } from "../state.ts"
import { counted, decimal } from "../words.ts"
import { button, element, section, slider } from "./element.ts"
import { beforeNextPicture } from "./frame.ts"
import { moved, type Pixel, Tile } from "./tile.ts"

const LARGEST = 16
/** Milliseconds that a window stays while they play. */
const BEAT = 350

export function slidePanel({ trained: { inputShape } }: PageData, state: ExplorerState): HTMLElement {
  const stage = new Stage(inputShape, state)
  let slide: Slide = { size: 8, kernel: 3, padding: 1, stride: 2 }
  const arithmetic = element("p", { class: "arithmetic", "data-testid": "slide-result" })
  const remark = element("p", { class: "note", role: "status" })
  const show = (): void => {
    arithmetic.replaceChildren(...arithmeticWords(slide))
    remark.textContent = remarkOn(slide)
    stage.show(slide)
  }
  const control = (name: string, key: keyof Slide, least: number, most: number): HTMLElement =>
    slider({ name, id: `slide-${key}`, least, most, value: slide[key] }, (value) => {
      slide = { ...slide, [key]: value }
      show()
    }).element
  state.follow(beforeNextPicture(show))
  return section(
    "slide",
    "Padding and stride",
    "Move the sliders and count the windows: which padding keeps the size at stride 1? Which strides leave pixels at the edge that no window ever sees?",
    element(
      "div",
      { class: "slide" },
      element(
        "div",
        { class: "sliders" },
        control("image n", "size", 4, LARGEST),
        control("filter k", "kernel", 1, 7),
        control("padding p", "padding", 0, 4),
        control("stride s", "stride", 1, 4),
        arithmetic,
        remark,
      ),
      stage.element,
    ),
  )
}

const part = (symbol: string, value: number): HTMLElement =>
  element("span", { class: "part" }, element("b", {}, String(value)), element("small", {}, symbol))

function arithmeticWords({ size, kernel, padding, stride }: Slide): ReadonlyArray<Node | string> {
  const { exact, windows } = slideSize({ size, kernel, padding, stride })
  const room = size + 2 * padding - kernel
  const whole = Number.isInteger(exact)
  return [
    element(
      "span",
      { class: "fraction-line" },
      "(",
      part("n", size),
      " + 2 · ",
      part("p", padding),
      " − ",
      part("k", kernel),
      ") / ",
      part("s", stride),
      " + 1",
    ),
    element(
      "span",
      { class: "fraction-line" },
      `= ${decimal(room, 0)} / ${stride} + 1 = ${decimal(exact, 2).replace(/\.?0+$/, "")}`,
    ),
    element(
      "span",
      { class: "fraction-line result" },
      whole || windows === 0 ? "" : "rounded down: ",
      element("b", {}, counted(windows, "window")),
      " along a side",
    ),
  ]
}

function remarkOn(slide: Slide): string {
  const { windows, unseen } = slideSize(slide)
  const { size, kernel, padding, stride } = slide
  if (windows === 0) return "The window is larger than the padded image: there is no output at all."
  if (unseen > 0)
    return `The last window ends ${counted(unseen, "place")} before the end: ${unseen > padding ? `${counted(unseen - padding, "row")} and as many columns of the image are never seen` : "only zeros are lost"}.`
  if (padding >= kernel)
    return "Windows at the edge see nothing but zeros: this padding is more than the filter can use."
  if (stride === 1 && padding === keepingPadding(kernel))
    return `The size stays ${size}: this is what “same” padding does for a filter of ${kernel}.`
  if (padding === 0) return "No padding (“valid”): every window lies within the image."
  if (stride === kernel && padding === 0) return "Windows lie side by side, as in a pool."
  return stride > 1
    ? `Every ${stride === 2 ? "second" : stride === 3 ? "third" : "fourth"} place gets a window: the map has about 1/${stride * stride} of the values.`
    : "Zeros around the image count as dark pixels."
}

/** The two pictures and the window that moves. */
class Stage {
  readonly element = element("div", { class: "stage" })
  readonly #inputShape: readonly [number, number, number]
  readonly #state: ExplorerState
  readonly #play = button({ "data-testid": "slide-play" }, "Play", () => this.#toggle())
  readonly #words = element("p", { class: "readout" })
  readonly #left = element("div", { class: "pad" })
  readonly #right = element("div", {
    class: "pad",
    role: "application",
    tabindex: 0,
    "aria-label": "Windows. Arrow keys move from window to window.",
  })
  #slide: Slide = { size: 1, kernel: 1, padding: 0, stride: 1 }
  #tiles: { readonly padded: Tile; readonly output: Tile } | undefined
  #at: Pixel = { y: 0, x: 0 }
  #beat: number | undefined

  constructor(inputShape: readonly [number, number, number], state: ExplorerState) {
    this.#inputShape = inputShape
    this.#state = state
    this.element.append(
      element(
        "figure",
        { class: "picture" },
        element("figcaption", {}, "the image and its padding"),
        this.#left,
      ),
      element(
        "figure",
        { class: "picture" },
        element("figcaption", {}, "the mean of each window"),
        this.#right,
      ),
      element("div", { class: "stage-controls" }, this.#play, this.#words),
    )
    this.#right.addEventListener("keydown", (event) => {
      const windows = this.#windows()
      const to = moved(event, this.#at, windows, windows)
      if (to === undefined || windows === 0) return
      event.preventDefault()
      this.#move(to)
    })
  }

  show(slide: Slide): void {
    const isOther = this.#tiles === undefined || JSON.stringify(slide) !== JSON.stringify(this.#slide)
    this.#slide = slide
    if (isOther) this.#build()
    this.#paint()
    this.#move({ y: Math.min(this.#at.y, this.#windows() - 1), x: Math.min(this.#at.x, this.#windows() - 1) })
  }

  #windows(): number {
    return slideSize(this.#slide).windows
  }

  #build(): void {
    const side = this.#slide.size + 2 * this.#slide.padding
    const windows = this.#windows()
    const padded = new Tile(
      side,
      side,
      `An image of ${this.#slide.size} × ${this.#slide.size} pixels with ${this.#slide.padding} zeros on every side`,
    )
    const output = new Tile(
      Math.max(1, windows),
      Math.max(1, windows),
      `A map of ${windows} × ${windows} values`,
    )
    this.#tiles = { padded, output }
    const within = (pixel: Pixel): void => {
      if (windows > 0) this.#move(pixel)
    }
    output.canvas.addEventListener("pointermove", (event) => within(output.pixelOf(event)))
    padded.canvas.addEventListener("pointermove", (event) => {
      const { y, x } = padded.pixelOf(event)
      const nearest = (to: number): number =>
        Math.min(
          windows - 1,
          Math.max(0, Math.round((to - (this.#slide.kernel - 1) / 2) / this.#slide.stride)),
        )
      within({ y: nearest(y), x: nearest(x) })
    })
    const share = (count: number): string => String(count / side)
    output.element.style.setProperty("--share", share(windows))
    this.#left.replaceChildren(padded.element)
    this.#right.replaceChildren(output.element)
    const { size, padding } = this.#slide
    padded.outline("image-edge", { top: padding, left: padding, height: size, width: size })
  }

  #paint(): void {
    const { padded, output } = this.#tiles!
    const { size, padding, kernel } = this.#slide
    const [height, width, channels] = this.#inputShape
    const grey = Float64Array.from(
      { length: height * width },
      (_, i) => this.#state.shown.pixels[i * channels]!,
    )
    const small = resample({ height, width, values: grey }, size, size)
    const windows = this.#windows()
    const value = (y: number, x: number): number | undefined =>
      y >= 0 && y < size && x >= 0 && x < size ? small[y * size + x] : undefined
    padded.paint((rgba) => {
      const side = padded.width
      for (let i = 0; i < side * side; i++) {
        const grey = value(Math.floor(i / side) - padding, (i % side) - padding)
        rgba.set(grey === undefined ? [128, 128, 128, 56] : [grey, grey, grey, 255], 4 * i)
      }
    })
    if (windows === 0) {
      output.paint((rgba) => rgba.fill(0))
      return
    }
    const means = Float64Array.from({ length: windows * windows }, (_, i) => {
      const [top, left] = [
        windowStart(this.#slide, Math.floor(i / windows)),
        windowStart(this.#slide, i % windows),
      ]
      let sum = 0
      for (let y = top; y < top + kernel; y++)
        for (let x = left; x < left + kernel; x++) sum += value(y, x) ?? 0
      return sum / (kernel * kernel)
    })
    output.paint((rgba) => paintPixels(rgba, means, 1))
  }

  #move(to: Pixel): void {
    const { padded, output } = this.#tiles!
    const windows = this.#windows()
    if (windows === 0) {
      padded.outline("window", undefined)
      output.outline("point", undefined)
      this.#words.textContent = ""
      return
    }
    this.#at = { y: Math.max(0, to.y), x: Math.max(0, to.x) }
    const { kernel, stride } = this.#slide
    padded.outline("window", {
      top: this.#at.y * stride,
      left: this.#at.x * stride,
      height: kernel,
      width: kernel,
    })
    output.outline("point", { top: this.#at.y, left: this.#at.x, height: 1, width: 1 })
    this.#words.textContent = `Window ${this.#at.y * windows + this.#at.x + 1} of ${windows * windows}`
  }

  #toggle(): void {
    if (this.#beat === undefined) {
      this.#beat = setInterval(() => {
        const windows = this.#windows()
        const next = (this.#at.y * windows + this.#at.x + 1) % Math.max(1, windows * windows)
        this.#move({ y: Math.floor(next / windows), x: next % windows })
      }, BEAT)
    } else {
      clearInterval(this.#beat)
      this.#beat = undefined
    }
    this.#play.textContent = this.#beat === undefined ? "Play" : "Pause"
  }
}
