// What one layer gives, as a row of pictures that can be pointed at: maps side by side, or flat values in lines. The row is
// one stop for the Tab key; arrow keys move over its values.

import { type LayerShape, sizeOf } from "../../layers/parts/shape.ts"
import type { Layer } from "../../layers/table.ts"
import { unitColumns } from "../blocks.ts"
import type { Place } from "../explanation.ts"
import { pixelAt, type Rectangle } from "../places.ts"
import { boundOf } from "../ramp.ts"
import { decimal, sizeWords, title } from "../words.ts"
import { element } from "./element.ts"
import { moved, type Pixel, Tile } from "./tile.ts"

/** How a value comes to be looked at. */
export interface Pointing {
  /** A pointer is over it, or over none any more. */
  hover(place: Place | undefined): void
  /** It was clicked, or keys led to it. */
  choose(place: Place, by: "pointer" | "keys"): void
}

/** Flat values in a line at most. */
const UNITS_IN_LINE = 30

export class MapRow {
  readonly element: HTMLElement
  readonly shape: LayerShape<Layer>
  readonly tiles: ReadonlyArray<Tile>
  /** Maps have a tile each; flat values share one, with so many in a line. */
  readonly #columns: number | undefined
  #cursor: Place = { y: 0, x: 0, channel: 0 }

  constructor(shape: LayerShape<Layer>, pointing: Pointing) {
    this.shape = shape
    const { output, name } = shape
    this.#columns = output.length === 1 ? unitColumns(output[0], UNITS_IN_LINE) : undefined
    this.tiles =
      output.length === 1
        ? [new Tile(Math.ceil(output[0] / this.#columns!), this.#columns!, name)]
        : Array.from({ length: output[2] }, () => new Tile(output[0], output[1], name))
    this.element = element(
      "div",
      {
        class: output.length === 1 ? "row-maps units" : "row-maps",
        style: this.#columns === undefined ? undefined : `--columns: ${this.#columns}`,
        role: "application",
        tabindex: 0,
        "data-testid": `maps-${name}`,
        "aria-label": `${name}, ${title(shape)}: ${output.length === 1 ? "" : `${output[2]} maps of `}${sizeWords(shape)}. Arrow keys move over its values${output.length === 1 ? "" : ", Page Up and Page Down over its maps"}.`,
      },
      ...this.tiles.map((tile) => tile.element),
    )
    this.#listen(pointing)
  }

  draw(values: Float32Array): void {
    const bound = boundOf(values)
    if (this.#columns === undefined) {
      this.tiles.forEach((tile, channel) => {
        tile.signed(values, channel, this.tiles.length, bound)
      })
      return
    }
    const [tile] = this.tiles as [Tile]
    tile.signed(values, 0, 1, bound)
    const missing = tile.height * tile.width - values.length
    if (missing > 0)
      tile.outline("missing", { top: tile.height - 1, left: tile.width - missing, height: 1, width: missing })
  }

  /** Says in words what is drawn. */
  describe(values: Float32Array): void {
    this.tiles.forEach((tile, channel) => {
      const own =
        this.#columns === undefined ? values.filter((_, i) => i % this.tiles.length === channel) : values
      let [least, most] = [Infinity, -Infinity]
      for (const value of own) [least, most] = [Math.min(least, value), Math.max(most, value)]
      const what = this.#columns === undefined ? `map ${channel + 1}` : sizeWords(this.shape)
      tile.label = `${this.shape.name}, ${what}: values from ${decimal(least, 2)} to ${decimal(most, 2)}`
    })
  }

  /** Outlines one value. */
  point(look: string, place: Place | undefined): void {
    this.tiles.forEach((tile, channel) => {
      const isHere = place !== undefined && (this.#columns !== undefined || place.channel === channel)
      tile.outline(look, isHere ? pixelAt(...this.#at(place)) : undefined)
    })
  }

  /** Outlines a part of one map, or of all where no channel is given; of flat values, all. */
  frame(look: string, part: Rectangle | undefined, channel?: number): void {
    this.tiles.forEach((tile, i) => {
      const isHere =
        part !== undefined && (channel === undefined || channel === i || this.#columns !== undefined)
      const shown =
        this.#columns === undefined ? part : { top: 0, left: 0, height: tile.height, width: tile.width }
      tile.outline(look, isHere ? shown : undefined)
    })
  }

  /** Where keys go on from. */
  set cursor(place: Place) {
    this.#cursor = place
  }

  #at({ y, x, channel }: Place): [number, number] {
    return this.#columns === undefined
      ? [y, x]
      : [Math.floor(channel / this.#columns), channel % this.#columns]
  }

  #placeOf({ y, x }: Pixel, channel: number): Place {
    if (this.#columns === undefined) return { y, x, channel }
    return { y: 0, x: 0, channel: Math.min(sizeOf(this.shape.output) - 1, y * this.#columns + x) }
  }

  #listen({ hover, choose }: Pointing): void {
    this.tiles.forEach((tile, channel) => {
      const place = (event: MouseEvent): Place => this.#placeOf(tile.pixelOf(event), channel)
      tile.canvas.addEventListener("pointermove", (event) => hover(place(event)))
      tile.canvas.addEventListener("click", (event) => choose(place(event), "pointer"))
    })
    this.element.addEventListener("pointerleave", () => hover(undefined))
    this.element.addEventListener("focus", () => {
      if (this.element.matches(":focus-visible")) choose(this.#cursor, "keys")
    })
    this.element.addEventListener("keydown", (event) => {
      const to = this.#led(event)
      if (to === undefined) return
      event.preventDefault()
      choose(to, "keys")
    })
  }

  #led(event: KeyboardEvent): Place | undefined {
    const [y, x] = this.#at(this.#cursor)
    const { channel } = this.#cursor
    const step = event.key === "PageDown" ? 1 : event.key === "PageUp" ? -1 : 0
    if (this.#columns === undefined && step !== 0)
      return { y, x, channel: Math.min(this.tiles.length - 1, Math.max(0, channel + step)) }
    const tile = this.tiles[this.#columns === undefined ? channel : 0]!
    const to = moved(event, { y, x }, tile.height, tile.width)
    return to && this.#placeOf(to, channel)
  }
}
