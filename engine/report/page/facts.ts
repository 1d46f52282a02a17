// What a page is made of, as data: facts of the run, and its named results. Pure.
import { type AnswerRow, answersKind, shownAnswers } from "../../content/answers.ts"
import type { Json } from "../../content/canonical.ts"
import type { Digest } from "../../content/digest.ts"
import { accepts, baseOf, type Row } from "../../content/kind.ts"
import type { ParamDoc } from "../../declare/params.ts"
import type { Best } from "../../declare/policy/best.ts"
import type { AttemptError, TaskStatus } from "../../ledger/records.ts"
import type { Measured } from "../groups/cells.ts"
import { isPicture } from "./pictures.ts"

/** A role of a stage that should pass what it is given but once. */
export interface Counted {
  /** The stage, and its form: `evaluate.test`. */
  readonly stage: string
  readonly role: string
}

export interface InexactFacts {
  /** What computed. */
  readonly numerics: string
  /** The tasks, by label, that it computed or led to. */
  readonly tasks: ReadonlyArray<string>
}

/** A bound that a headline metric should keep, and whether it does. */
export interface GateFacts {
  /** As `show` prints it. */
  readonly metric: string
  readonly status: "kept" | "broken" | "not-checked"
  /** Null where it is missing or not finite, or was not looked at. */
  readonly value: number | null
  /** `atLeast` and `atMost` bound the difference from the lock file of `against`. */
  readonly bounds: { readonly [name in "min" | "max" | "atLeast" | "atMost"]?: number }
  readonly against?: { readonly ref: string; readonly value: number | null }
  /** In words, what breaks it or why it was not checked. */
  readonly why: string | null
}

/** Metrics beside those in the lock file of a git ref. */
export interface ComparedFacts {
  readonly ref: string
  readonly commit: string | null
  /** Why there is nothing to compare with. */
  readonly why: string | null
  readonly otherParams: boolean
  readonly rows: ReadonlyArray<{
    readonly metric: string
    readonly before: number
    readonly today: number
    /** Null where the examples are others. */
    readonly difference: number | null
    readonly pairs: number
    readonly low: number | null
    readonly high: number | null
    readonly adjusted: number | null
    readonly note: string
  }>
  readonly onlyToday: ReadonlyArray<string>
  readonly onlyThen: ReadonlyArray<string>
  /** Of which a side knows the digest alone; absent where there are none. */
  readonly unread?: ReadonlyArray<string> | undefined
}

/** What no upstream value chose, with the value that decided, in words. */
export interface NotNeededFacts {
  /** Named results that there are none of, each with why. */
  readonly results: Readonly<Record<string, string>>
  /** The labels of tasks, by why. */
  readonly tasks: Readonly<Record<string, ReadonlyArray<string>>>
}

export interface RunFacts {
  readonly experiment: string
  readonly doc: string
  readonly run: string
  /** ISO 8601, UTC. */
  readonly started: string
  readonly commit: string | null
  readonly dirty: boolean | null
  readonly params: Json
  readonly paramDocs: ReadonlyArray<ParamDoc>
  /** Of stages that say what should pass them but once: how many distinct artifacts did, in this store. */
  readonly counted: ReadonlyArray<Counted & { readonly count: number }>
  /** Absent where every task is bit-exact. */
  readonly inexact?: InexactFacts
  /** Tasks, by label, whose results were taken over from other code; absent where there are none. */
  readonly adopted?: ReadonlyArray<string>
  /** Absent where nobody asked for it. */
  readonly compared?: ComparedFacts
  /** Absent where the experiment has none. */
  readonly gates?: ReadonlyArray<GateFacts>
  /** Which end of metrics is declared to be the better one; absent where none is. */
  readonly best?: Best
  /** Absent where all was needed. */
  readonly notNeeded?: NotNeededFacts
  /** How many known links of chains were done again, since the bytes of their states were gone; absent where none were. */
  readonly remade?: number
  /** What its tasks measured; absent where nobody asked. */
  readonly measured?: Measured
  /** Of a run that failed: what its tasks failed with. */
  readonly failures?: ReadonlyArray<{ readonly task: string; readonly error: AttemptError }>
  readonly tasks: ReadonlyArray<{
    readonly label: string
    readonly stage: string
    /** The label of the group that it is made for, if any. */
    readonly group?: string
    readonly status: TaskStatus
    /** What the task took when it ran, now or earlier. */
    readonly seconds: number | undefined
    /** Of what was observed and not computed: when. */
    readonly observed?: string
  }>
}

export interface PageResult {
  readonly name: string
  readonly task: string
  readonly single: boolean
  readonly kind: string
  readonly digest: Digest
  readonly size: number
  /** Of a folder that has a copy, what its files take. */
  readonly filesSize?: number | undefined
  /** Its copy, relative to the page; of the many of a large run, not each has one. */
  readonly file: string | undefined
  /** Decoded by its kind; undefined where `isShown` says that the page does not look inside. */
  readonly content: unknown
}

/** Whether the page shows what a result holds, rather than only link to it. Numbers need no copy for that. */
export function isShown(kind: string, single: boolean, hasCopy: boolean): boolean {
  const base = baseOf(kind)
  if (base === "metrics" || (single && base === "value")) return true
  if (base === "document") return false
  return hasCopy && (isMadeToSee(kind) || base === "chart" || (single && base === "table"))
}

/** Whether results of a kind are made for people's eyes: pictures, pages, and tables that are what the run is about. */
export const isMadeToSee = (kind: string): boolean =>
  isPicture(kind) || accepts("document", kind) || isSummary(kind)

/** Whether a table is what the run is about: printed, and a section of the page. */
export const isSummary = (kind: string): boolean =>
  accepts("table:summary", kind) || accepts(answersKind, kind)

/** The rows of a summary as people are shown them: of answers no mistakes. */
export const summaryRows = ({ kind, content }: Pick<PageResult, "kind" | "content">): ReadonlyArray<Row> =>
  accepts(answersKind, kind)
    ? shownAnswers(content as ReadonlyArray<AnswerRow>)
    : ((content ?? []) as ReadonlyArray<Row>)
