import fc from "fast-check"
import t, { type Test } from "tap"
import {
  binaryScores,
  macro,
  mostProbable,
  multiLabel,
  oneVersusRest,
  topCalibration,
} from "../../../../ml/statistics/metrics/by-output.ts"
import { calibration } from "../../../../ml/statistics/metrics/calibration.ts"
import { binaryLogLoss, logLoss } from "../../../../ml/statistics/metrics/log-loss.ts"
import {
  meanAbsoluteError,
  regressionScores,
  rootMeanSquaredError,
  rSquared,
} from "../../../../ml/statistics/metrics/regression.ts"
import { count } from "../../../counts.ts"

const near = (t: Test, found: number | null, expected: number) =>
  t.ok(Math.abs(found! - expected) <= 1e-14, `${found} is ${expected}`)

const targets = [0, 0, 1, 1, 0, 1, 1, 0]
const chances = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.8, 0.2]

const drawn = fc.array(
  fc.tuple(
    fc.nat(1),
    fc.nat(32).map((n) => n / 32),
  ),
  { minLength: 1, maxLength: 50 },
)

t.test("calibration, Brier's score and the losses are scikit-learn's on an example", async (t) => {
  // calibration_curve(n_bins=5), brier_score_loss and log_loss of scikit-learn 1.9.1
  const { bins, brierScore, expectedCalibrationError } = calibration(targets, chances, 5)
  t.same(
    bins.map(({ examples }) => examples),
    [2, 4, 0, 2, 0],
  )
  t.same(
    bins.map(({ observed }) => observed),
    [0, 0.5, null, 1, null],
  )
  near(t, bins[1]!.predicted, 0.3875)
  near(t, brierScore, 0.1540625)
  near(t, expectedCalibrationError, (2 * 0.15 + 4 * 0.1125 + 2 * 0.2) / 8)
  near(t, binaryLogLoss(targets, chances), 0.47031940918815873)
})

t.test("a bin holds its upper edge, the first one 0 as well, and every example falls into one", async (t) => {
  t.same(
    calibration([0, 0, 0, 1], [0, 0.25, 0.5, 1], 4).bins.map(({ examples }) => examples),
    [2, 1, 0, 1],
  )
  fc.assert(
    fc.property(drawn, fc.integer({ min: 1, max: 12 }), (pairs, size) => {
      const [own, said] = [pairs.map(([target]) => target), pairs.map(([, chance]) => chance)]
      const { bins } = calibration(own, said, size)
      return bins.every(
        ({ low, high, examples }, bin) =>
          examples === said.filter((p) => (p > low || (bin === 0 && p === 0)) && p <= high).length,
      )
    }),
    { numRuns: count(200, 3000) },
  )
})

t.test(
  "what is sure and right has no loss, no error and no Brier score; what is sure and wrong has the worst",
  async (t) => {
    const right = binaryScores([0, 1, 1], [0, 1, 1])
    t.equal(right.calibration.expectedCalibrationError, 0)
    t.equal(right.calibration.brierScore, 0)
    t.equal(right.logLoss, 0)
    const wrong = binaryScores([0, 1, 1], [1, 0, 0])
    t.equal(wrong.calibration.brierScore, 1)
    t.equal(wrong.calibration.expectedCalibrationError, 1)
    near(t, wrong.logLoss / 149, Math.LN2)
  },
)

t.test("two classes as two chances, as one, and as two labels are measured the same", async () => {
  fc.assert(
    fc.property(drawn, (pairs) => {
      const own = pairs.map(([target]) => target)
      const two = pairs.flatMap(([, chance]) => [1 - chance, chance])
      const one = binaryScores(
        own,
        pairs.map(([, chance]) => chance),
      )
      const [, rest] = oneVersusRest(own, two, 2)
      const [, label] = multiLabel(
        own.flatMap((target) => [1 - target, target]),
        two,
        2,
      )
      const same = JSON.stringify(one)
      return (
        same === JSON.stringify(rest) &&
        same === JSON.stringify(label) &&
        Math.abs(logLoss(own, two, 2) - one.logLoss) < 1e-12
      )
    }),
    { numRuns: count(100, 2000) },
  )
})

