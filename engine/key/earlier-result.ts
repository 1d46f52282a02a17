// Why a task has no result, or ran when it gave the one that it has: compared with one earlier result, which is read only when
// a reason is asked for. It knows no store.
import type { Digest, Key, TaskLabel } from "../content/digest.ts"
import { type FolderFile, folderChanges } from "../content/manifest.ts"
import type { History } from "../ledger/history.ts"
import type { MadeOf } from "../ledger/records.ts"
import type { Results } from "../ledger/results.ts"
import { describeResult, differences, type Earlier, type Reason } from "./explain.ts"
import type { Resolution } from "./resolve.ts"

const neverRan: ReadonlyArray<Reason> = [{ reason: "never-ran" }]

export class EarlierResults {
  readonly #listOf: (digest: Digest) => ReadonlyArray<FolderFile> | undefined
  readonly #experiment: string
  readonly #results: Pick<Results["Type"], "madeOf" | "latest">
  readonly #history: Pick<History["Type"], "lastKey" | "keyBefore" | "maker">
  /** The latest result of a stage, as it was when it was asked for first: by stage and by the last result that counts. */
  readonly #latest = new Map<string, Earlier | undefined>()

  /** @param listOf the files of a folder, of which a reason names those that differ; undefined for what is none, or no longer known */
  constructor(
    experiment: string,
    results: Pick<Results["Type"], "madeOf" | "latest">,
    history: Pick<History["Type"], "lastKey" | "keyBefore" | "maker">,
    listOf: (digest: Digest) => ReadonlyArray<FolderFile> | undefined = () => undefined,
  ) {
    this.#listOf = listOf
    this.#experiment = experiment
    this.#results = results
    this.#history = history
  }

  /** Against the label's last success; of a label that never had one, against the latest result of its stage. */
  whyMissing(label: TaskLabel, resolution: Resolution): ReadonlyArray<Reason> {
    return this.#named(
      reasons(this.#ofLabel(label, resolution) ?? this.#ofStage(resolution.fingerprint.stage), resolution),
    )
  }

  /**
   * Against the label's success before that one; where it had none, against the latest result that its stage had when the run
   * which made it began.
   */
  whyMade(label: TaskLabel, resolution: Resolution): ReadonlyArray<Reason> {
    const { key, fingerprint } = resolution
    const own = this.#results.madeOf(key)
    if (own === undefined) return neverRan
    const earlier = this.#ofLabel(label, resolution, own.sequence)
    if (earlier !== undefined) return this.#named(reasons(earlier, resolution))
    const after = this.#history.maker(label, key)?.after ?? 0
    return this.#named(
      reasons(this.#ofStage(fingerprint.stage, Math.min(after, own.sequence - 1)), resolution),
    )
  }

  /** Of folders that differ, the files. */
  #named(reasons: ReadonlyArray<Reason>): ReadonlyArray<Reason> {
    return reasons.map((reason) => {
      if (reason.reason !== "input" || reason.before === null || reason.after === null) return reason
      const before = this.#listOf(reason.before)
      const after = before && this.#listOf(reason.after)
      return after === undefined ? reason : { ...reason, files: folderChanges(before!, after) }
    })
  }

  /** @param before the sequence of a result that must be later */
  #ofLabel(
    label: TaskLabel,
    { key, fingerprint }: Resolution,
    before = Number.POSITIVE_INFINITY,
  ): Earlier | undefined {
    const last = this.#history.lastKey(this.#experiment, label)
    if (last === undefined) return undefined
    const fitting = (earlier: Key | undefined): Earlier | undefined => {
      const result = earlier === undefined || earlier === key ? undefined : this.#results.madeOf(earlier)
      if (result === undefined || result.sequence >= before) return undefined
      const described = describeResult(result)
      return described.fingerprint.stage === fingerprint.stage ? described : undefined
    }
    return fitting(last) ?? fitting(this.#history.keyBefore(this.#experiment, label))
  }

  #ofStage(stage: string, until?: number): Earlier | undefined {
    const asked = `${until} ${stage}`
    if (!this.#latest.has(asked)) this.#latest.set(asked, described(this.#results.latest(stage, until)))
    return this.#latest.get(asked)
  }
}

const described = (result: MadeOf | undefined): Earlier | undefined => result && describeResult(result)

/** A result may be there and have lost what it gave: then nothing differs, and as good as nothing ever ran. */
function reasons(earlier: Earlier | undefined, { fingerprint, code }: Resolution): ReadonlyArray<Reason> {
  const found = earlier && differences(earlier, { fingerprint, sources: code.sources })
  return found === undefined || found.length === 0 ? neverRan : found
}
