// Training on the page: a button, how far it is, the curve as it grows, and whether the weights are the same file.
import type { MakeTrainer } from "../../training/trainer.ts"
import type { PageData } from "../page-data.ts"
import { trainHere, type Watcher } from "../train-here.ts"
import { button, element } from "./element.ts"
import { lossCurve } from "./loss-curve.ts"

/** Milliseconds of work between two moments in which the page may draw and listen. */
const TURN = 16

export function trainingPanel(root: HTMLElement, { training }: PageData, make: MakeTrainer): void {
  const { settings } = training
  const curve = lossCurve(settings.epochs)
  const progress = element("progress", { max: 1, value: 0, "aria-label": "Training" })
  const epoch = element("span", { class: "readout", "data-testid": "train-epoch" })
  const result = element("div", { class: "train-result", role: "status" })
  let underWay: AbortController | undefined
  const cancel = button({ "data-testid": "train-cancel", disabled: true }, "Stop", () => underWay?.abort())
  const start = button({ "data-testid": "train-start", class: "button main" }, "Train", () => void run())

  async function run(): Promise<void> {
    underWay = new AbortController()
    const { signal } = underWay
    enable(start, false)
    enable(cancel, true)
    result.replaceChildren()
    curve.show([])
    const began = performance.now()
    try {
      const { digest, isSame } = await trainHere(make, training, watcher(signal))
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      result.append(...verdict(digest, training.weights, isSame, seconds))
    } catch (failure) {
      const said = signal.aborted ? "Stopped." : failure instanceof Error ? failure.message : String(failure)
      result.append(element("p", { class: signal.aborted ? "note" : "problem" }, said))
    } finally {
      enable(start, true)
      enable(cancel, false)
    }
  }

  function watcher(signal: AbortSignal): Watcher {
    let last = performance.now()
    return {
      step: async (step, steps) => {
        if (performance.now() - last < TURN && step < steps) return
        progress.value = step / steps
        const at = Math.ceil((step / steps) * settings.epochs)
        epoch.textContent = `epoch ${at} of ${settings.epochs}, step ${step} of ${steps}`
        await nextTurn()
        last = performance.now()
        signal.throwIfAborted()
      },
      epoch: (points) => curve.show(points),
    }
  }

  root.append(
    element(
      "p",
      { class: "note" },
      `${capital(training.called)}: ${training.train.length} images, ${settings.epochs} epochs, mini-batches of ${settings.batchSize}, seed ${settings.seed}.`,
    ),
    element("div", { class: "field" }, start, cancel, progress, epoch),
    curve.element,
    result,
  )
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Disabled, a button that has the focus would lose it: the other one gets it. */
function enable(button: HTMLButtonElement, isEnabled: boolean): void {
  const hasFocus = document.activeElement === button
  button.disabled = !isEnabled
  if (hasFocus && !isEnabled)
    button.parentElement?.querySelector<HTMLButtonElement>("button:enabled")?.focus()
}

/** As a timer, but at once, and in a tab that nobody looks at, too. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })

function verdict(digest: string, given: string, isSame: boolean, seconds: string): ReadonlyArray<Node> {
  const hash = (name: string, value: string, id: string) =>
    element(
      "div",
      { class: "train-hash" },
      element("span", { class: "soft" }, name),
      element("code", { "data-testid": id }, value),
    )
  return [
    element(
      "p",
      { class: isSame ? "train-verdict" : "train-verdict problem", "data-testid": "train-verdict" },
      isSame
        ? `The same bits as on the machine that made this page, after ${seconds} s.`
        : `Other bits than on the machine that made this page, after ${seconds} s: one of the two has a fault.`,
    ),
    hash("SHA-256 of the weights trained here", digest, "train-hash"),
    hash("and of those that this page was given", given, "train-given"),
  ]
}
