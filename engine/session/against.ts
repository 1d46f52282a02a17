// Metrics beside those of a git ref's lock file: a run's at its end, those of an earlier run, or the working tree's lock.
import * as Effect from "effect/Effect"
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import { recordingFiles } from "../key/file-records.ts"
import { foldersIn, smallContents } from "../key/small-contents.ts"
import { linesIn } from "../lock/compare-locks.ts"
import { comparedMetrics, type Statistics } from "../lock/compare-metrics.ts"
import type { Measured } from "../lock/compared-samples.ts"
import type { Lock } from "../lock/lock-file.ts"
import { filesQuoted } from "../lock/quoted-folder.ts"
import type { AtHand } from "../lock/recorded-plan.ts"
import type { Plan } from "../plan/plan.ts"
import type { EventOf } from "../report/events.ts"
import type { ComparedFacts } from "../report/page/facts.ts"
import { CorruptArtifact, type Store } from "../store/store.ts"
import { expectedInTurns } from "./expected.ts"
import type { Place } from "./place.ts"
import type { NoRefLock, RefLock } from "./ref-lock.ts"

/** What is compared, and how it is called. */
export interface Today {
  /** With its groups open, as far as their lists are known. */
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
  const { unread, ...rest } = compared
  const event: EventOf<"compared"> = {
    ...{ ...about, commit: found.commit, why: null, ...rest },
    ...(unread.length === 0 ? {} : { unread }),
  }
  return event
})

/** What pages say of it: the run is theirs. */
export function factsOf(compared: EventOf<"compared">): ComparedFacts {
  const { event: _, experiment: __, today: ___, ...facts } = compared
  return facts
}

/** What small artifacts of a store hold, of those that are there. */
export function storedContent(store: Store["Type"]): Measured["content"] {
  const read = smallContents(store)
  return (digest) => orMissing(() => read(digest))
}

/** The files of a store's folders, of those that are there. */
export const storedFolder = (store: Store["Type"]): AtHand["folder"] => {
  const read = foldersIn(store)
  return (digest) => orMissing(() => read(digest))
}

function orMissing<A>(read: () => A): A | undefined {
  try {
    return read()
  } catch (failure) {
    if (failure instanceof CorruptArtifact) return undefined
    throw failure
  }
}

/** What a lock says that tasks gave. @param stored what a store has of what the lock does not quote */
export function lockedMetrics(
  lock: Lock,
  stored: Pick<AtHand, "content" | "folder"> = { content: () => undefined, folder: () => undefined },
): Pick<AtHand, "outputs" | "content" | "folder"> {
  const lines = linesIn(lock)
  const contents = new Map<Digest, Json>()
  for (const { outputs, contents: quoted } of lines.values())
    for (const [name, content] of Object.entries(quoted))
      if (outputs[name] !== undefined) contents.set(outputs[name], content)
  return {
    outputs: (task) => {
      const line = lines.get(task)
      return (
        line &&
        Object.fromEntries(
          Object.entries(line.outputs).map(([name, digest]) => [name, { digest, size: null }]),
        )
      )
    },
    content: (digest) => contents.get(digest) ?? stored.content(digest),
    folder: (digest) => filesQuoted(contents.get(digest), digest) ?? stored.folder(digest),
  }
}
