// A filter to set by hand, and its map of the image, live.
import { PIXEL_SCALE } from "../../data/pixels.ts"
import { convolved } from "../explanation.ts"
import { mapOf, type OwnFilter, oneFilter, type Preset, presets, resized, SIZES } from "../own-filter.ts"
import type { PageData } from "../page-data.ts"
import { pixelAt, seenBy } from "../places.ts"
import { boundOf, signedCell } from "../ramp.ts"
import type { ExplorerState } from "../state.ts"
import { decimal, short } from "../words.ts"
import { button, element, section } from "./element.ts"
import { beforeNextPicture } from "./frame.ts"
import { followScheme, ramp } from "./scheme.ts"
import { moved, type Pixel, Tile } from "./tile.ts"

/** The slider's ends; numbers may be larger. */
const REACH = 4

export function ownFilterPanel({ trained: { inputShape } }: PageData, state: ExplorerState): HTMLElement {
  const [height, width, channels] = inputShape
  const picture = new Tile(height, width)
  const map = new Tile(height, width, "The map of your filter")
  map.canvas.dataset.testid = "own-map"
  const readout = element("p", { class: "readout", role: "status" })
  const about = element("p", { class: "note" })
  const editor = new Editor(about, () => draw())
  let at: Pixel = { y: height >> 1, x: width >> 1 }
  const conv = () => oneFilter([height, width], editor.filter.size, "same")
  const image = (): Float32Array =>
    Float32Array.from({ length: height * width }, (_, i) => state.shown.pixels[i * channels]! * PIXEL_SCALE)
  const point = (): void => {
    const { weights, size } = editor.filter
    const made = convolved(conv(), Float32Array.from(weights), new Float32Array(1), image(), {
      ...at,
      channel: 0,
    })
    map.outline("point", pixelAt(at.y, at.x))
    picture.outline("window", seenBy(conv(), pixelAt(at.y, at.x)))
    readout.textContent = `Row ${at.y + 1}, column ${at.x + 1}: the ${size * size} products add up to ${decimal(made.value, 4)}.`
  }
  const draw = (): void => {
    const values = mapOf(conv(), editor.filter.weights, image())
    map.signed(values, 0, 1, boundOf(values))
    point()
  }
  state.follow(
    beforeNextPicture(() => {
      picture.pixels(state.shown.pixels, channels)
      draw()
    }),
  )
  followScheme(() => {
    editor.tint()
    draw()
  })
  const pad = pointedAt(
    map,
    () => at,
    (to) => {
      at = to
      point()
    },
  )
  return section(
    "own-filter",
    "A filter of your own",
    "Start from a classic, change its weights and watch the map: which filter finds the sole of a shoe, which a trouser leg? Let the weights add up to 0, and see what becomes of even areas.",
    editor.presets,
    element(
      "div",
      { class: "own" },
      editor.element,
      element("figure", { class: "picture" }, element("figcaption", {}, "the image"), picture.element),
      element("figure", { class: "picture" }, element("figcaption", {}, "your filter's map"), pad),
    ),
    readout,
  )
}

/** A picture whose pixels can be pointed at, and gone through with arrow keys. */
function pointedAt(tile: Tile, from: () => Pixel, to: (pixel: Pixel) => void): HTMLElement {
  tile.canvas.addEventListener("pointermove", (event) => to(tile.pixelOf(event)))
  tile.canvas.addEventListener("click", (event) => to(tile.pixelOf(event)))
  const pad = element(
    "div",
    {
      class: "pad",
      role: "application",
      tabindex: 0,
      "aria-label": "Your filter's map. Arrow keys move over its pixels.",
    },
    tile.element,
  )
  pad.addEventListener("keydown", (event) => {
    const next = moved(event, from(), tile.height, tile.width)
    if (next === undefined) return
    event.preventDefault()
    to(next)
  })
  return pad
}