t.test(
  "of classes the most probable is said, the lowest of equals, and its chance is what is calibrated",
  async (t) => {
    const chances = [0.2, 0.6, 0.2, 0.4, 0.4, 0.2, 0.1, 0.1, 0.8]
    t.same([...mostProbable(chances, 3)], [1, 0, 2])
    const { bins, brierScore } = topCalibration([1, 1, 2], chances, 3, 2)
    t.same(
      bins.map(({ examples, observed }) => [examples, observed]),
      [
        [1, 0],
        [2, 1],
      ],
    )
    near(t, brierScore, (0.16 + 0.16 + 0.04) / 3)
  },
)

t.test("a macro mean leaves out what has no value", async (t) => {
  t.equal(macro([0.5, null, 1]), 0.75)
  t.equal(macro([null]), null)
  const [, absent] = oneVersusRest([0, 2], [0.5, 0.2, 0.3, 0.1, 0.1, 0.8], 3)
  t.equal(absent!.roc.area, null)
  t.equal(absent!.positives, 0)
})

t.test("errors of estimated numbers are scikit-learn's on its documented example", async (t) => {
  // mean_absolute_error, root_mean_squared_error and r2_score of scikit-learn 1.9.1
  const [y, estimates] = [
    [3, -0.5, 2, 7],
    [2.5, 0, 2, 8],
  ]
  near(t, meanAbsoluteError(y!, estimates!), 0.5)
  near(t, rootMeanSquaredError(y!, estimates!), 0.6123724356957945)
  near(t, rSquared(y!, estimates!), 0.9486081370449679)
})

t.test(
  "the mean of the targets has an R² of 0, the targets have 1, and constant targets have none",
  async () => {
    const numbers = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 2, maxLength: 30 })
    fc.assert(
      fc.property(numbers, (y) => {
        const mean = y.reduce((sum, one) => sum + one, 0) / y.length
        const [own, flat] = [
          regressionScores(y, y),
          regressionScores(
            y,
            y.map(() => mean),
          ),
        ]
        if (y.every((one) => one === y[0])) return own.rSquared === null && flat.rSquared === null
        return own.rSquared === 1 && own.rootMeanSquaredError === 0 && Math.abs(flat.rSquared!) < 1e-12
      }),
      { numRuns: count(100, 2000) },
    )
  },
)

t.test("errors go with the unit, and R² does not", async () => {
  const numbers = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), {
    minLength: 2,
    maxLength: 30,
  })
  fc.assert(
    fc.property(numbers, (pairs) => {
      const [y, said] = [0, 1].map((at) => pairs.map((pair) => pair[at]!))
      const one = regressionScores(y!, said!)
      const eight = regressionScores(
        y!.map((value) => 8 * value),
        said!.map((value) => 8 * value),
      )
      return (
        eight.meanAbsoluteError === 8 * one.meanAbsoluteError &&
        eight.rootMeanSquaredError === 8 * one.rootMeanSquaredError &&
        eight.rSquared === one.rSquared
      )
    }),
    { numRuns: count(100, 2000) },
  )
})

t.test("what is out of range is refused, by its place", async (t) => {
  t.throws(() => logLoss([0, 3], [1, 0, 0, 0, 1, 0], 3), /label 1 is 3/)
  t.throws(() => logLoss([0, 1], [1, 0, 0, 0, 1.5, 0], 3), /example 1 has a probability of 1.5/)
  t.throws(() => logLoss([0, 1], [1, 0, 0], 3), /6 probabilities, found 3/)
  t.throws(() => calibration([0], [-0.1]), /probability 0 is -0.1/)
  t.throws(() => calibration([0], [0.5], 0), /number of bins, found 0/)
  t.throws(() => rSquared([1, 2], [1, Number.POSITIVE_INFINITY]), /estimate 1 is Infinity/)
})
