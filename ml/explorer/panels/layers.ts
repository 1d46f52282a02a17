// All layers' maps, live: what each filter finds in the image, how each value was made, and filters to switch off.

import { numbersOf } from "../../data/normalization.ts"
import type { Conv } from "../../layers/convolution/conv.ts"
import { isOf, type LayerShape } from "../../layers/parts/shape.ts"
import type { Layer } from "../../layers/table.ts"
import { type Block, blocks, shownBefore } from "../blocks.ts"
import { explanation, indexOf, type Place } from "../explanation.ts"
import type { PageData } from "../page-data.ts"
import { pixelAt, receptiveField, seenBy } from "../places.ts"
import type { Runner } from "../runner.ts"
import type { ExplorerState } from "../state.ts"
import { facts, sizeWords, times, title } from "../words.ts"
import { button, element, section } from "./element.ts"
import { beforeNextPicture } from "./frame.ts"
import type { ImagePanel } from "./image.ts"
import { type Inspected, inspected, sentence } from "./inspector.ts"
import { MapRow } from "./map-row.ts"
import { followScheme } from "./scheme.ts"
import { Tile } from "./tile.ts"

/** Milliseconds without a change before pictures are described anew. */
const PAUSE = 600

interface Target {
  readonly index: number
  readonly place: Place
}

export function layersPanel(
  data: PageData,
  state: ExplorerState,
  runner: Runner,
  image: ImagePanel,
): HTMLElement {
  const { layers } = runner
  const found = blocks(layers)
  const box = new InspectorBox(data, state, runner, image)
  const parts = found.map((block) => blockPart(block, layers, data, state, box))
  let pause = 0
  const draw = (): void => {
    const { maps } = state.shown.answer
    for (const [index, row] of box.rows) row.draw(maps[index]!)
    box.show()
    clearTimeout(pause)
    pause = setTimeout(() => {
      for (const [index, row] of box.rows) row.describe(maps[index]!)
    }, PAUSE)
  }
  state.follow(beforeNextPicture(draw))
  followScheme(draw)
  return section(
    "layers",
    "What each layer makes of it",
    `Each column is one filter and what the layers after it make of its map: point at a pixel to see how it came about, click to keep it.${state.hasAnswer ? " Switch filters off by their numbers: which ones does the answer rest on?" : ""}`,
    box.element,
    legend(),
    ...parts,
  )
}

/** What is looked at, and the box that tells how it was made. */
class InspectorBox {
  readonly rows = new Map<number, MapRow>()
  readonly #where = element("p", { class: "where" })
  readonly #body = element("div", { class: "inspector-body" })
  readonly #spoken = element("p", { class: "unseen", role: "status" })
  readonly element = element(
    "div",
    { class: "inspector", "data-testid": "inspector" },
    this.#where,
    this.#body,
    this.#spoken,
  )
  readonly #weights: PageData["trained"]["weights"]
  readonly #normalization: PageData["trained"]["normalization"]
  readonly #state: ExplorerState
  readonly #layers: Runner["layers"]
  readonly #classes: ReadonlyArray<string>
  readonly #image: ImagePanel
  #kept: Target
  #hovered: Target | undefined
  #channel: number | undefined

  constructor({ trained, classes }: PageData, state: ExplorerState, { layers }: Runner, image: ImagePanel) {
    this.#weights = trained.weights
    this.#normalization = trained.normalization
    this.#state = state
    this.#layers = layers
    this.#classes = classes
    this.#image = image
    const first = blocks(layers)[0]!.layers[0]!
    const { output } = layers[first]!
    const middle = output.length === 3 ? { y: output[0] >> 1, x: output[1] >> 1 } : { y: 0, x: 0 }
    this.#kept = { index: first, place: { ...middle, channel: 0 } }
  }

  hover(index: number, place: Place | undefined): void {
    this.#hovered = place && { index, place }
    this.show()
  }

  choose(index: number, place: Place, isSpoken: boolean): void {
    this.#kept = { index, place }
    this.#hovered = undefined
    this.#channel = undefined
    const shown = this.show()
    if (isSpoken) this.#spoken.textContent = `${this.#where.textContent}. ${sentence(shown)}`
  }

