// The links of a chained task as the coordinator keeps them: which are known, and each new one committed as it comes.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Digest, Key } from "../content/digest.ts"
import type { Chain } from "../declare/stage.ts"
import { linkKey } from "../key/link-key.ts"
import type { Resolution } from "../key/resolve.ts"
import { Ledger, type LinkRecord } from "../ledger/ledger.ts"
import type { PlannedTask } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import { dispensable } from "../store/kept-states.ts"
import { Store } from "../store/store.ts"
import { type KnownLink, type LinkFile, linkFileName } from "../worker/protocol.ts"

/** One attempt's view of its chain. */
export interface ChainLinks {
  readonly known: ReadonlyArray<KnownLink>
  /** A known link counts. */
  readonly count: (n: number) => void
  /** Commits the link whose file lies in the attempt's folder. @throws StoreError, or an Error on another state than before */
  readonly commit: (n: number) => void
  /** Commits whatever link files no nudge spoke of. */
  readonly commitRest: () => void
  /** Forgets a link that was done again and gave another state, with those after it: the next attempt makes them anew. */
  readonly forgetFrom: (n: number) => void
}

// biome-ignore lint/suspicious/noExplicitAny: a chain of any params, roles and state
export const chainOf = (task: PlannedTask): Chain<any, any, any, any> | undefined => {
  const { definition } = task.node.stage
  return "chain" in definition ? definition.chain : undefined
}

/** What a pipeline claims while it is at a task: of a chained one its chain, as tasks that differ only in how they end share its links. */
export const claimOf = (task: PlannedTask, { key, fingerprint }: Resolution): Key => {
  const chain = chainOf(task)
  return chain === undefined ? key : linkKey(fingerprint, chain.finishing, 1, null)
}

/** The links of a task that the ledger knows, from the first on without a gap. */
export const knownLinks = (
  { fingerprint }: Resolution,
  finishing: ReadonlyArray<string>,
  link: (key: LinkRecord["key"]) => LinkRecord | undefined,
): ReadonlyArray<LinkRecord> => {
  const known: Array<LinkRecord> = []
  for (;;) {
    const found = link(linkKey(fingerprint, finishing, known.length + 1, known.at(-1)?.state ?? null))
    if (found === undefined) return known
    known.push(found)
  }
}

/** @param run the run whose attempts commit links. @param force stages whose links are done again although they are known */
export const chainLinks = (run: string, force: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const store = yield* Store
    const ledger = yield* Ledger
    const { emit } = yield* Events
    /** Of tasks that are forced: how many links this run has done. */
    const doneAgain = new Map<Key, number>()

    return (task: PlannedTask, resolution: Resolution, folder: string): ChainLinks | undefined => {
      const chain = chainOf(task)
      if (chain === undefined) return undefined
      const { unit = "step" } = task.node.stage.definition
      const isForced = force.has(task.stage)
      const all = knownLinks(resolution, chain.finishing, ledger.link)
      const records = isForced ? all.slice(0, doneAgain.get(resolution.key) ?? 0) : [...all]
      const committed = new Set<number>()
      let kept = records.filter(({ state, size }) => store.has(state, size))

      const tell = (record: LinkRecord, status: "ran" | "cached"): void => {
        const { key, state, n: index, metrics, seconds } = record
        emit({ event: "link-finished", task: task.label, unit, index, status, key, state, metrics, seconds })
      }
      const alarm = (key: Key, n: number): void => {
        if (resolution.numerics?.exact === false) return
        emit({ event: "nondeterministic", task: task.label, stage: task.stage, key, outputs: [`state ${n}`] })
      }
      const commit = (n: number): void => {
        const path = join(folder, linkFileName(n))
        const { metrics, isRecord, seconds, state } = JSON.parse(readFileSync(path, "utf8")) as LinkFile
        const previous: Digest | null = n === 1 ? null : records[n - 2]!.state
        const record: LinkRecord = {
          key: linkKey(resolution.fingerprint, chain.finishing, n, previous),
          stage: resolution.fingerprint.stage,
          n,
          state: state.digest,
          size: state.size,
          isRecord,
          metrics,
          seconds,
        }
        Effect.runSync(store.adopt(join(folder, state.file), state.digest, state.size))
        if (!ledger.commitLink(record, run)) alarm(record.key, n)
        records[n - 1] = record
        committed.add(n)
        if (isForced) doneAgain.set(resolution.key, n)
        tell(record, "ran")
        letGo(record)
      }
      const letGo = (newest: LinkRecord): void => {
        kept = [...kept.filter(({ n }) => n !== newest.n), newest]
        const gone = new Set(dispensable(kept))
        for (const { state } of gone) Effect.runSync(store.remove(state))
        kept = kept.filter((each) => !gone.has(each))
      }
      return {
        known: records.map(({ metrics, state, size }) => ({
          metrics,
          digest: state,
          path: store.has(state, size) ? store.path(state) : null,
        })),
        count: (n) => tell(records[n - 1]!, "cached"),
        commit,
        commitRest: () => {
          for (let n = 1; existsSync(join(folder, linkFileName(n))) || n <= records.length; n++) {
            if (!committed.has(n) && existsSync(join(folder, linkFileName(n)))) commit(n)
          }
        },
        forgetFrom: (n) => {
          const [first, ...rest] = records.slice(n - 1)
          if (first !== undefined) alarm(first.key, n)
          for (const { key } of [first, ...rest].flatMap((each) => each ?? [])) ledger.forgetLink(key)
        },
      }
    }
  })
