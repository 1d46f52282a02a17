// The answer in one line that stays in sight where the page is narrow, and the bars scroll away with the image.
import type { PageData } from "../page-data.ts"
import { type ExplorerState, predicted } from "../state.ts"
import { percent } from "../words.ts"
import { told } from "./bars.ts"
import { element } from "./element.ts"

/** Hidden from screen readers, to whom the bars say the same. Undefined for a network that has no answer on the page. */
export function strip({ classes, images }: PageData, state: ExplorerState): HTMLElement | undefined {
  if (!state.hasAnswer) return undefined
  const name = element("b", { "data-testid": "strip-answer" })
  const share = element("span", { class: "share" })
  const detail = element("span", { class: "soft" })
  state.follow((shown) => {
    const probabilities = shown.answer.probabilities!
    const best = predicted(probabilities)
    const truth = shown.source.kind === "test" ? images.labels[shown.source.index] : undefined
    name.textContent = classes[best]!
    share.textContent = percent(probabilities[best]!)
    detail.textContent = told(shown, classes, best, truth)
  })
  return element(
    "div",
    { class: "strip", "aria-hidden": "true", "data-testid": "strip" },
    name,
    share,
    detail,
  )
}
