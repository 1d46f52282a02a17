// The image that all is about: shown large, drawn on with pointer or keys, cleared, or read from a file.
import { type Brush, type Point, stroked } from "../brush.ts"
import type { PageData } from "../page-data.ts"
import type { Rectangle } from "../places.ts"
import { borderMean, fitted, type GreyImage, greyOf } from "../resample.ts"
import type { ExplorerState } from "../state.ts"
import { button, element } from "./element.ts"
import { moved, type Pixel, Tile } from "./tile.ts"

/** A stroke is about as thick as a seam is wide: one pixel and a soft edge, of 28. */
const RADIUS = 1 / 24
/** Sides of a file's picture are read up to this many pixels. */
const MOST_PIXELS = 512

export interface ImagePanel {
  readonly element: HTMLElement
  /** Outlines a part of the image. */
  outline(look: string, part: Rectangle | undefined): void
}

export function imagePanel({ trained: { inputShape } }: PageData, state: ExplorerState): ImagePanel {
  const [height, width, channels] = inputShape
  const tile = new Tile(height, width)
  const spoken = element("span", { class: "unseen", role: "status" })
  const { canvas } = tile
  canvas.removeAttribute("aria-hidden")
  for (const [name, value] of Object.entries({
    role: "application",
    tabindex: "0",
    "data-testid": "image",
    "aria-label": `The image, ${height} × ${width} pixels. Draw with the pointer; or arrow keys move a cursor, Space draws, Delete rubs out.`,
  }))
    canvas.setAttribute(name, value)
  let isErasing = false
  const radius = Math.max(0.5, RADIUS * Math.min(height, width))
  const brush = (): Brush => ({ radius, value: isErasing ? 0 : 255 })
  const draw = (from: Point, to: Point, with_: Brush): void =>
    state.show(stroked(state.shown.pixels, inputShape, from, to, with_), { kind: "drawn" })
  drawWithPointer(tile, (from, to) => draw(from, to, brush()))
  drawWithKeys(tile, spoken, (at, value) => draw(at, at, { radius, value: value ?? brush().value }))
  state.follow(({ pixels }) => tile.pixels(pixels, channels))
  const eraser = button({ "aria-pressed": "false", "data-testid": "image-erase" }, "Rub out", () => {
    isErasing = !isErasing
    eraser.setAttribute("aria-pressed", String(isErasing))
  })
  const file = fileChooser(inputShape, state, tile.element)
  return {
    outline: (look, part) => tile.outline(look, part),
    element: element(
      "div",
      { class: "image" },
      tile.element,
      element(
        "div",
        { class: "buttons", role: "group", "aria-label": "Change the image" },
        eraser,
        button({ "data-testid": "image-clear" }, "Clear", () =>
          state.show(new Uint8Array(height * width * channels), { kind: "drawn" }),
        ),
        button({ "data-testid": "image-invert" }, "Invert", () =>
          state.show(
            state.shown.pixels.map((byte) => 255 - byte),
            state.shown.source.kind === "file" ? state.shown.source : { kind: "drawn" },
          ),
        ),
        file,
      ),
      element("p", { class: "note" }, "Draw on the image, or drop a file on it."),
      spoken,
    ),
  }
}

/** Strokes are drawn at most once a frame, through all points since. */
function drawWithPointer(tile: Tile, draw: (from: Point, to: Point) => void): void {
  const { canvas } = tile
  let last: Point | undefined
  let next: Point | undefined
  const flush = (): void => {
    if (last !== undefined && next !== undefined) draw(last, next)
    last = next
    next = undefined
  }
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return
    canvas.setPointerCapture(event.pointerId)
    last = next = tile.pointOf(event)
    flush()
  })
  canvas.addEventListener("pointermove", (event) => {
    if (last === undefined) return
    if (next === undefined) requestAnimationFrame(() => last !== undefined && flush())
    else {
      draw(last, next)
      last = next
    }
    next = tile.pointOf(event)
  })
  const end = (): void => {
    flush()
    last = undefined
  }
  canvas.addEventListener("pointerup", end)
  canvas.addEventListener("pointercancel", end)
}

/** Arrow keys move a cursor; Space or Enter draws there, Delete or Backspace rubs out. */
function drawWithKeys(tile: Tile, spoken: HTMLElement, draw: (at: Point, value?: number) => void): void {
  const { canvas, height, width } = tile
  let cursor: Pixel = { y: height >> 1, x: width >> 1 }
  const show = (): void => tile.outline("cursor", { top: cursor.y, left: cursor.x, height: 1, width: 1 })
  canvas.addEventListener("keydown", (event) => {
    const to = moved(event, cursor, height, width)
    const isDrawing = event.key === " " || event.key === "Enter"
    const isErasing = event.key === "Delete" || event.key === "Backspace"
    if (to === undefined && !isDrawing && !isErasing) return
    event.preventDefault()
    cursor = to ?? cursor
    show()
    spoken.textContent = `row ${cursor.y + 1}, column ${cursor.x + 1}`
    const at = { y: cursor.y + 0.5, x: cursor.x + 0.5 }
    if (isDrawing) draw(at)
    if (isErasing) draw(at, 0)
  })
  canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && show())
  canvas.addEventListener("blur", () => tile.outline("cursor", undefined))
}

/** A button that opens a file, and a place to drop one. */
function fileChooser(
  inputShape: readonly [number, number, number],
  state: ExplorerState,
  dropZone: HTMLElement,
): HTMLElement {
  const input = element("input", {
    type: "file",
    accept: "image/*",
    class: "unseen",
    id: "image-file",
    "data-testid": "image-file",
  })
  const problem = element("span", { class: "problem", role: "alert" })
  const take = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return
    try {
      problem.textContent = ""
      state.show(bytesFor(inputShape, await decoded(chosen)), { kind: "file", name: chosen.name })
    } catch {
      problem.textContent = `${chosen.name} is no image that this browser can read: try a PNG or a JPEG.`
    }
  }
  input.addEventListener("change", () => {
    void take(input.files?.[0])
    input.value = ""
  })
  dropZone.addEventListener("dragover", (event) => {
    event.preventDefault()
    dropZone.classList.add("dropping")
  })
  dropZone.addEventListener("dragleave", () => dropZone.classList.remove("dropping"))
  dropZone.addEventListener("drop", (event) => {
    event.preventDefault()
    dropZone.classList.remove("dropping")
    void take(event.dataTransfer?.files[0])
  })
  return element(
    "span",
    { class: "file" },
    input,
    element("label", { class: "button", for: "image-file" }, "Open…"),
    problem,
  )
}

async function decoded(file: File): Promise<GreyImage> {
  const bitmap = await createImageBitmap(file)
  const scale = Math.min(1, MOST_PIXELS / Math.max(bitmap.width, bitmap.height))
  const [height, width] = [bitmap.height, bitmap.width].map((side) =>
    Math.max(1, Math.round(side * scale)),
  ) as [number, number]
  const canvas = element("canvas", { height, width })
  const context = canvas.getContext("2d", { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  return greyOf(context.getImageData(0, 0, width, height).data, height, width)
}

/** Dark on bright is turned round: the network knows bright on dark. */
function bytesFor(
  [height, width, channels]: readonly [number, number, number],
  picture: GreyImage,
): Uint8Array {
  const grey = fitted(picture, height, width, borderMean(picture) > 127)
  return Uint8Array.from({ length: grey.length * channels }, (_, i) => grey[Math.floor(i / channels)]!)
}
