// Splits and folds that keep all examples of a group on one side: photographs of one person, rows of one patient.

import { type Generator, permutation } from "../../statistics/random.ts"
import { everyIndex, without } from "../indices.ts"
import { proportionalShares, StrataError } from "../strata.ts"
import { type Split, type ValidationSize, validationCount } from "../stratified.ts"

/** What examples belong together by: a person, a patient, a session. */
export type Groups = ReadonlyArray<string | number>

/**
 * Splits examples so that no group is on both sides, the validation part as near to its size, class by class, as whole
 * groups allow: groups, shuffled and then the largest first, go to it as long as that brings it nearer.
 *
 * @param groups    the group of every example of the dataset
 * @param labels    class of every example; all alike where there are no classes
 * @param size      how much goes to validation
 * @param generator is drawn from once
 * @param among     which examples to split; all by default
 * @throws StrataError when there are fewer than two groups, or the size is none
 */
export function groupSplit(
  groups: Groups,
  labels: Uint8Array,
  size: ValidationSize,
  generator: Generator,
  among: Uint32Array = everyIndex(labels.length),
): Split {
  const count = validationCount(size, among.length)
  if (!Number.isInteger(count) || count < 1 || count >= among.length)
    throw new StrataError(
      `a validation part takes 1 to ${among.length - 1} of ${among.length} examples, asked for ${count}`,
    )
  const sorted = inDrawnOrder(groups, labels, among, 2, generator)
  const target = proportionalShares(classSizes(sorted), count)
  const held = target.map(() => 0)
  const taken = sorted.filter((group) => takes(group, held, target))
  // The largest groups may each be more than the whole part: then the smallest is nearest.
  if (taken.length === 0) taken.push(sorted.at(-1)!)
  if (taken.length === sorted.length) taken.pop()
  return splitOf(taken, among)
}

/**
 * Splits examples into k folds of whole groups, as alike in size and classes as these allow: groups, shuffled and then the
 * largest first, go each to the fold that it leaves the most even, the earliest on a tie.
 *
 * @returns k splits, in the order of the folds
 * @throws StrataError when k is no integer of at least 2, or exceeds the groups
 */
export function groupKFold(
  groups: Groups,
  labels: Uint8Array,
  k: number,
  generator: Generator,
  among: Uint32Array = everyIndex(labels.length),
): ReadonlyArray<Split> {
  if (!Number.isInteger(k) || k < 2)
    throw new StrataError(`cross-validation needs at least 2 folds, asked for ${k}`)
  const sorted = inDrawnOrder(groups, labels, among, k, generator)
  const sizes = classSizes(sorted)
  const hands = Array.from({ length: k }, () => ({
    groups: [] as Array<Group>,
    held: sizes.map(() => 0),
  }))
  for (const [at, group] of sorted.entries()) {
    // As many groups as folds are left: each fold without one gets one.
    const isScarce = sorted.length - at <= hands.filter((hand) => hand.groups.length === 0).length
    let best = hands[0]!
    let least = Number.POSITIVE_INFINITY
    for (const hand of hands) {
      if (isScarce && hand.groups.length > 0) continue
      const unevenness = gain(group, hand.held, sizes)
      if (unevenness < least) {
        least = unevenness
        best = hand
      }
    }
    best.groups.push(group)
    for (const [label, members] of group.byClass.entries()) best.held[label]! += members
  }
  return hands.map((hand) => splitOf(hand.groups, among))
}

interface Group {
  readonly members: ReadonlyArray<number>
  /** How many of them are of each class, by the place of the class among those that occur. */
  readonly byClass: ReadonlyArray<number>
}

function inDrawnOrder(
  groups: Groups,
  labels: Uint8Array,
  among: Uint32Array,
  least: number,
  generator: Generator,
): ReadonlyArray<Group> {
  const members = new Map<string | number, Array<number>>()
  for (const index of among) {
    const group = groups[index]
    if (group === undefined)
      throw new StrataError(`example ${index} has no group: there are ${groups.length} groups named`)
    const known = members.get(group)
    if (known === undefined) members.set(group, [index])
    else known.push(index)
  }
  if (members.size < least)
    throw new StrataError(
      `${least} parts of whole groups need at least ${least} groups, there are ${members.size}: take fewer parts, or another column as the group`,
    )
  const classes = [...new Set(Array.from(among, (index) => labels[index]!))].sort((a, b) => a - b)
  const place = new Map(classes.map((label, at) => [label, at]))
  const all = [...members.values()].map((own): Group => {
    const byClass = classes.map(() => 0)
    for (const index of own) byClass[place.get(labels[index]!)!]! += 1
    return { members: own, byClass }
  })
  const shuffled = Array.from(permutation(all.length, generator), (at) => all[at]!)
  return shuffled.sort((a, b) => b.members.length - a.members.length)
}

const classSizes = (groups: ReadonlyArray<Group>): ReadonlyArray<number> =>
  groups.reduce<ReadonlyArray<number>>(
    (sums, { byClass }) => byClass.map((size, label) => size + (sums[label] ?? 0)),
    [],
  )

/** Takes the group into what is held if that brings it nearer to the target, classes weighing alike. */
function takes({ byClass }: Group, held: Array<number>, target: ReadonlyArray<number>): boolean {
  let change = 0
  for (const [label, size] of byClass.entries()) {
    const [before, wanted] = [held[label]!, target[label]!]
    change += (size * (size + 2 * (before - wanted))) / Math.max(1, wanted)
  }
  if (change >= 0) return false
  for (const [label, size] of byClass.entries()) held[label]! += size
  return true
}

/** By how much the squares of a fold's shares of each class grow with the group. */
const gain = ({ byClass }: Group, held: ReadonlyArray<number>, sizes: ReadonlyArray<number>): number =>
  byClass.reduce(
    (sum, size, label) => sum + (size * (size + 2 * held[label]!)) / (sizes[label]! * sizes[label]!),
    0,
  )

function splitOf(groups: ReadonlyArray<Group>, among: Uint32Array): Split {
  const validation = Uint32Array.from(groups.flatMap(({ members }) => members)).sort()
  return { train: without(Uint32Array.from(among).sort(), validation), validation }
}
