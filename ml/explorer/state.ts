// What the page is about at the moment: an image, the filters that are switched off, and what the network answers. It runs
// the network for what changed and nothing else, and knows no page.
import type { Ablated, Answer, Runner } from "./runner.ts"

export type Source =
  | { readonly kind: "test"; readonly index: number }
  | { readonly kind: "drawn" }
  | { readonly kind: "file"; readonly name: string }

export interface Shown {
  /** Height × width × channels bytes. */
  readonly pixels: Uint8Array
  readonly source: Source
  readonly ablated: Ablated
  /** With those filters off. */
  readonly answer: Answer
  /** With all filters on. */
  readonly whole: Answer
}

type Change = "image" | "filters"

export class ExplorerState {
  readonly #runner: Runner
  readonly #listeners: Array<(shown: Shown, change: Change) => void> = []
  #shown: Shown

  constructor(runner: Runner, pixels: Uint8Array, source: Source) {
    this.#runner = runner
    const answer = runner.forward(pixels)
    this.#shown = { pixels, source, ablated: new Map(), answer, whole: answer }
  }

  get shown(): Shown {
    return this.#shown
  }

  /** Of a network whose first layers alone are on the page there is none. */
  get hasAnswer(): boolean {
    return this.#shown.answer.probabilities !== undefined
  }

  /** Calls the listener now, as though all had changed, and after each change. */
  follow(listener: (shown: Shown, change: Change) => void): void {
    this.#listeners.push(listener)
    listener(this.#shown, "image")
  }

  show(pixels: Uint8Array, source: Source): void {
    const whole = this.#runner.forward(pixels)
    const { ablated } = this.#shown
    this.#tell({ pixels, source, ablated, whole, answer: this.#with(ablated, pixels, whole) }, "image")
  }

  isOn(layer: string, filter: number): boolean {
    return this.#shown.ablated.get(layer)?.has(filter) !== true
  }

  /** Switches a filter off, or on again. */
  toggle(layer: string, filter: number): void {
    const off = new Set(this.#shown.ablated.get(layer))
    if (!off.delete(filter)) off.add(filter)
    const others = [...this.#shown.ablated].filter(([name]) => name !== layer)
    this.#ablate(new Map(off.size === 0 ? others : [...others, [layer, off]]))
  }

  /** Switches every filter on. */
  restore(): void {
    this.#ablate(new Map())
  }

  #ablate(ablated: Ablated): void {
    const { pixels, whole } = this.#shown
    this.#tell({ ...this.#shown, ablated, answer: this.#with(ablated, pixels, whole) }, "filters")
  }

  #with(ablated: Ablated, pixels: Uint8Array, whole: Answer): Answer {
    return ablated.size === 0 ? whole : this.#runner.forward(pixels, { ablated })
  }

  #tell(shown: Shown, change: Change): void {
    this.#shown = shown
    for (const listener of this.#listeners) listener(shown, change)
  }
}

/** The class with the largest probability, the first of equals. */
export const predicted = (probabilities: ArrayLike<number>): number => {
  let best = 0
  for (let i = 1; i < probabilities.length; i++) if (probabilities[i]! > probabilities[best]!) best = i
  return best
}
