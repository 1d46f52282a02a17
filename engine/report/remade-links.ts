// Links of chains that were known and done again, since the bytes of their states had been let go: how many a run did.
import type { Event } from "./events.ts"

export class RemadeLinks {
  #count = 0

  hear(event: Event): void {
    if (event.event === "link-finished" && event.status === "remade") this.#count++
  }

  /** As events, pages and folders of results say it: nothing of none. */
  get fact(): { readonly remade?: number } {
    return this.#count === 0 ? {} : { remade: this.#count }
  }
}
