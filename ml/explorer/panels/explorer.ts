// All that the page shows, built into one element: the image and the answer at the side, panels to read down.
import type { PageData } from "../page-data.ts"
import type { Runner } from "../runner.ts"
import { ExplorerState } from "../state.ts"
import { bars } from "./bars.ts"
import { denseMatrixPanel } from "./dense-matrix.ts"
import { element, section } from "./element.ts"
import { imagePanel } from "./image.ts"
import { layersPanel } from "./layers.ts"
import { ownFilterPanel } from "./own-filter.ts"
import { slidePanel } from "./slide.ts"
import { strip } from "./strip.ts"
import { pixelsOf, testImages } from "./test-images.ts"

export interface Places {
  /** Where training on the page goes. */
  readonly training: HTMLElement
}

export function explorer(root: HTMLElement, data: PageData, runner: Runner): Places {
  const state = new ExplorerState(runner, pixelsOf(data, 0), { kind: "test", index: 0 })
  const image = imagePanel(data, state)
  const answers = bars(data, state)
  const line = strip(data, state)
  const training = element("div", { class: "training" })
  const panels = [
    testImages(data, state),
    layersPanel(data, state, runner, image),
    ownFilterPanel(data, state),
    slidePanel(data, state),
    denseMatrixPanel(data, state),
    section(
      "train",
      "Train it here",
      "The same training that the experiment did, on the same sample, in this browser. Its weights have a hash; if yours is the same, every one of their bits is.",
      training,
    ),
  ]
  root.classList.add("explorer")
  root.append(
    header(data, panels),
    element(
      "main",
      { class: "bench" },
      element("div", { class: "aside" }, image.element, answers),
      element("div", { class: "panels" }, ...panels),
    ),
    ...(line === undefined ? [] : [line]),
  )
  return { training }
}

function header({ called, title }: PageData, panels: ReadonlyArray<HTMLElement>): HTMLElement {
  return element(
    "header",
    {},
    element("h1", {}, `Inside ${called}`),
    element(
      "p",
      { class: "lead" },
      `Trained on ${title}. Everything here is computed in your browser as you touch it, by the kernels that trained the network.`,
    ),
    element(
      "nav",
      { "aria-label": "On this page" },
      ...panels.map((panel) =>
        element("a", { href: `#${panel.id}` }, panel.querySelector("h2")!.textContent!),
      ),
    ),
  )
}
