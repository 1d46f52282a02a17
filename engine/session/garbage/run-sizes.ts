// What the results of runs take in a store: of each run all that they reach, and what no other run reaches. It changes nothing.
import type { Key } from "../../content/digest.ts"
import { pages, type Steps } from "../../content/steps.ts"
import type { TaskKey } from "../../ledger/history.ts"
import { type Known, type Surveyed, type SurveyedResult, surveyed } from "./survey.ts"

/** Bytes. */
export interface RunSize {
  readonly reaches: number
  /** Of these, what no other run reaches. */
  readonly alone: number
}

export interface StoreSizes {
  /** All artifacts. */
  readonly takes: number
  readonly artifacts: number
  readonly runs: ReadonlyMap<string, RunSize>
}

export function* storeSizes(known: Known): Steps<StoreSizes> {
  const survey = yield* surveyed(known, { locks: [], keepRuns: 0, pins: [] }, undefined, true)
  const { objects, results, links, holders } = survey
  const byKey = new Map(results.map((result) => [result.key, result]))
  const going = new Map<string, Array<Surveyed>>()
  for (const [state, { run, isFinished }] of links) {
    const object = objects.get(state)
    if (isFinished || object === undefined) continue
    going.set(run, [...(going.get(run) ?? []), object])
  }
  const reached = new Map<string, ReadonlySet<Surveyed>>()
  /** How many runs reach it. */
  const counts = new Map<Surveyed, number>()
  for (const { id } of holders.past) {
    const own = yield* reachedBy(id)
    reached.set(id, own)
    for (const object of own) counts.set(object, (counts.get(object) ?? 0) + 1)
  }
  const runs = new Map<string, RunSize>()
  for (const [id, own] of reached) {
    yield
    let [reaches, alone] = [0, 0]
    for (const object of own) {
      reaches += object.size
      if (counts.get(object) === 1) alone += object.size
    }
    runs.set(id, { reaches, alone })
  }
  let takes = 0
  for (const { size } of objects.values()) takes += size
  return { takes, artifacts: objects.size, runs }

  function* reachedBy(run: string): Steps<ReadonlySet<Surveyed>> {
    const own = new Set(going.get(run))
    for (const page of pages<TaskKey>((after) => known.history.taskKeys(run, after))) {
      yield
      for (const { key } of page) for (const object of objectsOf(key)) own.add(object)
    }
    return own
  }

  function* objectsOf(key: Key | null): Generator<Surveyed, void, void> {
    const result: SurveyedResult | undefined = key === null ? undefined : byKey.get(key)
    if (result === undefined) return
    yield* result.outputs
    yield* result.inputs
    for (const state of result.states) {
      const object = objects.get(state)
      if (object !== undefined) yield object
    }
  }
}
