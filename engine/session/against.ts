// Metrics beside those of a git ref's lock file: a run's at its end, those of an earlier run, or the working tree's lock.
import * as Effect from "effect/Effect"
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import { recordingFiles } from "../key/file-records.ts"
import { smallContents } from "../key/small-contents.ts"
import type { OutputRecords } from "../ledger/records.ts"
import { comparedMetrics, type Measured, type Statistics } from "../lock/compare-metrics.ts"
import type { Lock } from "../lock/lock-file.ts"
import type { Plan } from "../plan/plan.ts"
import type { EventOf } from "../report/events.ts"
import type { ComparedFacts } from "../report/page/facts.ts"
import { CorruptArtifact, type Store } from "../store/store.ts"
import { expectedInTurns } from "./expected.ts"
import type { Place } from "./place.ts"
import type { NoRefLock, RefLock } from "./ref-lock.ts"

/** What is compared, and how it is called. */
export interface Today {
  readonly plan: Plan
  /** The run; null for the lock file in the working tree. */
  readonly run: string | null
  readonly otherParams: boolean
  readonly outputs: Measured["outputs"]
  readonly content: Measured["content"]
}

/** Where nothing tests anything, differences are told as they are. */
const untested: Statistics = {
  isSample: () => false,
  compare: (pairs) => ({
    difference: pairs.reduce((sum, { today, before }) => sum + today - before, 0) / pairs.length,
    interval: null,
    p: null,
    note: "no test",
  }),
  adjust: (ps) => ps,
}

export const comparedWith = Effect.fn("comparedWith")(function* (
  { root, statistics = untested }: Pick<Place, "root" | "statistics">,
  { plan, run, otherParams, outputs, content }: Today,
  found: RefLock | NoRefLock,
) {
  const about = {
    event: "compared",
    experiment: plan.experiment,
    ref: found.ref,
    today: run,
    otherParams,
  } as const
  if (!("lock" in found)) {
    const nothing: EventOf<"compared"> = {
      ...about,
      commit: null,
      why: found.why,
      rows: [],
      onlyToday: [],
      onlyThen: [],
    }
    return nothing
  }
  const files = yield* expectedInTurns(() => recordingFiles(root, plan.files))
  const compared = comparedMetrics(plan, { outputs, content, files }, found.lock, statistics)
  const event: EventOf<"compared"> = { ...about, commit: found.commit, why: null, ...compared }
  return event
})

/** What pages say of it: the run is theirs. */
export function factsOf(compared: EventOf<"compared">): ComparedFacts {
  const { event: _, experiment: __, today: ___, ...facts } = compared
  return facts
}

/** What tasks gave, by label, read from the store where it is there. */
export function storedMetrics(
  store: Store["Type"],
  outputsOf: (task: string) => OutputRecords | undefined,
): Pick<Today, "outputs" | "content"> {
  const read = smallContents(store)
  const content = (digest: Digest): Json | undefined => {
    try {
      return read(digest)
    } catch (failure) {
      if (failure instanceof CorruptArtifact) return undefined
      throw failure
    }
  }
  return { outputs: outputsOf, content }
}

/** What a lock says that tasks gave. */
export function lockedMetrics({ tasks }: Lock): Pick<Today, "outputs" | "content"> {
  const contents = new Map<Digest, Json>()
  for (const { outputs, contents: quoted } of Object.values(tasks))
    for (const [name, content] of Object.entries(quoted))
      if (outputs[name] !== undefined) contents.set(outputs[name], content)
  return {
    outputs: (task) =>
      Object.hasOwn(tasks, task)
        ? Object.fromEntries(
            Object.entries(tasks[task]!.outputs).map(([name, digest]) => [name, { digest, size: null }]),
          )
        : undefined,
    content: (digest) => contents.get(digest),
  }
}
