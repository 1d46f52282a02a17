// Chance in Effect: none in a stage. Its hashes of objects are numbers in a row where its own are drawn, and what draws
// is refused. Effect itself hashes fibers so, whenever a few run at once.
import * as Effect from "effect/Effect"
import { globalValue } from "effect/GlobalValue"
import * as Hash from "effect/Hash"
import * as Random from "effect/Random"
import { Undeclared } from "./traps/undeclared.ts"

/** Effect's own table of the hashes that objects got for being themselves. */
const hashes = globalValue(Symbol.for("effect/Hash/randomHashCache"), () => new WeakMap<object, number>())
const has = hashes.has.bind(hashes)
let count = 0

/** Gives an object its number when Effect asks whether it has one. */
hashes.has = (object) => {
  if (!has(object)) hashes.set(object, Hash.number(++count))
  return true
}

/** From here on objects are numbered from one: a task's must not depend on what ran here before. */
export const renumber = (): void => {
  count = 0
}

const drawn = (stage: string): Effect.Effect<never> =>
  Effect.die(
    new Undeclared(
      `stage "${stage}" used Effect's Random: take a seed as a param and provide Effect.withRandom(Random.make(seed))`,
    ),
  )

/** The effect with a Random that refuses, until the stage provides one of its own. */
export function withoutChance<A, E, R>(
  effect: Effect.Effect<A, E, R>,
  stage: string,
): Effect.Effect<A, E, R> {
  const refused = drawn(stage)
  const random: Random.Random = {
    [Random.RandomTypeId]: Random.RandomTypeId,
    next: refused,
    nextBoolean: refused,
    nextInt: refused,
    nextRange: () => refused,
    nextIntBetween: () => refused,
    shuffle: () => refused,
  }
  return Effect.withRandom(effect, random)
}
