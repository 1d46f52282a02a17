// The links of a chained task as the coordinator keeps them: which are known, and each new one committed as it comes.

import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { type Digest, digestOf, type Key } from "../../content/digest.ts"
import type { AnyChain } from "../../declare/chain.ts"
import { linkKey } from "../../key/link-key.ts"
import { inputRecords, type Resolution } from "../../key/resolve.ts"
import { Links } from "../../ledger/links.ts"
import type { LinkRecord } from "../../ledger/records.ts"
import { isNamed } from "../../plan/named.ts"
import type { PlannedTask } from "../../plan/planned.ts"
import { type EventOf, Events } from "../../report/events.ts"
import { RunningStates } from "../../store/kept-states.ts"
import { Store, StoreError } from "../../store/store.ts"
import {
  type KnownLink,
  type LinkFile,
  linkFileName,
  stateFileName,
  stateOfFile,
} from "../../worker/protocol.ts"
import { chainOf, knownLinks } from "../chain.ts"
import { letGo } from "./let-go.ts"

interface Services {
  readonly store: Store["Type"]
  readonly links: Links["Type"]
  readonly emit: Events["Type"]["emit"]
}

/** @param run the run whose attempts commit links. @param force names of tasks, see `isNamed`, whose links are done again although they are known */
export const chainLinks = (run: string, force: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const services: Services = { store: yield* Store, links: yield* Links, emit: (yield* Events).emit }
    /** Of tasks that are forced: how many links this run has done. */
    const doneAgain = new Map<Key, number>()
    return (task: PlannedTask, resolution: Resolution, folder: string): ChainLinks | undefined => {
      const chain = chainOf(task)
      if (chain === undefined) return undefined
      const again = isNamed(force, task) ? doneAgain : undefined
      return new ChainLinks(services, { run, task, resolution, chain, folder, again })
    }
  })

interface ChainAttempt {
  readonly run: string
  readonly task: PlannedTask
  readonly resolution: Resolution
  readonly chain: AnyChain
  readonly folder: string
  /** Of a task that is forced: how many links this run has done, by key; only those count as known. */
  readonly again: Map<Key, number> | undefined
}

/** One attempt's view of its chain. */
export class ChainLinks {
  readonly known: ReadonlyArray<KnownLink>
  readonly #services: Services
  readonly #attempt: ChainAttempt
  /** By position: link n at n - 1. */
  readonly #records: Array<LinkRecord>
  /** Known links that were done again, as their states were gone: their bytes are to be kept again. */
  readonly #doneAgain = new Set<number>()
  /** Those whose states are in the store. */
  readonly #states: RunningStates<LinkRecord>
  readonly #inputs: ReadonlySet<Digest>

