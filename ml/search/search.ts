// Candidates of a search over hyper-parameters: every one of a grid, or random ones; it knows nothing of what they train.
import * as Schema from "effect/Schema"
import { exp, log } from "../statistics/mathematics/elementary.ts"
import { type Generator, generator, seedOf } from "../statistics/random.ts"

const Finite = Schema.Number.pipe(Schema.finite())
const Digits = Schema.Int.pipe(Schema.between(1, 15))

/** Digits that a real number keeps, so that it can be read and typed. */
const digits = Schema.optionalWith(Digits, { default: () => 4 })

const ordered = <R extends { readonly low: number; readonly high: number }>({ low, high }: R) =>
  low < high || "low is below high"

/** A real number between `low` and `high`. */
const Uniform = Schema.Struct({
  type: Schema.Literal("uniform"),
  low: Finite,
  high: Finite,
  digits,
}).pipe(Schema.filter(ordered))

/** A real number whose logarithm is uniform: as likely between 0.001 and 0.01 as between 0.01 and 0.1. */
const LogUniform = Schema.Struct({
  type: Schema.Literal("log-uniform"),
  low: Finite.pipe(Schema.positive()),
  high: Finite.pipe(Schema.positive()),
  digits,
}).pipe(Schema.filter(ordered))

/** An integer from `low` to `high`, both included. */
const Integer = Schema.Struct({
  type: Schema.Literal("integer"),
  low: Schema.Int,
  high: Schema.Int,
}).pipe(Schema.filter(ordered))

const Value = Schema.Union(Finite, Schema.String, Schema.Boolean)
type Value = typeof Value.Type

/** One of some values, each as likely. */
const Choice = Schema.Struct({ type: Schema.Literal("choice"), values: Schema.NonEmptyArray(Value) })

const Dimension = Schema.Union(Uniform, LogUniform, Integer, Choice)
export type Dimension = typeof Dimension.Type

/** What is searched: a dimension for each hyper-parameter. */
const Space = Schema.Record({ key: Schema.NonEmptyString, value: Dimension })
export type Space = typeof Space.Type

/** A space from plain data, defaults filled in; throws effect's ParseError that names the wrong field. */
export const space: (data: typeof Space.Encoded) => Space = Schema.decodeSync(Space)

/** A value for each hyper-parameter. */
export type Candidate = Readonly<Record<string, Value>>

/** All combinations of the values given, the last name's changing fastest. Without names there is one, and it is empty. */
export function grid<T extends Value>(
  values: Readonly<Record<string, ReadonlyArray<T>>>,
): ReadonlyArray<Readonly<Record<string, T>>> {
  return Object.entries(values).reduce<ReadonlyArray<Readonly<Record<string, T>>>>(
    (done, [name, choices]) =>
      done.flatMap((candidate) => choices.map((value) => ({ ...candidate, [name]: value }))),
    [{}],
  )
}

/**
 * The `trial`-th candidate (from 0) of the search that `seed` starts. It depends on these two alone, and each value on its
 * name besides: a larger budget keeps the trials that there are, a new dimension keeps the values of the others.
 */
export function randomCandidate(space: Space, seed: number, trial: number): Candidate {
  return Object.fromEntries(
    Object.entries(space).map(([name, dimension]) => [
      name,
      draw(dimension, generator(seedOf(seed, "search", trial, name))),
    ]),
  )
}

/** The first `budget` trials; where a space is small, some may be alike. */
export const randomSearch = (space: Space, seed: number, budget: number): ReadonlyArray<Candidate> =>
  Array.from({ length: budget }, (_, trial) => randomCandidate(space, seed, trial))

function draw(dimension: Dimension, from: Generator): Value {
  switch (dimension.type) {
    case "choice":
      return dimension.values[from.below(dimension.values.length)]!
    case "integer":
      return dimension.low + from.below(dimension.high - dimension.low + 1)
    case "uniform":
      return rounded(dimension, dimension.low + from.uniform() * (dimension.high - dimension.low))
    case "log-uniform": {
      const [low, high] = [log(dimension.low), log(dimension.high)]
      return rounded(dimension, exp(low + from.uniform() * (high - low)))
    }
  }
}

/** To the dimension's digits, and never outside its bounds. */
const rounded = (
  { low, high, digits }: { readonly low: number; readonly high: number; readonly digits: number },
  value: number,
): number => Math.min(high, Math.max(low, Number(value.toPrecision(digits))))
