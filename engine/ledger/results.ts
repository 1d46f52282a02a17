// The ledger's cache and provenance: results with their outputs, inputs and metrics. It knows no run and no store.
import * as Context from "effect/Context"
import type { Digest, Key } from "../content/digest.ts"
import type {
  Adopted,
  InputDigests,
  MadeOf,
  MetricRow,
  NewResult,
  OutputRecords,
  Reach,
  Result,
} from "./records.ts"

/** Synchronous, as SQLite is: a look-up is microseconds, and a no-change run is made of look-ups. */
export class Results extends Context.Tag("refold/Results")<
  Results,
  {
    readonly result: (key: Key) => Result | undefined
    /** Seconds that the result took to make; without the rest of its row. */
    readonly seconds: (key: Key) => number | undefined
    /** The outputs alone: the hot path of a no-change run. */
    readonly outputs: (key: Key) => OutputRecords | undefined
    /**
     * Makes a result visible, with inputs and metrics, in one transaction. Its objects must be in the store.
     * When the key already gives other digests, the first result stays and the new outputs are kept as evidence; one that
     * was adopted never was its own code's, and gives way. The same digests again renew the mark, or take it away.
     *
     * @returns the names of the outputs that differ from the first result
     */
    readonly commit: (
      run: string,
      result: NewResult,
      inputs: InputDigests,
      metrics: ReadonlyArray<MetricRow>,
    ) => ReadonlyArray<string>
    /** Results that were taken over from other code, and not computed since, with their marks. */
    readonly adopted: () => ReadonlyMap<Key, Adopted>
    /** Whether a key's result is one of those. */
    readonly isAdopted: (key: Key) => boolean
    /** Forgets a result whose objects are gone or corrupt. */
    readonly forget: (key: Key) => void
    /** How many distinct artifacts results of this stage (or form) were given in a role: history, never hashed. */
    readonly distinctInputs: (stage: string, role: string) => number
    /** What the key of a result was made of, if it is one. */
    readonly madeOf: (key: Key) => MadeOf | undefined
    /** The same of the most recent result of a stage, of those up to a sequence if one is given. */
    readonly latest: (stage: string, until?: number) => MadeOf | undefined
    readonly metrics: (key: Key) => ReadonlyArray<MetricRow>
    /** What results name, some at a time, by their keys: those after one, or the first. */
    readonly page: (after?: Pick<Reach, "key">) => ReadonlyArray<Reach>
    /** What the result of a key names. */
    readonly reach: (key: Key) => Reach | undefined
    /** Bytes of all outputs, those that are one artifact counted each. */
    readonly outputBytes: () => number
    /** Inputs that no result gave: copies of local files. */
    readonly givenFiles: () => ReadonlyArray<Digest>
    /** Outputs that are folders: lists of files that are artifacts, too. */
    readonly folders: () => ReadonlyArray<Digest>
    /** Whether an artifact is an output of a result. */
    readonly isOutput: (digest: Digest) => boolean
    /** Forgets whatever has an output whose bytes are gone. */
    readonly forgetOutput: (digest: Digest) => void
  }
>() {}
