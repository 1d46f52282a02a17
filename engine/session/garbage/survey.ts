// What a store holds: every object with who keeps it, what made it and what that took. It decides nothing, and changes nothing.
import type { Digest, Key } from "../../content/digest.ts"
import { pages, type Steps } from "../../content/steps.ts"
import type { Claims } from "../../ledger/claims.ts"
import type { History } from "../../ledger/history.ts"
import type { DoneLink, Links } from "../../ledger/links.ts"
import type { Observations } from "../../ledger/observations.ts"
import type { Reach } from "../../ledger/records.ts"
import type { Results } from "../../ledger/results.ts"
import { isFolderList, knownFiles } from "../../store/folders.ts"
import { isLasting } from "../../store/kept-states.ts"
import type { Store, StoredObject } from "../../store/store.ts"
import {
  type Holders,
  holdersOf,
  type KeepOptions,
  keptKeys,
  lockedInGroups,
  pinnedObjects,
  right,
} from "./holds.ts"

/** What it is told by. */
export interface Known {
  readonly store: Store["Type"]
  readonly results: Results["Type"]
  readonly observations: Pick<Observations["Type"], "outputs">
  readonly links: Links["Type"]
  readonly history: History["Type"]
  readonly claims: Claims["Type"]
}

/** An object. What is said of it is filled in while the ledger is read. */
export interface Surveyed extends StoredObject {
  /** Who keeps it. */
  rights: number
  /** What made it, if a result or a link says so. */
  stage: string | undefined
  isOutput: boolean
  /** Of an output: the seconds of its task, shared among the task's outputs. */
  seconds: number | undefined
}

export type Folders = ReadonlyMap<Digest, ReadonlyArray<Surveyed>>

/** A result, with those of its objects that are there: of folders with their files. */
export interface SurveyedResult {
  readonly key: Key
  readonly seconds: number
  readonly outputs: ReadonlyArray<Surveyed>
  readonly inputs: ReadonlyArray<Surveyed>
  readonly states: ReadonlyArray<Digest>
}

/** Of all links that gave a state: the least, and who may go on from it. */
export interface SurveyedLink extends Pick<DoneLink, "stage" | "n" | "run"> {
  seconds: number
  isLasting: boolean
  rights: number
  /** Whether its chain has ended, and is a result. */
  isFinished: boolean
}

export interface Survey {
  readonly holders: Holders
  readonly keys: ReadonlyMap<Key, number>
  readonly objects: ReadonlyMap<Digest, Surveyed>
  /** Of each folder that is there, those of its files that are. */
  readonly folders: Folders
  readonly results: ReadonlyArray<SurveyedResult>
  readonly links: ReadonlyMap<Digest, SurveyedLink>
  /** What lies where objects lie and is none. */
  readonly foreign: ReadonlyArray<string>
}

/**
 * What is not there yet when the objects are listed is nobody's to remove, so they come first; what the ledger learns
 * meanwhile is asked before anything goes.
 *
 * @param self a run that asks at its end: it goes on from no state any more
 * @param isListed false where the folder of objects is none of the store's
 */
export function* surveyed(
  known: Known,
  options: KeepOptions,
  self: string | undefined,
  isListed: boolean,
): Steps<Survey> {
  const holders = holdersOf(known, options)
  const { objects: stored, foreign } = isListed ? yield* known.store.list() : { objects: [], foreign: [] }
  const objects = new Map<Digest, Surveyed>()
  for (const { digest, size, arrived } of stored)
    objects.set(digest, {
      digest,
      size,
      arrived,
      rights: 0,
      stage: undefined,
      isOutput: false,
      seconds: undefined,
    })
  yield
  const keys = yield* keptKeys(known.history, holders.runs, options)
  const links = yield* surveyedLinks(known.links, holders.runs)
  const folders = yield* surveyedFolders(known, objects)
  const grouped = lockedInGroups(options)
  // Lines of groups have no keys: a result is meant that gave what they say.
  const rightsOf = ({ key, outputs }: Reach): number => {
    const isLocked = outputs.length > 0 && outputs.every((digest) => grouped.has(digest))
    return (keys.get(key) ?? 0) | (isLocked ? right.lock : 0)
  }
  const results = yield* surveyedResults(known.results, rightsOf, { objects, folders, links })
  const mayGoOn = holders.owners.some(({ run }) => run !== self)
  for (const [state, link] of links) {
    const object = objects.get(state)
    if (object === undefined) continue
    object.stage ??= link.stage
    // An interrupted chain is no result yet: a kept run goes on from its links. A running one may go on from any.
    if (mayGoOn) object.rights |= right.running
    if (!link.isFinished) object.rights |= link.rights
  }
  for (const object of thereOf(known.observations.outputs(), objects, folders))
    object.rights |= right.observed
  for (const digest of pinnedObjects(options)) {
    for (const object of thereOf([digest], objects, folders)) object.rights |= right.lock
  }
  return { holders, keys, objects, folders, results, links, foreign }
}

