// What verification can find different: one union, each member with only its facts. It formats no text.
import type { Digest } from "../content/digest.ts"
import type { Reason } from "../key/explain.ts"

/** Whose digests `locked` gives, as messages call it: a run whose results were to be adopted; absent of the lock's. */
type ComparedWith = string

export type Difference =
  /** Today's declarations have it, the lock has not. */
  | { readonly what: "not-locked"; readonly task: string }
  /** The lock has it, today's declarations have not. */
  | { readonly what: "not-declared"; readonly task: string }
  /** The key that follows today is another, and why. */
  | {
      readonly what: "key"
      readonly task: string
      readonly why: ReadonlyArray<Reason>
      /** `task` names a group: of these of its tasks together. */
      readonly group?: { readonly stage: string; readonly tasks: number }
    }
  /** So many more differences of a group's tasks than were named. */
  | { readonly what: "more"; readonly task: string; readonly differences: number }
  /** What the lock quotes, an artifact, the task's `params` or a stage's `code`, is not what its digest or key says: one was edited. */
  | { readonly what: "content"; readonly task: string; readonly output: string }
  /** A named result is another output than the lock says, or one side alone has it: `task output`, or null. */
  | {
      readonly what: "result"
      readonly name: string
      readonly locked: string | null
      readonly found: string | null
    }
  /** Another experiment's lock file pins another output than when this lock was made; null where one side has no such input. */
  | {
      readonly what: "locked"
      readonly experiment: string
      readonly result: string
      readonly locked: Digest | null
      readonly found: Digest | null
    }
  /** What another experiment's lock file pins is not in the store, and a task takes it. */
  | {
      readonly what: "locked-missing"
      readonly experiment: string
      readonly result: string
      readonly digest: Digest
    }
  /** What the lock says was observed is not in the store, or it says of what is observed today nothing: then `at` is null. */
  | { readonly what: "observed-missing"; readonly task: string; readonly at: string | null }
  /** A program opened paths that are neither input, source, installed nor the system's. */
  | { readonly what: "undeclared"; readonly task: string; readonly paths: ReadonlyArray<string> }
  /** A local file that is an input changed. */
  | { readonly what: "file"; readonly path: string }
  /** Another digest than the lock's, of an output, or of a link's state (`state 3`) or metrics (`metrics 3`); details compare the bytes where both are at hand. */
  | {
      readonly what: "output"
      readonly task: string
      readonly output: string
      readonly locked: Digest | null
      readonly found: Digest | null
      readonly details: ReadonlyArray<string>
      readonly from?: ComparedWith
    }
  /** The metrics that a chain gives end it after another link than the lock's last; `found` is one more where it goes on. */
  | {
      readonly what: "links"
      readonly task: string
      readonly locked: number
      readonly found: number
      readonly from?: ComparedWith
    }
  /** A stored object does not hold what its digest promises: it was quarantined. One that a result names was removed: it is missing. */
  | {
      readonly what: "object"
      readonly digest: Digest
      readonly names: ReadonlyArray<string>
      readonly missing?: boolean
    }
  /** Two codes of a stage whose samples differed when they were compared before, first at that output: nothing is adopted. */
  | {
      readonly what: "refused-pair"
      readonly stage: string
      readonly earlier: Digest
      readonly today: Digest
      readonly task: string
      readonly output: string
    }
  /** A task could not be verified: it cannot have a key, it failed, or an input could not be had. */
  | { readonly what: "failed"; readonly task: string; readonly message: string }
