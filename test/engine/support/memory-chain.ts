// A chain of numbers in a place in memory with a store on disk: what its end asks for and what its states are, a test says.
import { existsSync, rmSync } from "node:fs"
import type * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import { type Digest, digestOf } from "../../../engine/content/digest.ts"
import { experiment, stage } from "../../../engine/declare/index.ts"
import type { Ledger } from "../../../engine/ledger/ledger.ts"
import { fileStore } from "../../../engine/store/file-store.ts"
import type { Store } from "../../../engine/store/store.ts"
import { type MemoryPlace, memoryPlace } from "../../../engine/testing/memory-place.ts"
import { type Teardown, temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

export interface Wanted {
  /** Shapes the links; chains of different seeds have equal states where `states` is small. */
  readonly seed?: number
  readonly length: number
  /** The links whose states the end asks for, before the last; those beyond the end are left out. */
  readonly asks?: ReadonlyArray<number>
}

export interface ChainOptions {
  /** How many different states there are; by default more than links. */
  readonly states?: number
  readonly isRecord?: (n: number) => boolean
  /** Called at the start of each link. */
  readonly during?: (n: number) => void
  /** Called when the known links have been told, before anything is done. */
  readonly before?: () => void
  readonly change?: (services: Context.Context<Store | Ledger>) => Context.Context<Store | Ledger>
}

const stateAfter = (before: number, n: number, states: number): number =>
  Number.parseInt(digestOf(`${before} ${n}`).slice(0, 12), 16) % states

const bytesOf = (state: number): Uint8Array => new TextEncoder().encode(`state ${state}`)

export interface Grown {
  readonly status: string | undefined
  /** `1 ran`, `2 cached`, … as told. */
  readonly told: ReadonlyArray<string>
  readonly remade: number
  readonly states: ReadonlyArray<Digest>
  readonly output: Digest | undefined
}

export interface ChainPlace {
  readonly place: MemoryPlace
  readonly grow: (wanted: Wanted) => Promise<Grown>
  /** Of a chain from its start: the digests of its states. */
  readonly digests: (length: number, seed?: number) => ReadonlyArray<Digest>
  readonly bytes: (n: number, seed?: number) => Uint8Array
  /** What its end makes of them. */
  readonly output: (wanted: Wanted) => Digest
  /** Which links' states are in the store. */
  readonly there: (length: number, seed?: number) => ReadonlyArray<number>
  /** Takes a state out of the store. */
  readonly lose: (n: number, seed?: number) => void
}

export function chainPlace(t: Teardown, options: ChainOptions = {}): ChainPlace {
  const { states = 2 ** 40, isRecord = () => false, during, before, change } = options
  const Params = Schema.Struct({ seed: Schema.Int, length: Schema.Int, asks: Schema.Array(Schema.Int) })
  const grow = stage("grow", {
    params: Params,
    inputs: {},
    outputs: { end: "text" },
    chain: {
      finishing: ["length", "asks"],
      length: ({ length }) => length,
      stops: () => {
        before?.()
        return false
      },
      isRecord: (metrics) => isRecord(metrics.length),
      start: ({ params }) => ({ at: params.seed % states }),
      advance: async (state, n) => {
        during?.(n)
        state.at = stateAfter(state.at, n, states)
        return { n }
      },
      save: ({ at }) => bytesOf(at),
      restore: (state, saved) => {
        state.at = Number(new TextDecoder().decode(saved).slice("state ".length))
      },
      finish: async ({ params }, { metrics, state }) => {
        const asked = [...params.asks.filter((n) => n <= metrics.length), metrics.length]
        let end = ""
        for (const n of asked) end += `${new TextDecoder().decode(await state(n))}\n`
        return { end }
      },
    },
  })
  const place = memoryPlace(t, {
    store: fileStore(temporaryFolder(t)),
    ...(change === undefined ? {} : { change }),
  })
  const all = (length: number, seed = 1): ReadonlyArray<Uint8Array> => {
    const found: Array<Uint8Array> = []
    let at = seed % states
    for (let n = 1; n <= length; n++) {
      at = stateAfter(at, n, states)
      found.push(bytesOf(at))
    }
    return found
  }
  const digests: ChainPlace["digests"] = (length, seed) => all(length, seed).map((bytes) => digestOf(bytes))
  return {
    place,
    digests,
    bytes: (n, seed) => all(n, seed)[n - 1]!,
    output: ({ seed, length, asks = [] }) => {
      const states = all(length, seed)
      const asked = [...asks.filter((n) => n <= length), length]
      return digestOf(asked.map((n) => `${new TextDecoder().decode(states[n - 1])}\n`).join(""))
    },
    there: (length, seed) =>
      digests(length, seed).flatMap((digest, i) => (existsSync(place.store.path(digest)) ? [i + 1] : [])),
    lose: (n, seed) => rmSync(place.store.path(digests(n, seed)[n - 1]!), { force: true }),
    grow: async ({ seed = 1, length, asks = [] }) => {
      const growing = experiment("growing", {}, () => grow({ seed, length, asks }).end)
      const { recorder } = await place.run(growing)
      const links = recorder.of("link-finished")
      const states: Array<Digest> = []
      for (const { index, state } of links) states[index - 1] = state as Digest
      return {
        status: recorder.tasks.grow,
        told: links.map(({ index, status }) => `${index} ${status}`),
        remade: links.filter(({ status }) => status === "remade").length,
        states,
        output: recorder.of("task-finished")[0]?.outputs.end as Digest | undefined,
      }
    },
  }
}