/** Those that results gave, and those among local inputs, of which only their first bytes tell. */
function* surveyedFolders({ store, results }: Known, objects: ReadonlyMap<Digest, Surveyed>): Steps<Folders> {
  const folders = new Map<Digest, ReadonlyArray<Surveyed>>()
  const given = results.givenFiles().filter((digest) => {
    const object = objects.get(digest)
    return object !== undefined && isFolderList(store, object)
  })
  for (const digest of [...results.folders(), ...given]) {
    yield
    if (!objects.has(digest)) continue
    const files = new Set(knownFiles(store, digest).map((file) => file.digest))
    folders.set(
      digest,
      [...files].flatMap((file) => objects.get(file) ?? []),
    )
  }
  return folders
}

/** Of artifacts those that are there, each once, of folders with their files. */
function thereOf(
  digests: ReadonlyArray<Digest>,
  objects: ReadonlyMap<Digest, Surveyed>,
  folders: Folders,
): ReadonlyArray<Surveyed> {
  const found = new Set<Surveyed>()
  for (const digest of digests) {
    const object = objects.get(digest)
    if (object === undefined) continue
    found.add(object)
    for (const file of folders.get(digest) ?? []) found.add(file)
  }
  return [...found]
}

function* surveyedLinks(
  links: Links["Type"],
  runs: ReadonlyMap<string, number>,
): Steps<Map<Digest, SurveyedLink>> {
  const found = new Map<Digest, SurveyedLink>()
  for (const page of pages(links.page)) {
    yield
    for (const link of page) {
      const { state, stage, n, run, seconds } = link
      const rights = runs.get(run) ?? 0
      const same = found.get(state)
      if (same === undefined) {
        found.set(state, {
          ...{ stage, n, run, seconds, rights },
          isLasting: isLasting(link),
          isFinished: false,
        })
        continue
      }
      same.seconds = Math.min(same.seconds, seconds)
      same.rights |= rights
      same.isLasting ||= isLasting(link)
    }
  }
  return found
}

function* surveyedResults(
  results: Results["Type"],
  rightsOf: (reach: Reach) => number,
  { objects, folders, links }: Pick<Survey, "objects" | "folders" | "links">,
): Steps<ReadonlyArray<SurveyedResult>> {
  const found: Array<SurveyedResult> = []
  for (const page of pages(results.page)) {
    yield
    for (const reach of page) {
      const result = surveyedResult(reach, objects, folders)
      mark(result, reach, rightsOf(reach))
      found.push(result)
    }
  }
  return found

  function mark({ outputs, inputs }: SurveyedResult, { stage, seconds, states }: Reach, by: number): void {
    for (const object of outputs) {
      const share = seconds / outputs.length
      object.stage = stage
      object.isOutput = true
      object.seconds = Math.min(object.seconds ?? share, share)
      object.rights |= by
    }
    for (const object of inputs) object.rights |= by
    const last = states.at(-1)
    for (const state of states) {
      const link = links.get(state)
      if (link !== undefined) link.isFinished = true
      const object = objects.get(state)
      if (object !== undefined && (state === last || link?.isLasting === true)) object.rights |= by
    }
  }
}

/** @returns the result of a key with those of its objects that are in the store */
export function surveyedResult(
  { key, seconds, outputs, inputs, states }: Reach,
  objects: ReadonlyMap<Digest, Surveyed>,
  folders: Folders,
): SurveyedResult {
  return {
    ...{ key, seconds, states },
    outputs: thereOf(outputs, objects, folders),
    inputs: thereOf(inputs, objects, folders),
  }
}
