// All that the page shows, built into one element.
import type { PageData } from "../page-data.ts"
import type { Runner } from "../runner.ts"

export interface Places {
  /** Where training on the page goes. */
  readonly training: HTMLElement
}

export function explorer(root: HTMLElement, data: PageData, _runner: Runner): Places {
  const heading = document.createElement("h1")
  heading.textContent = `${data.called} on ${data.title}`
  const training = document.createElement("section")
  root.append(heading, training)
  return { training }
}
