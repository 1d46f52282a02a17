// How the learning rate goes over a training: a pure function of the step; it knows no optimizer.
import * as Schema from "effect/Schema"
import { cos } from "../statistics/mathematics/elementary.ts"

const Epochs = Schema.Number.pipe(Schema.positive(), Schema.finite())
const share = Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.lessThanOrEqualTo(1))

/** Epochs over which the rate rises in even steps from nothing, before its course begins (https://arxiv.org/abs/1706.02677). */
const warmUp = Schema.optionalWith(Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.finite()), {
  default: () => 0,
})

/** The rate as it is, after the warm-up. */
export const Constant = Schema.Struct({ type: Schema.Literal("constant"), warmUp })

/** Times `factor` after every `every` epochs, the warm-up among them. */
export const Steps = Schema.Struct({
  type: Schema.Literal("steps"),
  every: Epochs,
  factor: Schema.Number.pipe(Schema.greaterThan(0), Schema.lessThan(1)),
  warmUp,
})

/**
 * Half a cosine from the whole rate after the warm-up to `floor` times it at the end of `epochs`, and on at that
 * (Loshchilov and Hutter, https://arxiv.org/abs/1608.03983, equation 5, without restarts).
 */
export const Cosine = Schema.Struct({
  type: Schema.Literal("cosine"),
  epochs: Epochs,
  floor: Schema.optionalWith(share, { default: () => 0 }),
  warmUp,
}).pipe(
  Schema.filter(
    ({ epochs, warmUp }) =>
      warmUp <= epochs || {
        path: ["warmUp"],
        message: `a cosine of ${epochs} epochs would be over before it: take at most ${epochs}`,
      },
  ),
)

export const Schedule = Schema.Union(Constant, Steps, Cosine)
export type Schedule = typeof Schedule.Type

/** A schedule from plain data, defaults filled in; throws effect's ParseError that names the wrong field. */
export const schedule: (data: typeof Schedule.Encoded) => Schedule = Schema.decodeSync(Schedule)

/**
 * What the learning rate is multiplied by at `step`, counted from 0 over the whole training, where an epoch has
 * `stepsPerEpoch`: within (0, 1], or 0 where a cosine has come down to nothing.
 */
export function factorAt(given: Schedule, step: number, stepsPerEpoch: number): number {
  const rising = given.warmUp * stepsPerEpoch
  if (step + 1 < rising) return (step + 1) / rising
  switch (given.type) {
    case "constant":
      return 1
    case "steps": {
      let factor = 1
      for (let at = given.every * stepsPerEpoch; at <= step; at += given.every * stepsPerEpoch)
        factor *= given.factor
      return factor
    }
    case "cosine": {
      const way = (step - rising) / (given.epochs * stepsPerEpoch - rising)
      if (!(way > 0)) return 1
      return way >= 1 ? given.floor : given.floor + ((1 - given.floor) * (1 + cos(Math.PI * way))) / 2
    }
  }
}

/** Likewise at `step` of `epoch`, where an epoch has so many examples; 1 where there is no schedule. */
export function factorWithin(
  given: Schedule | undefined,
  examples: number,
  batchSize: number,
  epoch: number,
  step: number,
): number {
  if (given === undefined) return 1
  const stepsPerEpoch = Math.ceil(examples / batchSize)
  return factorAt(given, epoch * stepsPerEpoch + step, stepsPerEpoch)
}
