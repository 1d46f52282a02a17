// The live state of a chain in a worker: moved to a link from the nearest kept state, advanced, saved. Knows no ledger.
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { type Digest, digestOf } from "../../content/digest.ts"
import { asKept, metricsDigest } from "../../content/link-metrics.ts"
import type { AnyChain, LinkMetrics } from "../../declare/chain.ts"
import type { RunContext } from "../../declare/run-context.ts"
import { type KeptState, RunningStates } from "../../store/kept-states.ts"
import { writeWhole } from "../../store/whole-file.ts"
import { type LinkFile, linkFileName, type Nudge, stateFileName, type TaskFile } from "../protocol.ts"
import { linkFile, writeBlob } from "./blobs.ts"
import { checkMetrics } from "./check-metrics.ts"
import { refusingSecrets } from "./telling/masking.ts"

/** Doing a link again gave another state, or other metrics, than it gave before. */
export class LinkDiffers extends Error {
  readonly _tag = "Nondeterministic"
  readonly link: number
  constructor(link: number, what: string, found: string, before: string) {
    super(`link ${link} gave ${what} ${found}, but ${before} before: the stage is not deterministic`)
    this.link = link
  }
}

export interface ChainWalk {
  readonly task: TaskFile
  readonly chain: AnyChain
  readonly context: RunContext<unknown, never>
  readonly folder: string
  /** Runs the walk's own reads and writes outside the traps that are up for the stage. */
  readonly outside: <A>(own: () => A) => A
  /** Says what the stage does from here on, as what is drawn for it depends on that. */
  readonly draw: (purpose: string) => void
  readonly nudge: (nudge: Nudge) => void
  readonly now: () => number
}

/** The one live state of a chain and the link that it stands after. */
export class LiveState {
  private state: unknown
  private at = -1
  private readonly given: ChainWalk
  private readonly states: Array<Digest>
  private readonly metrics: Array<LinkMetrics>
  /** States of this walk that still have a name of their own here, as the coordinator moves their blobs away. */
  private readonly own: RunningStates<KeptState>

  constructor(given: ChainWalk, states: Array<Digest>, metrics: Array<LinkMetrics>) {
    this.given = given
    this.states = states
    this.metrics = metrics
    const known = states.map((_, i) => ({ n: i + 1, isRecord: false, chosen: false }))
    this.own = new RunningStates(known, () => false)
  }

  /** From the nearest saved state at or before link `n`; links between are done again and must give the same. */
  async moveTo(n: number): Promise<void> {
    if (this.at === n) return
    let from = n
    let saved: Uint8Array | undefined
    while (from > 0 && from !== this.at && saved === undefined) {
      saved = this.kept(from)
      if (saved === undefined) from--
    }
    if (from !== this.at) {
      if (this.state === undefined || from === 0) {
        this.close()
        this.given.draw("start")
        this.state = await this.given.chain.start(this.given.context)
      }
      this.given.draw(`restore ${from}`)
      if (saved !== undefined) this.given.chain.restore(this.state, saved)
      this.at = from
    }
    while (this.at < n) await this.advance(this.at + 1)
  }

  close(): void {
    if (this.state !== undefined) this.given.chain.close?.(this.state)
    this.state = undefined
  }

  async advance(n: number): Promise<void> {
    const { chain, draw, folder, nudge, now, outside, task } = this.given
    const started = now()
    draw(`link ${n}`)
    const recorded = await chain.advance(this.state, n)
    checkMetrics(recorded, `after ${task.unit ?? "link"} ${n}`)
    const metrics = asKept(recorded)
    this.at = n
    draw(`save ${n}`)
    const saved = chain.save(this.state)
    const refusing = refusingSecrets(task.stage, `saved ${task.unit ?? "link"} ${n}`)
    for (const given of [saved, Buffer.from(Object.keys(metrics).join("\n"))]) refusing(given)
    const blob = outside(() => writeBlob(folder, stateFileName(n), "state", saved))
    // What is done again to be compared is compared by whoever asked.
    if (task.again === undefined) this.check(n, blob.digest, metrics)
    this.states[n - 1] = blob.digest
    this.metrics[n - 1] = metrics
    const soFar = n === this.metrics.length ? this.metrics : this.metrics.slice(0, n) // a copy for each would add up
    const isRecord = task.again === undefined && chain.isRecord(soFar)
    const link: LinkFile = { n, metrics, isRecord, seconds: now() - started, state: blob }
    outside(() => {
      this.keep({ n, isRecord, chosen: false })
      writeWhole(join(folder, linkFileName(n)), JSON.stringify(link))
    })
    nudge({ nudge: "link", n, status: "ran" })
  }

  /** @throws LinkDiffers when a link that is known gave something else before */
  private check(n: number, state: Digest, metrics: LinkMetrics): void {
    const [before, recorded] = [this.states[n - 1], this.metrics[n - 1]]
    if (before === undefined || recorded === undefined) return
    if (before !== state) throw new LinkDiffers(n, "the state", state, before)
    if (metricsDigest(recorded) !== metricsDigest(metrics))
      throw new LinkDiffers(n, "the metrics", JSON.stringify(metrics), JSON.stringify(recorded))
  }

  /** So that `finish` finds the state of any link of this walk, not only the last. */
  private keep(state: KeptState): void {
    const { folder } = this.given
    linkFile(join(folder, stateFileName(state.n)), this.pathOfOwn(state.n))
    for (const { n } of this.own.add(state)) rmSync(this.pathOfOwn(n), { force: true })
  }

  private pathOfOwn(n: number): string {
    return join(this.given.folder, `own-${n}`)
  }

  async saved(n: number): Promise<Uint8Array> {
    const kept = this.at === n ? undefined : this.kept(n)
    if (kept !== undefined) return kept
    await this.moveTo(n)
    this.given.draw(`save ${n}`)
    return this.given.chain.save(this.state)
  }

  /** The bytes of a link's state, if they are still there and what their digest promises. */
  private kept(n: number): Uint8Array | undefined {
    const known = this.given.task.links?.[n - 1]?.path ?? null
    for (const path of [this.pathOfOwn(n), known]) {
      if (path === null) continue
      const bytes = this.given.outside(() => readIfThere(path))
      if (bytes !== undefined && digestOf(bytes) === this.states[n - 1])
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    return undefined
  }
}

/** A state may be let go at any time after its path was told, and one that cannot be read is as good as gone: it is made again. */
function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
