// How two locks differ, task by task: outputs and states only, since those are what a run promises. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import { type Digest, digestOf } from "../content/digest.ts"
import type { Difference } from "../report/differences.ts"
import type { Lock, LockedTask } from "./lock-file.ts"

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

/** Whether what a lock quotes of an output is what its digest says. */
export const isQuotedRight = (content: Json | undefined, digest: Digest | undefined): boolean =>
  content !== undefined && digestOf(canonical(content)) === digest

/** Outputs of which a lock quotes something else than their digest says: one of the two was edited. */
export const quotationDifferences = (lock: Lock): ReadonlyArray<Difference> =>
  Object.entries(lock.tasks).flatMap(([task, { contents, outputs }]) =>
    Object.entries(contents).flatMap(
      ([output, content]): ReadonlyArray<Difference> =>
        isQuotedRight(content, outputs[output]) ? [] : [{ what: "content", task, output }],
    ),
  )

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