  show(): Inspected {
    const { index, place } = this.#hovered ?? this.#kept
    const shape = this.#layers[index]!
    const { pixels, answer, ablated } = this.#state.shown
    const input = index === 0 ? numbersOf(pixels, this.#normalization) : answer.maps[index - 1]!
    const shown: Inspected = {
      shape,
      made: explanation(shape, this.#weights, input, place, ablated),
      given: answer.maps[index]![indexOf(shape.output, place)]!,
      isOff: ablated.get(shape.name)?.has(place.channel) === true,
    }
    this.#where.replaceChildren(...whereWords(this.#layers, index, place, this.#classes))
    const channel = this.#hovered === undefined ? this.#channel : undefined
    this.#body.replaceChildren(
      ...inspected(shown, channel, (chosen) => {
        this.#channel = chosen
        this.show()
        this.#body.querySelector<HTMLElement>("[aria-pressed=true]")?.focus()
      }),
    )
    this.#light(index, place)
    return shown
  }

  /** Outlines the value, what its layer saw of the layer before, and what lies behind it in the image. */
  #light(index: number, place: Place): void {
    const shape = this.#layers[index]!
    const before = shownBefore(this.#layers, index)
    const at = pixelAt(place.y, place.x)
    const isOneChannel = shape.layer.type !== "conv"
    for (const [of, row] of this.rows) {
      row.point("point", of === index ? place : undefined)
      row.frame(
        "window",
        of === before ? seenBy(shape, at) : undefined,
        isOneChannel ? place.channel : undefined,
      )
    }
    this.rows.get(index)!.cursor = place
    this.#image.outline("window", before === undefined ? seenBy(shape, at) : undefined)
    this.#image.outline("field", before === undefined ? undefined : receptiveField(this.#layers, index, at))
  }
}

function whereWords(
  layers: Runner["layers"],
  index: number,
  place: Place,
  classes: ReadonlyArray<string>,
): ReadonlyArray<Node | string> {
  const shape = layers[index]!
  const isMap = shape.output.length === 3
  const isLast = index === layers.length - 1 && shape.output[0] === classes.length
  const where = isMap
    ? `map ${place.channel + 1}, row ${place.y + 1}, column ${place.x + 1}`
    : `unit ${place.channel + 1}${isLast ? ` (${classes[place.channel]})` : ""}`
  const field = receptiveField(layers, index, pixelAt(place.y, place.x))
  const sees = `depends on ${times([field.height, field.width])} pixels of the image`
  return [
    element("b", {}, shape.name),
    ` ${title(shape)}, ${where} `,
    element("span", { class: "soft" }, sees),
  ]
}

/** Along the side of a map on the screen, in CSS pixels: the more maps, the smaller. */
const tileSide = (channels: number, width: number): number => {
  const wanted = channels <= 8 ? 84 : channels <= 16 ? 40 : 32
  return Math.max(1, Math.round(wanted / width)) * width
}

function blockPart(
  { shows, layers: own, channels }: Block,
  layers: ReadonlyArray<LayerShape<Layer>>,
  data: PageData,
  state: ExplorerState,
  box: InspectorBox,
): HTMLElement {
  const first = layers[own[0]!]!
  const rows = own.map((index) => {
    const shape = layers[index]!
    const row = new MapRow(shape, {
      hover: (place) => box.hover(index, place),
      choose: (place, by) => box.choose(index, place, by === "keys"),
    })
    box.rows.set(index, row)
    return element(
      "div",
      { class: "layer-row" },
      element(
        "div",
        { class: "row-name" },
        element("b", {}, title(shape)),
        element("small", {}, `${shape.name}, ${sizeWords(shape)}`),
      ),
      row.element,
    )
  })
  const side = shows === "maps" ? tileSide(channels, first.output[1] ?? 1) : undefined
  const filters = isOf<Conv>("conv", first) ? [filterRow(first, data, state, rows)] : []
  return element(
    "div",
    { class: "block", style: side === undefined ? undefined : `--tile: ${side}px` },
    element(
      "h3",
      {},
      own.map((index) => layers[index]!.name).join(" → "),
      element("small", {}, facts(first)),
    ),
    element(
      "div",
      { class: "scroll", role: "group", "aria-label": `${first.name} and what follows it` },
      ...filters,
      ...rows,
    ),
  )
}

/** A switch for each filter of a convolution, with its weights where they are of one channel. */
function filterRow(
  conv: LayerShape<Conv>,
  { trained }: PageData,
  state: ExplorerState,
  rows: ReadonlyArray<HTMLElement>,
): HTMLElement {
  const kernel = trained.weights[`${conv.name}/kernel`]!
  const [height, width, depth] = kernel.shape as readonly [number, number, number, number]
  const values = kernel.data as Float32Array
  const { filters } = conv.layer
  const tiles: Array<Tile> = []
  const switches = Array.from({ length: filters }, (_, filter) => {
    const content = element("span", { class: "filter-content" })
    if (depth === 1) {
      const tile = new Tile(height, width)
      tiles.push(tile)
      content.append(tile.element)
    }
    content.append(element("span", { class: "filter-number" }, String(filter + 1)))
    const attributes = {
      class: "filter",
      "aria-pressed": "true",
      "aria-label": `Filter ${filter + 1} of ${conv.name}`,
      "data-testid": `filter-${conv.name}-${filter}`,
    }
    return button(attributes, content, () => state.toggle(conv.name, filter))
  })
  const draw = (): void => {
    tiles.forEach((tile, filter) => {
      tile.signed(values.filter((_, i) => i % filters === filter))
    })
  }
  draw()
  followScheme(draw)
  state.follow(() => {
    switches.forEach((each, filter) => {
      const isOn = state.isOn(conv.name, filter)
      each.setAttribute("aria-pressed", String(isOn))
      for (const row of rows) row.querySelectorAll(".tile")[filter]?.classList.toggle("off", !isOn)
    })
  })
  return element(
    "div",
    { class: "layer-row" },
    element(
      "div",
      { class: "row-name" },
      element("b", {}, "filters"),
      element("small", {}, "click: on or off"),
    ),
    element(
      "div",
      { class: "row-maps", role: "group", "aria-label": `Filters of ${conv.name}, on or off` },
      ...switches,
    ),
  )
}

function legend(): HTMLElement {
  return element(
    "p",
    { class: "legend" },
    element("span", { class: "legend-ramp", "aria-hidden": "true" }),
    "negative, 0, positive; one scale for all maps of a layer",
  )
}
