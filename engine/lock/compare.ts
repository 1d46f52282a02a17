// What verification can find different: one union, each member with only its facts. It formats no text.
import type { Digest } from "../content/digest.ts"
import type { Reason } from "../key/explain.ts"
import type { Lock, LockedTask } from "./lock-file.ts"

export type Difference =
  /** Today's declarations have it, the lock has not. */
  | { readonly what: "not-locked"; readonly task: string }
  /** The lock has it, today's declarations have not. */
  | { readonly what: "not-declared"; readonly task: string }
  /** The key that follows today is another, and why. */
  | { readonly what: "key"; readonly task: string; readonly why: ReadonlyArray<Reason> }
  /** What the lock quotes, an artifact, the task's `params` or a stage's `code`, is not what its digest or key says: one was edited. */
  | { readonly what: "content"; readonly task: string; readonly output: string }
  /** A local file that is an input changed. */
  | { readonly what: "file"; readonly path: string }
  /** Another digest than the lock's, of an output or of a state (`state 3`); details compare the bytes where both are at hand. */
  | {
      readonly what: "output"
      readonly task: string
      readonly output: string
      readonly locked: Digest | null
      readonly found: Digest | null
      readonly details: ReadonlyArray<string>
    }
  /** A stored object does not hold what its digest promises; it was quarantined. */
  | { readonly what: "object"; readonly digest: Digest; readonly names: ReadonlyArray<string> }
  /** A task could not be verified: it cannot have a key, it failed, or an input could not be had. */
  | { readonly what: "failed"; readonly task: string; readonly message: string }

/** The digests of a task, states under `state n`. */
export const digestsOf = (
  task: Pick<LockedTask, "outputs" | "states">,
): Readonly<Record<string, Digest>> => ({
  ...task.outputs,
  ...Object.fromEntries((task.states ?? []).map((digest, i) => [`state ${i + 1}`, digest])),
})

/** How a run's results differ from the lock, task by task: outputs and states only. */
export function resultDifferences(lock: Lock, found: Lock): ReadonlyArray<Difference> {
  const labels = [...new Set([...Object.keys(lock.tasks), ...Object.keys(found.tasks)])].sort()
  return labels.flatMap((task): ReadonlyArray<Difference> => {
    const before = lock.tasks[task]
    const after = found.tasks[task]
    if (before === undefined) return [{ what: "not-locked", task }]
    if (after === undefined) return [{ what: "not-declared", task }]
    return outputDifferences(task, digestsOf(before), digestsOf(after))
  })
}

export const outputDifferences = (
  task: string,
  locked: Readonly<Record<string, Digest>>,
  found: Readonly<Record<string, Digest>>,
): ReadonlyArray<Difference> =>
  [...new Set([...Object.keys(locked), ...Object.keys(found)])].flatMap((output) =>
    locked[output] === found[output]
      ? []
      : [
          {
            what: "output",
            task,
            output,
            locked: locked[output] ?? null,
            found: found[output] ?? null,
            details: [],
          },
        ],
  )
