// The part of a dataset that is held out to test on, and what of it might tell too much of the other part.

import { type Generator, generator, seedOf } from "../../statistics/random.ts"
import { StrataError } from "../strata.ts"
import { type Split, stratifiedSplit } from "../stratified.ts"
import { type Groups, groupSplit } from "./group.ts"
import { timeSplit } from "./time.ts"

/** Of every example, what it may be split by. */
export interface Marks {
  /** Its class; null for data without classes. */
  readonly labels: Uint8Array | null
  readonly groups: Groups | null
  readonly times: ReadonlyArray<number> | null
}

/** `class`: at random, every class in proportion; `random`: at random; `group`: whole groups; `time`: the latest. */
export type By = "class" | "random" | "group" | "time"

export interface HoldOut {
  /** The share that is held out. */
  readonly fraction: number
  readonly seed: number
  /** Left out: by time if there are times, else by group if there are groups, else by class if there are classes. */
  readonly by?: By | undefined
}

/**
 * @returns the part to train on and, as `validation`, the one held out; and a sentence for each way in which the one may
 *   tell of the other
 * @throws StrataError when the data have not what they are to be split by, or a part would be empty
 */
export function heldOut(
  count: number,
  marks: Marks,
  { fraction, seed, by = byDefault(marks) }: HoldOut,
): Split & { readonly warnings: ReadonlyArray<string> } {
  const parts = splitBy(by, count, marks, { fraction }, generator(seedOf(seed, "hold-out")))
  return { ...parts, warnings: leaks(by, marks, parts) }
}

const byDefault = ({ labels, groups, times }: Marks): By =>
  times !== null ? "time" : groups !== null ? "group" : labels !== null ? "class" : "random"

function splitBy(
  by: By,
  count: number,
  { labels, groups, times }: Marks,
  size: { readonly fraction: number },
  random: Generator,
): Split {
  const alike = new Uint8Array(count)
  switch (by) {
    case "group":
      return groupSplit(given(groups, "group"), labels ?? alike, size, random)
    case "time":
      return timeSplit(given(times, "time"), size)
    case "class":
      return stratifiedSplit(given(labels, "class"), size, random)
    case "random":
      return stratifiedSplit(alike, size, random)
  }
}

function given<A>(mark: A | null, name: string): A {
  if (mark === null)
    throw new StrataError(
      `the data have no ${name}: name the column that holds it, or split by something else`,
    )
  return mark
}

/** A sentence for each way in which what is held out may tell of what is trained on. */
export function leaks(by: By, { groups, times }: Marks, { train, validation }: Split): ReadonlyArray<string> {
  const warnings: Array<string> = []
  if (groups !== null && by !== "group") {
    const trained = new Set(Array.from(train, (index) => groups[index]!))
    const both = new Set(
      Array.from(validation, (index) => groups[index]!).filter((group) => trained.has(group)),
    )
    if (both.size > 0)
      warnings.push(
        `${both.size} of ${new Set(groups).size} groups stand on both sides of a split by ${by} (${[...both].slice(0, 3).join(", ")}…): what is measured there may be remembered, not learnt; by: "group" keeps each on one side`,
      )
  }
  if (times !== null && by !== "time") {
    const latest = train.reduce((most, index) => Math.max(most, times[index]!), Number.NEGATIVE_INFINITY)
    const earlier = validation.filter((index) => times[index]! < latest).length
    if (earlier > 0)
      warnings.push(
        `of ${validation.length} examples held out by ${by}, ${earlier} are earlier than some that are trained on: the future may tell of them; by: "time" holds out the latest`,
      )
  }
  return warnings
}