/** The weights: a number each, a slider for the one in hand, presets, and the size. */
class Editor {
  filter: OwnFilter
  readonly element: HTMLElement
  readonly presets: HTMLElement
  readonly #table = element("div", { class: "weights" })
  readonly #slider = element("input", {
    type: "range",
    id: "own-slider",
    min: -REACH,
    max: REACH,
    step: 0.25,
    "data-testid": "own-slider",
  })
  readonly #sliderName = element("label", { for: "own-slider" })
  readonly #sum = element("span", {})
  readonly #about: HTMLElement
  readonly #changed: () => void
  #inputs: ReadonlyArray<HTMLInputElement> = []
  #inHand = 0
  #buttons: ReadonlyArray<HTMLButtonElement> = []

  constructor(about: HTMLElement, changed: () => void) {
    this.#about = about
    this.#changed = changed
    this.filter = presets[1]!
    const sizes = element(
      "select",
      { id: "own-size", "data-testid": "own-size" },
      ...SIZES.map((size) => element("option", { value: size }, `${size} × ${size}`)),
    )
    sizes.addEventListener("change", () => {
      this.filter = resized(this.filter, SIZES.find((size) => String(size) === sizes.value)!)
      this.#build()
      this.#changed()
    })
    this.#slider.addEventListener("input", () => this.#set(this.#inHand, Number(this.#slider.value)))
    this.#buttons = presets.map((preset) =>
      button(
        { class: "button slim", "aria-pressed": "false", "data-testid": `own-preset-${preset.name}` },
        preset.title,
        () => {
          this.#take(preset)
          sizes.value = String(preset.size)
        },
      ),
    )
    this.presets = element(
      "div",
      { class: "presets", role: "group", "aria-label": "Filters to start from" },
      ...this.#buttons,
    )
    this.element = element(
      "div",
      { class: "editor" },
      element("div", { class: "field" }, element("label", { for: "own-size" }, "Size"), sizes, this.#sum),
      this.#table,
      element("div", { class: "slider" }, this.#sliderName, this.#slider),
      about,
    )
    this.#build()
    this.#say()
  }

  #take(preset: Preset): void {
    this.filter = { size: preset.size, weights: preset.weights }
    this.#build()
    this.#say()
    this.#changed()
  }

  #set(at: number, weight: number): void {
    this.filter = {
      size: this.filter.size,
      weights: this.filter.weights.map((old, i) => (i === at ? weight : old)),
    }
    this.#inputs[at]!.value = String(weight)
    this.#say()
    this.#changed()
  }

  #build(): void {
    const { size, weights } = this.filter
    this.#inputs = weights.map((weight, i) => {
      const [row, column] = [Math.floor(i / size), i % size]
      const input = element("input", {
        type: "number",
        step: 0.25,
        value: weight,
        "aria-label": `Weight in row ${row + 1}, column ${column + 1}`,
        "data-testid": `own-weight-${row}-${column}`,
      })
      input.addEventListener("focus", () => this.#hold(i))
      input.addEventListener("input", () => {
        if (input.value !== "" && Number.isFinite(input.valueAsNumber)) this.#change(i, input.valueAsNumber)
      })
      return input
    })
    this.#table.style.setProperty("--columns", String(size))
    this.#table.replaceChildren(...this.#inputs)
    this.#hold((size * size) >> 1)
    this.#say()
  }

  /** As typed: the input has it already. */
  #change(at: number, weight: number): void {
    this.filter = {
      size: this.filter.size,
      weights: this.filter.weights.map((old, i) => (i === at ? weight : old)),
    }
    this.#slider.value = String(weight)
    this.#say()
    this.#changed()
  }

  #hold(at: number): void {
    this.#inHand = at
    const { size, weights } = this.filter
    this.#slider.value = String(weights[at]!)
    this.#sliderName.textContent = `Row ${Math.floor(at / size) + 1}, column ${(at % size) + 1}`
    this.#inputs.forEach((input, i) => {
      input.classList.toggle("in-hand", i === at)
    })
  }

  /** Colours the weights as cells of a filter are. */
  tint(): void {
    const bound = boundOf(this.filter.weights)
    this.#inputs.forEach((input, i) => {
      const { fill, ink } = signedCell(this.filter.weights[i]!, bound, ramp())
      input.style.background = fill
      input.style.color = ink
    })
  }

  #say(): void {
    const sum = this.filter.weights.reduce((all, weight) => all + weight, 0)
    this.#sum.textContent = `weights add up to ${short(sum)}`
    const core = resized(this.filter, 3)
    const isCoreOnly = `${resized(core, this.filter.size).weights}` === `${this.filter.weights}`
    const same = isCoreOnly ? presets.findIndex(({ weights }) => `${weights}` === `${core.weights}`) : -1
    this.#buttons.forEach((each, i) => {
      each.setAttribute("aria-pressed", String(i === same))
    })
    this.tint()
    this.#about.textContent =
      same < 0 ? "A filter of your own." : `${presets[same]!.title}: ${presets[same]!.shows}.`
  }
}
