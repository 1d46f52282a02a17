// What goes so that a store takes no more than a bound: what is dearest to keep and cheapest to make again first. Pure.
import { Chains, lastOfUnfinished } from "./chains.ts"
import type { Survey, Surveyed, SurveyedResult } from "./survey.ts"

/** What goes as a whole: a result with its outputs, or a state. */
interface Unit {
  /** What it keeps from going: each goes with the last that keeps it. */
  readonly objects: ReadonlyArray<Surveyed>
  /** That it takes to make it again, as things stand; undefined: nobody knows, so it may be dear. */
  readonly seconds: () => number | undefined
  /** Goes only once no other can: the last state of a chain that was interrupted. */
  readonly isLast: boolean
  /** Breaks ties. */
  readonly name: string
  isGone: boolean
}

/**
 * @param mayGo objects that only recent runs keep
 * @param takes bytes of all objects that stay so far
 * @returns what goes, in this order
 */
export function overBound(
  survey: Survey,
  mayGo: ReadonlySet<Surveyed>,
  takes: number,
  keep: number,
): ReadonlyArray<Surveyed> {
  const letting = new Letting(survey, mayGo)
  const gone: Array<Surveyed> = []
  for (let left = takes; left > keep; ) {
    const next = letting.next()
    if (next === undefined) break
    for (const object of next) {
      gone.push(object)
      left -= object.size
    }
  }
  return gone
}

/** Who keeps an object; some may be gone. */
interface Keepers {
  units: Array<Unit>
  left: number
}

class Letting {
  readonly #keptBy = new Map<Surveyed, Keepers>()
  readonly #gone = new Set<Surveyed>()
  readonly #heap = new Heap<Ranked>(isBefore)

  constructor(survey: Survey, mayGo: ReadonlySet<Surveyed>) {
    const units = [...resultUnits(survey.results, mayGo), ...stateUnits(survey, mayGo, this.#gone)]
    for (const unit of units)
      for (const object of unit.objects) {
        const keepers = this.#keptBy.get(object) ?? { units: [], left: 0 }
        keepers.units.push(unit)
        keepers.left++
        this.#keptBy.set(object, keepers)
      }
    for (const unit of units) this.#rank(unit)
  }

  /** @returns the objects that go next; undefined when nothing is left */
  next(): ReadonlyArray<Surveyed> | undefined {
    for (let ranked = this.#heap.take(); ranked !== undefined; ranked = this.#heap.take()) {
      const { unit } = ranked
      if (unit.isGone) continue
      // What is shared stays until the last goes, and a state is dearer once those before it are gone.
      const now = this.#ranked(unit)
      if (now.bytes === 0) continue
      if (isBefore(ranked, now)) {
        this.#heap.add(now)
        continue
      }
      return this.#letGo(unit)
    }
    return undefined
  }

  #letGo(unit: Unit): ReadonlyArray<Surveyed> {
    unit.isGone = true
    const gone: Array<Surveyed> = []
    for (const object of unit.objects) {
      const keepers = this.#keptBy.get(object)!
      keepers.left--
      if (keepers.left > 0) this.#rankAgain(keepers)
      else {
        this.#gone.add(object)
        gone.push(object)
      }
    }
    return gone
  }

  /** What is left is more to each; asked for at every halving, since thousands may share one value. */
  #rankAgain(keepers: Keepers): void {
    if ((keepers.left & (keepers.left - 1)) !== 0) return
    keepers.units = keepers.units.filter(({ isGone }) => !isGone)
    for (const unit of keepers.units) this.#rank(unit)
  }

  #rank(unit: Unit): void {
    const ranked = this.#ranked(unit)
    if (ranked.bytes > 0) this.#heap.add(ranked)
  }

  #ranked(unit: Unit): Ranked {
    const bytes = unit.objects.reduce((sum, object) => sum + object.size / this.#keptBy.get(object)!.left, 0)
    const seconds = unit.seconds()
    return { unit, bytes, score: seconds === undefined || !(seconds >= 0) ? 0 : bytes / seconds }
  }
}

interface Ranked {
  readonly unit: Unit
  /** That go with it; of what others keep too, its share. */
  readonly bytes: number
  /** Bytes for each second that making it again takes. */
  readonly score: number
}

function isBefore(a: Ranked, b: Ranked): boolean {
  if (a.unit.isLast !== b.unit.isLast) return b.unit.isLast
  if (a.score !== b.score) return a.score > b.score
  if (a.bytes !== b.bytes) return a.bytes > b.bytes
  return a.unit.name < b.unit.name
}

/** A copy of a local file, which no result gave, goes with the last that was given it. */
function* resultUnits(
  results: ReadonlyArray<SurveyedResult>,
  mayGo: ReadonlySet<Surveyed>,
): Generator<Unit, void, void> {
  for (const { key, seconds, outputs, inputs } of results) {
    const own = outputs.filter((object) => mayGo.has(object))
    const given = inputs.filter((object) => mayGo.has(object) && object.stage === undefined)
    if (own.length + given.length === 0) continue
    const objects = [...new Set([...own, ...given])]
    yield { objects, seconds: () => seconds, isLast: false, name: key, isGone: false }
  }
}

function* stateUnits(
  survey: Survey,
  mayGo: ReadonlySet<Surveyed>,
  gone: ReadonlySet<Surveyed>,
): Generator<Unit, void, void> {
  const chains = new Chains(survey)
  const last = lastOfUnfinished(survey)
  for (const [state] of survey.links) {
    const object = survey.objects.get(state)
    if (object === undefined || !mayGo.has(object)) continue
    const isThere = (other: typeof state): boolean => {
      const found = survey.objects.get(other)
      return found !== undefined && found.rights !== 0 && !gone.has(found)
    }
    const seconds = (): number | undefined => chains.secondsOf(state, isThere)
    yield { objects: [object], seconds, isLast: last.has(state), name: state, isGone: false }
  }
}

/** The first in order is taken first. */
class Heap<A> {
  readonly #items: Array<A> = []
  readonly #isBefore: (a: A, b: A) => boolean

  constructor(isBefore: (a: A, b: A) => boolean) {
    this.#isBefore = isBefore
  }

  add(item: A): void {
    const items = this.#items
    let at = items.push(item) - 1
    for (let above = (at - 1) >> 1; at > 0 && this.#isBefore(item, items[above]!); above = (at - 1) >> 1) {
      items[at] = items[above]!
      items[above] = item
      at = above
    }
  }

  take(): A | undefined {
    const items = this.#items
    const first = items[0]
    const item = items.pop()
    if (first === undefined || item === undefined || items.length === 0) return first
    let at = 0
    items[0] = item
    for (;;) {
      let next = 2 * at + 1
      if (next >= items.length) return first
      if (next + 1 < items.length && this.#isBefore(items[next + 1]!, items[next]!)) next++
      if (!this.#isBefore(items[next]!, item)) return first
      items[at] = items[next]!
      items[next] = item
      at = next
    }
  }
}
