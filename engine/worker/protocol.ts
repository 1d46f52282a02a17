// The protocol between coordinator and worker: a task file in, a result file and blobs out, each written by rename.
// Files are the truth; a line on a pipe is only a nudge. The same files serve a pool here and a job elsewhere.
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import type { ByRole } from "../content/given.ts"
import type { LinkMetrics } from "../declare/chain.ts"
import type { Allowance } from "../declare/run-context.ts"

export interface InputFile {
  readonly kind: string
  readonly digest: Digest
  readonly path: string
  /** Of one that is handed over as a path. */
  readonly disk?: OnDisk
  /** Of a folder: its files, by their names in it. */
  readonly files?: ReadonlyArray<InputEntry>
}

/** By what a file is believed to hold what its digest promises: else it is hashed before it is handed over. */
export interface OnDisk {
  readonly size: number
  /** Of a file that is read in place: what the disk said of it when it was hashed. Of an object its time tells. */
  readonly stamp?: string
}

/** A file of a folder that is an input. */
export interface InputEntry {
  readonly name: string
  readonly digest: Digest
  readonly path: string
  readonly disk: OnDisk
}

export interface TaskFile {
  readonly protocol: 2
  readonly label: string
  readonly stage: string
  readonly form: string | null
  /** The bundle to import: exactly the file whose SHA-256 is in the key. */
  readonly code: string
  /** That SHA-256: what is imported has it, or the task fails. */
  readonly codeDigest: Digest
  /** Whether the author's modules are to be loaded anew, whatever ran in the worker before. */
  readonly isFresh: boolean
  /** What packages that draw are seeded with: of what the task is about, and not of its code. */
  readonly seed: Digest
  /** The same for the links of a chain: without what shapes only their number. */
  readonly linkSeed: Digest
  /** As the pre-image of its key has them: names in that order too, at every depth. */
  readonly params: Json
  readonly inputs: ByRole<InputFile>
  readonly allow: ReadonlyArray<Allowance>
  /** What the variables hold that the stage declares, as the key says; null for one that is not set. */
  readonly environment?: Readonly<Record<string, string | null>>
  /** Names of the secrets that it is given: their values are said on standard input alone. */
  readonly secrets?: ReadonlyArray<string>
  /** Names of the packages in the key: the stage's own code may read these. */
  readonly packages: ReadonlyArray<string>
  /** Files that numerics bring along, by name: copies of what was hashed, readable by any stage. */
  readonly files: Readonly<Record<string, string>>
  /** What those files hold, by the same names. */
  readonly fileDigests?: Readonly<Record<string, Digest>>
  /** A module of the numerics that makes what the stage's context calls `provided`, and what it is told. */
  readonly provider?: PlacedModule
  /** A module that makes what the stage's context calls `accelerator`: it changes no bit, and where it fails, nothing else does. */
  readonly accelerator?: PlacedAccelerator
  readonly settings: Readonly<Record<string, string>>
  /** Of a chained stage: links 1, 2, … that are known already. */
  readonly links?: ReadonlyArray<KnownLink>
  /** Of a recorded stage: what it asks, as its key has it. */
  readonly request?: Json
  /** Of a recorded stage: its probe alone is asked. */
  readonly isProbing?: boolean
  /** What a link is called: "epoch". */
  readonly unit?: string
  /** Of a chained stage whose links are all known: do only a part again, to be compared. */
  readonly again?: Again
  /** Of a program: what is started in place of a bundle. */
  readonly program?: ProgramTask
}

/** What a worker starts, and where what it is given and gives lies. */
export interface ProgramTask {
  /** What `argv` begins with, as it was found: absolute, or one of the sources. */
  readonly executable: string
  readonly argv: ReadonlyArray<string>
  /** By the names that they have in its folder. */
  readonly sources: ReadonlyArray<InputEntry>
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>
  /** Relative to its folder. */
  readonly inputs: ByRole<string>
  readonly outputs: Readonly<Record<string, { readonly kind: string; readonly path: string }>>
  readonly stdin: string | null
  readonly stdout: string | null
  /** The program that writes down, beside its folder, which paths it opens: only where that is asked. */
  readonly tracer?: string
}

/** What of a chain is done again. Links on the way there from the nearest kept state are, too. */
export interface Again {
  /** Ascending. */
  readonly links: ReadonlyArray<number>
  /** Whether what is made of the links is made again: only then are their metrics needed. */
  readonly finish: boolean
}

/** A copy of a module of numerics, where its packages resolve. */
export interface PlacedModule {
  readonly module: string
  readonly digest: Digest
  readonly options: Json
}

/** Such a module, with what people are told that it is. */
export interface PlacedAccelerator extends PlacedModule {
  readonly name: string
}

/** A link that is known already: what it recorded, and its state where the bytes are still kept. */
export interface KnownLink {
  readonly metrics: LinkMetrics
  readonly digest: Digest
  readonly path: string | null
}

/** One link that a worker has done: `link-N.json` beside its state's blob. */
export interface LinkFile {
  readonly n: number
  readonly metrics: LinkMetrics
  readonly isRecord: boolean
  readonly seconds: number
  readonly state: OutputFile
}

export interface OutputFile {
  readonly kind: string
  readonly digest: Digest
  readonly size: number
  /** The blob, relative to the folder of the result file. */
  readonly file: string
  /** Of a folder, whose blob lists them: its files. */
  readonly files?: ReadonlyArray<OutputEntry>
}

