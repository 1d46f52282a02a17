// What the network takes the image for: a bar a class, the true class, and what switched-off filters changed.
import type { PageData } from "../page-data.ts"
import { type ExplorerState, predicted, type Shown } from "../state.ts"
import { counted, percent, points } from "../words.ts"
import { button, element } from "./element.ts"

/** A change below a twentieth of a point is none. */
const VISIBLE = 0.0005
/** Milliseconds without a change before the answer is said aloud. */
const PAUSE = 500

interface Bar {
  readonly row: HTMLElement
  readonly fill: HTMLElement
  readonly before: HTMLElement
  readonly share: HTMLElement
  readonly change: HTMLElement
  readonly truth: HTMLElement
}

export function bars({ classes, images }: PageData, state: ExplorerState): HTMLElement {
  const rows = classes.map(bar)
  const answer = element("strong", { "data-testid": "answer" })
  const sentence = element("p", { class: "answer" }, answer)
  const detail = element("p", { class: "detail" })
  const spoken = element("p", { class: "unseen", role: "status" })
  const off = element("p", { class: "off-note" })
  const restore = button({ "data-testid": "reset-filters", class: "button slim" }, "Switch all on", () =>
    state.restore(),
  )
  let pause = 0
  state.follow((shown) => {
    const { probabilities } = shown.answer
    if (probabilities === undefined) return
    const truth = shown.source.kind === "test" ? images.labels[shown.source.index] : undefined
    const best = predicted(probabilities)
    rows.forEach((each, label) => {
      show(each, shown, label, best, truth)
    })
    answer.textContent = classes[best]!
    detail.textContent = told(shown, classes, best, truth)
    showOff(off, restore, shown)
    clearTimeout(pause)
    pause = setTimeout(() => {
      spoken.textContent = `${classes[best]}, ${percent(probabilities[best]!)}. ${detail.textContent}`
    }, PAUSE)
  })
  if (!state.hasAnswer)
    return element(
      "p",
      { class: "note" },
      "This network's weights are too many for a page: its first layer is here, and no answer.",
    )
  return element(
    "div",
    { class: "answers" },
    sentence,
    detail,
    element(
      "table",
      { class: "bars", "data-testid": "bars" },
      element("caption", { class: "unseen" }, "Probability of each class"),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ...["Class", "Bar", "Probability", "Change by switching filters off, in percentage points"].map(
            (name) => element("th", { scope: "col" }, element("span", { class: "unseen" }, name)),
          ),
        ),
      ),
      element("tbody", {}, ...rows.map(({ row }) => row)),
    ),
    off,
    spoken,
  )
}

function bar(name: string, label: number): Bar {
  const truth = element("span", { class: "truth", hidden: true }, "true")
  const fill = element("span", { class: "fill" })
  const before = element("span", { class: "before", hidden: true })
  const share = element("td", { class: "share" })
  const change = element("td", { class: "change" })
  const row = element(
    "tr",
    { "data-testid": `bar-${label}` },
    element("th", { scope: "row" }, name, " ", truth),
    element("td", { class: "track" }, element("span", { class: "rail" }, fill, before)),
    share,
    change,
  )
  return { row, fill, before, share, change, truth }
}

function show(
  each: Bar,
  { answer, whole }: Shown,
  label: number,
  best: number,
  truth: number | undefined,
): void {
  const probability = answer.probabilities![label]!
  const difference = probability - whole.probabilities![label]!
  each.row.dataset.probability = String(probability)
  each.row.classList.toggle("best", label === best)
  each.truth.hidden = label !== truth
  each.fill.style.width = `${100 * probability}%`
  each.before.hidden = Math.abs(difference) < VISIBLE
  each.before.style.left = `${100 * whole.probabilities![label]!}%`
  each.share.textContent = percent(probability)
  each.change.textContent = Math.abs(difference) < VISIBLE ? "" : points(difference)
}

/** Whether that is right, and what it would be with all filters on. */
export function told(
  { source, answer, whole }: Shown,
  classes: ReadonlyArray<string>,
  best: number,
  truth: number | undefined,
): string {
  const before = predicted(whole.probabilities!)
  const instead = answer === whole || before === best ? "" : ` With all filters on: ${classes[before]}.`
  if (truth !== undefined) return (best === truth ? "Right." : `Wrong: it is ${classes[truth]}.`) + instead
  return (
    (source.kind === "drawn"
      ? "Drawn by hand: there is no true class."
      : "Your own image: there is no true class.") + instead
  )
}

function showOff(note: HTMLElement, restore: HTMLElement, { ablated }: Shown): void {
  const count = [...ablated.values()].reduce((sum, filters) => sum + filters.size, 0)
  note.hidden = count === 0
  const names = [...ablated].map(
    ([layer, filters]) =>
      `${layer} ${[...filters]
        .map((filter) => filter + 1)
        .sort((a, b) => a - b)
        .join(", ")}`,
  )
  note.replaceChildren(
    `${counted(count, "filter")} off: ${names.join("; ")}. A mark shows where each bar was. `,
    restore,
  )
}
