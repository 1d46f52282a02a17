// Test images to pick from, in rows by class: one stop for the Tab key, arrow keys lead from image to image.
import type { PageData } from "../page-data.ts"
import type { ExplorerState } from "../state.ts"
import { counted } from "../words.ts"
import { element, section } from "./element.ts"
import { Tile } from "./tile.ts"

export function testImages(data: PageData, state: ExplorerState): HTMLElement {
  const { images, classes } = data
  const options = [...images.labels].map((_, index) => option(data, index))
  const list = element("div", { class: "picks", role: "listbox", "aria-label": "Test images, by class" })
  for (const [label, name] of classes.entries()) {
    const own = options.filter((_, index) => images.labels[index] === label)
    if (own.length === 0) continue
    const heading = element("span", { class: "pick-class", "aria-hidden": "true" }, name)
    const row = element("div", { class: "pick-row" }, ...own)
    row.setAttribute("role", "presentation")
    list.append(element("div", { role: "group", "aria-label": name, class: "pick-group" }, heading, row))
  }
  const inOrder = [...list.querySelectorAll<HTMLElement>("[role=option]")]
  const pick = (chosen: HTMLElement): void => {
    const index = Number(chosen.dataset.index)
    state.show(pixelsOf(data, index), { kind: "test", index })
  }
  list.addEventListener("click", (event) => {
    const chosen = (event.target as Element).closest<HTMLElement>("[role=option]")
    if (chosen !== null) pick(chosen)
  })
  list.addEventListener("keydown", (event) => {
    const from = inOrder.indexOf(document.activeElement as HTMLElement)
    const to = from < 0 ? undefined : led(event.key, inOrder, from)
    if (to === undefined) return
    event.preventDefault()
    to.focus()
    pick(to)
  })
  state.follow(({ source }) => {
    const chosen = source.kind === "test" ? source.index : undefined
    const stop = chosen ?? Number(inOrder.find((each) => each.tabIndex === 0)?.dataset.index ?? 0)
    options.forEach((each, index) => {
      each.setAttribute("aria-selected", String(index === chosen))
      each.tabIndex = index === stop ? 0 : -1
    })
  })
  return section(
    "images",
    "Pick an image",
    `${counted(images.labels.length, "image")} of the test set, which the network has not learned from: click one, or walk through them with the arrow keys. ${state.hasAnswer ? "Then draw on the image: how little does it take to change the answer?" : "Or draw one."}`,
    list,
  )
}

/** The bytes of one of the page's images. */
export function pixelsOf({ images, trained: { inputShape } }: PageData, index: number): Uint8Array {
  const size = inputShape.reduce((a, b) => a * b, 1)
  return images.pixels.slice(index * size, (index + 1) * size)
}

function option(data: PageData, index: number): HTMLElement {
  const { images, classes, trained } = data
  const [height, width, channels] = trained.inputShape
  const tile = new Tile(height, width)
  tile.pixels(pixelsOf(data, index), channels)
  return element(
    "div",
    {
      class: "pick",
      role: "option",
      "aria-selected": "false",
      "aria-label": `${classes[images.labels[index]!]}, test image ${images.numbers[index]! + 1}`,
      "data-index": index,
      "data-testid": `test-image-${index}`,
      tabindex: -1,
    },
    tile.element,
  )
}

/** Where a key leads: to the neighbours, to the nearest image of the line above or below, to the first and the last. */
function led(key: string, all: ReadonlyArray<HTMLElement>, from: number): HTMLElement | undefined {
  if (key === "ArrowRight") return all[from + 1]
  if (key === "ArrowLeft") return all[from - 1]
  if (key === "Home") return all[0]
  if (key === "End") return all.at(-1)
  if (key !== "ArrowDown" && key !== "ArrowUp") return undefined
  const places = all.map((each) => each.getBoundingClientRect())
  const { top, left } = places[from]!
  const direction = key === "ArrowDown" ? 1 : -1
  const beyond = all.map((_, i) => i).filter((i) => direction * (places[i]!.top - top) > 1)
  const line = beyond.reduce((best, i) => Math.min(best, Math.abs(places[i]!.top - top)), Infinity)
  const nearest = beyond
    .filter((i) => Math.abs(places[i]!.top - top) - line < 1)
    .sort((a, b) => Math.abs(places[a]!.left - left) - Math.abs(places[b]!.left - left))[0]
  return nearest === undefined ? undefined : all[nearest]
}
