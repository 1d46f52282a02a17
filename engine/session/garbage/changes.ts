// What of what may go has come to be needed since that was decided, as a pipeline began, went on or ended meanwhile. It is asked under
// the ledger's lock, and removes nothing.
import { lstatSync } from "node:fs"
import { basename } from "node:path"
import type { Digest, Key } from "../../content/digest.ts"
import { pages } from "../../content/steps.ts"
import type { TaskKey } from "../../ledger/history.ts"
import type { Item } from "../own-folders.ts"
import { type Decided, type GcOptions, shownFolders, youngSince } from "./decide.ts"
import { type Holders, holdersOf, isHeld } from "./holds.ts"
import { type Known, type SurveyedResult, surveyedResult } from "./survey.ts"

/** Whether an item stays after all. */
export type IsNeeded = (item: Item) => boolean

export class Changes {
  readonly #known: Known
  readonly #options: GcOptions
  readonly #decided: Decided
  /** Runs that had ended when their tasks were read: nothing comes to them any more. */
  readonly #ended: ReadonlySet<string>
  readonly #asked = new Set<Key>()
  /** Artifacts that have come to be reached. */
  readonly #reached = new Set<Digest>()
  #results: ReadonlyMap<Key, SurveyedResult> | undefined

  constructor(known: Known, options: GcOptions, decided: Decided) {
    this.#known = known
    this.#options = options
    this.#decided = decided
    const { runs, past, owners } = decided.survey.holders
    const going = new Set(owners.map(({ run }) => run))
    this.#ended = new Set(
      past
        .filter(({ id, outcome }) => runs.has(id) && outcome !== null && !going.has(id))
        .map(({ id }) => id),
    )
  }

  /** Under the lock. What it takes grows with what the runs that go on have done, not with the store. */
  now(): IsNeeded {
    const holders = holdersOf(this.#known, this.#options)
    for (const run of holders.runs.keys()) if (!this.#ended.has(run)) this.#reachFrom(run)
    const before = this.#decided.survey.holders
    const isAnyNew = [...holders.runs.keys()].some((run) => !before.runs.has(run))
    const isNeeded: Readonly<Record<Item["what"], IsNeeded>> = {
      object: this.#objectsNeeded(holders, isAnyNew),
      temporary: ({ pid }) => holders.owners.some((owner) => owner.pid === pid),
      run: among(shownFolders(holders)),
      log: among(holders.runs),
    }
    return (item) => isNeeded[item.what](item)
  }

  /** A run that has come may go on from any state. */
  #objectsNeeded(holders: Holders, isAnyNew: boolean): IsNeeded {
    const { objects, links } = this.#decided.survey
    const since = youngSince(holders)
    return ({ digest, path }) => {
      const { arrived } = objects.get(digest!)!
      if (this.#reached.has(digest!) || arrived >= since) return true
      if (isAnyNew && links.has(digest!)) return true
      const stat = lstatSync(path, { throwIfNoEntry: false })
      return stat !== undefined && stat.ctimeMs !== arrived // it was made again
    }
  }

  #reachFrom(run: string): void {
    const { history } = this.#known
    const { keys } = this.#decided.survey
    for (const page of pages<TaskKey>((after) => history.taskKeys(run, after)))
      for (const { key } of page) {
        if (key === null || this.#asked.has(key) || isHeld(keys.get(key) ?? 0)) continue
        const found = this.#resultOf(key)
        if (found === undefined) continue // claimed, or forgotten
        this.#asked.add(key)
        for (const { digest } of found.outputs) this.#reached.add(digest)
        for (const { digest } of found.inputs) this.#reached.add(digest)
        for (const state of found.states) this.#reached.add(state)
      }
  }

  #resultOf(key: Key): SurveyedResult | undefined {
    const { results, objects, folders } = this.#decided.survey
    this.#results ??= new Map(results.map((result) => [result.key, result]))
    const reach = this.#results.has(key) ? undefined : this.#known.results.reach(key)
    return reach === undefined ? this.#results.get(key) : surveyedResult(reach, objects, folders)
  }
}

const among =
  (names: { readonly has: (name: string) => boolean }): IsNeeded =>
  ({ path }) =>
    names.has(basename(path))
