// A chain whose task is done: what its end chose is marked with the result, and what is left over goes after it.
import type { Digest, Key } from "../../content/digest.ts"
import { inputRecords, type Resolution } from "../../key/resolve.ts"
import type { Links } from "../../ledger/links.ts"
import type { Adopted, LinkRecord } from "../../ledger/records.ts"
import type { PlannedTask } from "../../plan/planned.ts"
import { leftOver } from "../../store/kept-states.ts"
import type { Store } from "../../store/store.ts"
import type { DoneFile } from "../../worker/protocol.ts"
import { chainOf, knownLinks } from "../chain.ts"
import { letGo } from "./let-go.ts"

interface Services {
  readonly store: Store["Type"]
  readonly links: Links["Type"]
}

/** @returns undefined for a task that is no chain */
export function finishedChain(
  services: Services,
  task: PlannedTask,
  resolution: Resolution,
  done: DoneFile,
): FinishedChain | undefined {
  const chain = chainOf(task)
  if (chain === undefined) return undefined
  const known = knownLinks(resolution, chain.finishing, services.links.link)
  const inputs = new Set(inputRecords(resolution).map(({ digest }) => digest))
  return new FinishedChain(services, known, inputs, chosenIn(done, known))
}

export class FinishedChain {
  readonly #services: Services
  /** Those beyond this end too: another task may have gone further. */
  readonly #known: ReadonlyArray<LinkRecord>
  readonly #inputs: ReadonlySet<Digest>
  readonly #chosen: ReadonlyArray<Key>

  constructor(
    services: Services,
    known: ReadonlyArray<LinkRecord>,
    inputs: ReadonlySet<Digest>,
    chosen: ReadonlyArray<Key>,
  ) {
    this.#services = services
    this.#known = known
    this.#inputs = inputs
    this.#chosen = chosen
  }

  /** What is made of links that were adopted, and not done again since, is no better proven than they are. */
  get adopted(): Adopted | null {
    return this.#known.find(({ adopted }) => adopted !== undefined)?.adopted ?? null
  }

  /** Belongs into the transaction of the result: what it chose stays from then on. */
  choose(): void {
    this.#services.links.choose(this.#chosen)
  }

  /** Belongs after that transaction. What a crash in between leaves goes with the next end of the chain, or with `gc`. */
  letGo(): void {
    const { store } = this.#services
    const last = this.#known.at(-1)?.state
    letGo(
      this.#services,
      leftOver(this.#known).filter(({ state, size }) => store.has(state, size)),
      (digest) => digest === last || this.#inputs.has(digest),
    )
  }
}

/** What a worker says is believed as far as it can be so: of links that counted, in the states that the ledger knows. */
function chosenIn({ states = [], chosen }: DoneFile, known: ReadonlyArray<LinkRecord>): ReadonlyArray<Key> {
  if (!Array.isArray(chosen)) return []
  return chosen.flatMap((n: number) => {
    const record = known[n - 1]
    return record !== undefined && record.state === states[n - 1] ? [record.key] : []
  })
}
