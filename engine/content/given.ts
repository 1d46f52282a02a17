// What a role is given: one thing, things under names, or those of a group in the order of its list. Pure.
import type { Json } from "./canonical.ts"
import type { Steps } from "./steps.ts"

/** One of what a group gives: the item of its list, what the item is called, and the thing. */
export type Entry<A> = readonly [item: Json, name: string, given: A]

/** What a group gives, in the order of its list. */
export interface GroupOf<A> {
  readonly group: ReadonlyArray<Entry<A>>
  /** For a role that takes a group although some of it failed: the names of the items of which nothing came. */
  readonly failed?: ReadonlyArray<string>
}

export type Given<A> = A | Readonly<Record<string, A>> | GroupOf<A>
export type ByRole<A> = Readonly<Record<string, Given<A>>>

/** Whether a role is given what a group gives: names hold no lists. */
export const isGroupOf = <A>(given: Given<A>): given is GroupOf<A> =>
  typeof given === "object" && given !== null && Array.isArray((given as Partial<GroupOf<A>>).group)

/** Names of a role between two steps. */
const namesAtOnce = 500

/** @param isOne whether a role is given one thing @param change of each thing */
export function* mapGiven<A, B>(
  roles: ByRole<A>,
  isOne: (given: Given<A>) => given is A,
  change: (given: A) => B,
): Steps<ByRole<B>> {
  const changed: Array<readonly [string, Given<B>]> = []
  for (const [role, given] of Object.entries(roles)) {
    if (isOne(given)) changed.push([role, change(given)])
    else if (isGroupOf(given)) changed.push([role, yield* mapGroup(given, change)])
    else changed.push([role, yield* mapNames(given, change)])
  }
  return Object.fromEntries(changed)
}

export function* mapGroup<A, B>({ group, failed }: GroupOf<A>, change: (given: A) => B): Steps<GroupOf<B>> {
  const entries: Array<Entry<B>> = []
  for (const [item, name, given] of group) {
    if (entries.length % namesAtOnce === namesAtOnce - 1) yield
    entries.push([item, name, change(given)])
  }
  return { group: entries, ...(failed === undefined ? {} : { failed }) }
}

function* mapNames<A, B>(
  names: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Steps<Readonly<Record<string, B>>> {
  const changed: Array<readonly [string, B]> = []
  for (const [name, value] of Object.entries(names)) {
    if (changed.length % namesAtOnce === namesAtOnce - 1) yield
    changed.push([name, change(value)])
  }
  return Object.fromEntries(changed)
}

/** All that a role is given, under names; one thing under the empty name. */
export const namedGiven = <A>(
  given: Given<A>,
  isOne: (given: Given<A>) => given is A,
): ReadonlyArray<readonly [name: string, given: A]> => {
  if (isOne(given)) return [["", given]]
  return isGroupOf(given) ? given.group.map(([, name, of]) => [name, of]) : Object.entries(given)
}
