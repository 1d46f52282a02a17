// Records the events of a run, and lets a test wait for one: what happened, whoever emits it.
import type { Event, EventOf } from "../report/events.ts"

export class EventRecorder {
  readonly events: Array<Event> = []
  readonly #waiting = new Set<() => void>()
  #end: string | undefined

  /** Bound, so that it can be handed over as it is. */
  readonly emit = (event: Event): void => {
    this.events.push(event)
    this.#look()
  }

  of<N extends Event["event"]>(name: N): ReadonlyArray<EventOf<N>> {
    return this.events.filter((event): event is EventOf<N> => event.event === name)
  }

  /** Task label → how it ended. */
  get tasks(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.of("task-finished").map(({ task, status }) => [task, status]))
  }

  /** Task label → output → digest. */
  get outputs(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return Object.fromEntries(this.of("task-finished").map(({ task, outputs }) => [task, outputs]))
  }

  /** The first event of a name (that `is` one), also if it came already; rejects when all ends without one. */
  first<N extends Event["event"]>(
    name: N,
    is: (event: EventOf<N>) => boolean = () => true,
  ): Promise<EventOf<N>> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.of(name).find(is)
        if (found === undefined && this.#end === undefined) return
        this.#waiting.delete(look)
        if (found === undefined) reject(new Error(`it ended without ${name}: ${this.#end}`))
        else resolve(found)
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** No more events will come. @param words for whoever still waits for one */
  end(words = ""): void {
    this.#end = words
    this.#look()
  }

  #look(): void {
    for (const look of [...this.#waiting]) look()
  }
}