/** A file of a folder that a stage gave. */
export interface OutputEntry {
  readonly digest: Digest
  readonly size: number
  /** Relative to the folder of the result file. */
  readonly file: string
}

/** What was thrown: the tag of an error or the name of its class, and where that was, innermost first. */
export interface Thrown {
  readonly tag: string
  readonly message: string
  /**
   * In a result file as the worker's runtime names places, in the bundle; from `run/authored-error.ts` on as places in the
   * author's files, `lib/rows.ts:12:31` relative to the project's root.
   */
  readonly stack?: ReadonlyArray<string>
  /** The line of the first of the author's places, once it is known. */
  readonly excerpt?: { readonly at: string; readonly text: string }
}

export interface TaskError extends Thrown {
  /** What stands behind it, nearest first. */
  readonly causes?: ReadonlyArray<Thrown>
  /** Of what was asked: seconds before which asking again is in vain. */
  readonly retryAfter?: number
  /** Of what was asked: asking again is in vain. */
  readonly isFinal?: boolean
  /** Of a worker that was lost: others waited in it too, and nobody knows whose doing it was. */
  readonly inCompany?: boolean
  /** The artifact that did not hold what its digest promises, when that is why. */
  readonly corrupt?: Digest
  /** The link of a chain that gave another state than before, when that is why. */
  readonly differs?: number
}

export interface ProgressRow {
  readonly done: number
  readonly metrics: Readonly<Record<string, number>>
}

export type ResultFile = Ended & {
  /** Whether it started processes, which end with it: the worker leads their group, and goes too. */
  readonly startedProcesses?: boolean
  /** Whether another worker is to take this one's place: its tasks left much in memory, or something in globals. */
  readonly isFull?: boolean
}

type Ended =
  | {
      readonly status: "done"
      readonly outputs: Readonly<Record<string, OutputFile>>
      readonly progress: ReadonlyArray<ProgressRow>
      /** Of a chained stage: the states of the links that counted. */
      readonly states?: ReadonlyArray<Digest>
      /** Of a chained stage: the links, from 1, whose states its end asked for. */
      readonly chosen?: ReadonlyArray<number>
      /** Of a chain that was done again in part: after which link it ends; one more than are known when it goes on. */
      readonly end?: number
      /** The name of what it computed faster with, if it had something. */
      readonly accelerator?: string
      /** The digest of what its probe gave, where that alone was asked: there are no outputs then. */
      readonly probed?: Digest | undefined
      readonly seconds: number
    }
  | { readonly status: "failed"; readonly error: TaskError; readonly seconds: number }

export type DoneFile = Extract<ResultFile, { readonly status: "done" }>

/** What a worker says on a pipe of its own, one JSON object a line. Its standard output and error are what stages print. */
export type Nudge =
  /** It takes attempts; or, now and then while it holds many, it is not stuck in one of them. */
  | { readonly nudge: "ready" | "alive" }
  | {
      readonly nudge: "progress"
      readonly done: number
      readonly total: number
      readonly metrics: Readonly<Record<string, number>>
    }
  /** A link of a chain: its file lies in the attempt's folder, or it was known and counts. */
  | { readonly nudge: "link"; readonly n: number; readonly status: "ran" | "cached" }
  /** What one of several attempts in a worker has printed. */
  | { readonly nudge: "printed"; readonly attempt: number; readonly text: string }
  /** This attempt has ended: its number, since another one may have its folder by now. */
  | { readonly nudge: "end"; readonly attempt: number }

/**
 * What the coordinator says on a worker's standard input, one JSON object a line: the folder of an attempt, its number in this
 * worker, its secrets and how many cores it may use, or how many the attempt at hand may use from now on.
 */
export type FromCoordinator = {
  readonly folder?: string
  readonly attempt?: number
  readonly secrets?: Readonly<Record<string, string>>
  /** It only waits: others may be in the worker beside it. */
  readonly together?: boolean
  /** The number of such an attempt that nobody wants any more: it writes nothing from then on, and says that it ended. */
  readonly cancel?: number
  readonly cores: number
}

/** The file descriptor of the pipe of nudges, and the variable that says it to a worker. */
export const nudgePipe = 3
export const nudgeVariable = "REFOLD_NUDGES"

export const taskFileName = "task.json"
/** What ended a worker, if it was something thrown: as much of an error as a result file says. */
export const thrownFileName = "thrown.json"
/** Where in an attempt's folder a stage writes what it gives as paths. */
export const placesName = "places"
/** The folder there that a program runs in; and beside it those that it takes for its user's. */
export const programFolders = { at: "program", home: "home", temporary: "tmp" } as const
/** What was written down there of the paths that it opened and started: a file for each process, with its number behind the name. */
export const traceName = "trace"
export const resultFileName = "result.json"
export const linkFileName = (n: number): string => `link-${n}.json`
/** The blob of a link's state, beside its file until the coordinator takes it. */
export const stateFileName = (n: number): string => `state-${n}`
/** The link whose state a file of an attempt's folder holds. */
export const stateOfFile = (name: string): number | undefined => {
  const [, n] = /^state-([1-9][0-9]*)$/.exec(name) ?? []
  return n === undefined ? undefined : Number(n)
}