  constructor(services: Services, attempt: ChainAttempt) {
    const { store, links } = services
    const { resolution, chain, again } = attempt
    this.#services = services
    this.#attempt = attempt
    const all = knownLinks(resolution, chain.finishing, links.link)
    this.#records = again === undefined ? [...all] : all.slice(0, again.get(resolution.key) ?? 0)
    const there = new Set(this.#records.filter(({ state, size }) => store.has(state, size)))
    this.#inputs = new Set(inputRecords(resolution).map(({ digest }) => digest))
    this.#states = new RunningStates(this.#records, (record) => there.has(record))
    this.known = this.#records.map((record) => ({
      metrics: record.metrics,
      digest: record.state,
      path: there.has(record) ? store.path(record.state) : null,
    }))
  }

  /** A known link counts. */
  count(n: number): void {
    const record = this.#records[n - 1]
    if (record !== undefined) this.#tell(record, "cached") // a nudge may say anything
  }

  /** The first link that is not known: that is to be committed before any later one. */
  get next(): number {
    return this.#records.length + 1
  }

  /**
   * Commits links whose files lie in the attempt's folder, in order, as a link's key is made of the state before it: a nudge
   * that was lost, or a link that could not be committed when it was told of, costs nothing but the next call.
   *
   * @param told the link that was told of just now
   * @throws whatever the store or the ledger says of the first that cannot be committed; none after it is
   */
  commitFrom(told: number): void {
    for (;;) {
      // Asked first: a link that lies there has those before it beside it, and is not to overtake them.
      const isNextThere = existsSync(this.#path(this.next))
      for (let n = told; n < this.next && this.#isThere(n); n++) this.#doneAgain.add(n) // a walk goes up
      for (const n of [...this.#doneAgain].sort((a, b) => a - b)) {
        this.#commit(n, n !== told)
        this.#doneAgain.delete(n)
      }
      if (!isNextThere) return
      this.#commit(this.next, this.next !== told)
    }
  }

  /** Commits whatever of this attempt is not committed yet. @throws like `commitFrom` */
  commitRest(): void {
    for (const name of readdirSync(this.#attempt.folder)) {
      const n = stateOfFile(name)
      if (n !== undefined && n < this.next && this.#isThere(n)) this.#doneAgain.add(n)
    }
    this.commitFrom(this.next)
  }

  /** Forgets a link that was done again and gave another state, with those after it: the next attempt makes them anew. */
  forgetFrom(n: number): void {
    const forgotten = this.#records.slice(n - 1)
    if (forgotten[0] !== undefined) this.#alarm(forgotten[0].key, n)
    for (const { key } of forgotten) this.#services.links.forget(key)
  }

  /** @param isLate another link may have been done since, and this one again: its state is what its digest says, or nothing is kept */
  #commit(n: number, isLate: boolean): void {
    const { run, resolution, folder, again } = this.#attempt
    const { store, links } = this.#services
    const wasKnown = n < this.next
    const record = this.#recordOf(n)
    const blob = join(folder, this.#file(n).state.file)
    const isMoved = !existsSync(blob) && store.has(record.state, record.size) // by a try that got no further
    if (isLate && !isMoved && digestOf(readFileSync(blob)) !== record.state)
      throw new StoreError(`the state in ${blob} is not the one that was told of`)
    if (!isMoved) store.adopt(blob, record.state)
    if (!links.commit(record, run)) this.#alarm(record.key, n)
    this.#records[n - 1] = record
    again?.set(resolution.key, n)
    this.#tell(record, wasKnown ? "remade" : "ran")
    this.#letGo(this.#states.add(record))
  }

  /** Whether a link's state waits in the attempt's folder: a nudge may come after a later call has committed what it tells of. */
  #isThere(n: number): boolean {
    const { folder } = this.#attempt
    return existsSync(join(folder, stateFileName(n))) && existsSync(this.#path(n))
  }

  #path(n: number): string {
    return join(this.#attempt.folder, linkFileName(n))
  }

  #file(n: number): LinkFile {
    return JSON.parse(readFileSync(this.#path(n), "utf8"))
  }

  #recordOf(n: number): LinkRecord {
    const { resolution, chain } = this.#attempt
    const { metrics, isRecord, seconds, state } = this.#file(n)
    const previous: Digest | null = n === 1 ? null : this.#records[n - 2]!.state
    return {
      key: linkKey(resolution.fingerprint, chain.finishing, n, previous),
      stage: resolution.fingerprint.stage,
      n,
      state: state.digest,
      size: state.size,
      isRecord,
      chosen: this.#records[n - 1]?.chosen ?? false,
      metrics,
      seconds,
    }
  }

  #tell(record: LinkRecord, status: EventOf<"link-finished">["status"]): void {
    const { task } = this.#attempt
    const { unit = "step" } = task.node.stage.definition
    const { key, state, n: index, metrics, seconds } = record
    this.#services.emit({
      event: "link-finished",
      task: task.label,
      unit,
      index,
      status,
      key,
      state,
      metrics,
      seconds,
    })
  }

  #alarm(key: Key, n: number): void {
    const { task, resolution } = this.#attempt
    if (resolution.numerics?.exact === false) return
    const { label, stage } = task
    this.#services.emit({ event: "nondeterministic", task: label, stage, key, outputs: [`state ${n}`] })
  }

  /** The link is committed that these may go for. */
  #letGo(gone: ReadonlyArray<LinkRecord>): void {
    const kept = new Set([this.#records.at(-1)!, ...this.#states.passing].map(({ state }) => state))
    letGo(this.#services, gone, (digest) => kept.has(digest) || this.#inputs.has(digest))
  }
}
