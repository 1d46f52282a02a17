import fc from "fast-check"
import t, { type Test } from "tap"
import { precisionRecallCurve } from "../../../../ml/statistics/metrics/precision-recall-curve.ts"
import { rocCurve } from "../../../../ml/statistics/metrics/roc-curve.ts"
import { count } from "../../../counts.ts"

const near = (t: Test, found: number | null, expected: number) =>
  t.ok(Math.abs(found! - expected) <= 1e-14, `${found} is ${expected}`)

const targets = [0, 0, 1, 1, 0, 1, 1, 0]
const scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.8, 0.2]

/** Some examples with few distinct scores, so that ties are frequent. */
const ranked = fc
  .array(fc.tuple(fc.nat(1), fc.integer({ min: -6, max: 6 })), { minLength: 1, maxLength: 40 })
  .map((pairs) => ({
    targets: pairs.map(([target]) => target),
    scores: pairs.map(([, score]) => score / 4),
  }))

/** The chance that a positive beats a negative, pair by pair. */
function mannWhitney(targets: ReadonlyArray<number>, scores: ReadonlyArray<number>): number | null {
  let [twice, pairs] = [0, 0]
  for (const [i, one] of targets.entries())
    for (const [j, other] of targets.entries()) {
      if (one !== 1 || other !== 0) continue
      pairs += 1
      twice += scores[i]! > scores[j]! ? 2 : scores[i] === scores[j] ? 1 : 0
    }
  return pairs === 0 ? null : twice / (2 * pairs)
}

t.test("areas and points are scikit-learn's on an example with ties", async (t) => {
  // roc_auc_score, average_precision_score, roc_curve and precision_recall_curve of scikit-learn 1.9.1
  const roc = rocCurve(targets, scores)
  near(t, roc.area, 0.8125)
  t.same(
    roc.points.map(({ threshold, falsePositiveRate, truePositiveRate }) => [
      threshold,
      falsePositiveRate,
      truePositiveRate,
    ]),
    [
      [null, 0, 0],
      [0.8, 0, 0.5],
      [0.4, 0.5, 0.75],
      [0.35, 0.5, 1],
      [0.1, 1, 1],
    ],
  )
  const { points, averagePrecision } = precisionRecallCurve(targets, scores)
  near(t, averagePrecision, 0.8166666666666667)
  t.same(
    points.map(({ recall }) => recall),
    [0, 0.5, 0.75, 1, 1],
  )
  for (const [at, precision] of [1, 1, 0.6, 4 / 6, 0.5].entries()) near(t, points[at]!.precision, precision)
})

t.test("the area under a ROC curve is Mann and Whitney's statistic, and that under its points", async () => {
  fc.assert(
    fc.property(ranked, ({ targets, scores }) => {
      const { area, points } = rocCurve(targets, scores)
      const under = points
        .slice(1)
        .reduce(
          (sum, point, at) =>
            sum +
            ((point.falsePositiveRate - points[at]!.falsePositiveRate) *
              (point.truePositiveRate + points[at]!.truePositiveRate)) /
              2,
          0,
        )
      if (area !== mannWhitney(targets, scores)) return false
      return area === null ? points.length === 0 : Math.abs(under - area) < 1e-12
    }),
    { numRuns: count(200, 5000) },
  )
})

t.test("curves know ranks alone, and no order of the examples", async () => {
  fc.assert(
    fc.property(ranked, fc.nat(), ({ targets, scores }, turn) => {
      const areas = (t: ReadonlyArray<number>, s: ReadonlyArray<number>) => [
        rocCurve(t, s).area,
        precisionRecallCurve(t, s).averagePrecision,
      ]
      const turned = (list: ReadonlyArray<number>) => {
        const from = turn % list.length
        return [...list.slice(from), ...list.slice(0, from)]
      }
      const [area, precision] = areas(targets, scores)
      const same = [
        areas(
          targets,
          scores.map((score) => score ** 3 + score),
        ),
        areas(turned(targets), turned(scores)),
      ]
      return same.every(([a, p]) => a === area && p === precision)
    }),
    { numRuns: count(200, 5000) },
  )
})

t.test("with the classes or the signs exchanged, the area is what is left to 1", async () => {
  fc.assert(
    fc.property(ranked, ({ targets, scores }) => {
      const { area } = rocCurve(targets, scores)
      const exchanged = targets.map((target) => 1 - target)
      const negated = scores.map((score) => -score)
      const others = [rocCurve(exchanged, scores).area, rocCurve(targets, negated).area]
      return others.every((other) => (area === null ? other === null : Math.abs(area + other! - 1) < 1e-15))
    }),
    { numRuns: count(200, 5000) },
  )
})

t.test("no point of a ROC curve lies on the line between its neighbours, and rates never fall", async () => {
  fc.assert(
    fc.property(ranked, ({ targets, scores }) => {
      const { points } = rocCurve(targets, scores)
      const [positives, negatives] = [1, 0].map((of) => targets.filter((target) => target === of).length)
      const at = points.map(({ truePositiveRate, falsePositiveRate }) => [
        Math.round(truePositiveRate * positives!),
        Math.round(falsePositiveRate * negatives!),
      ])
      return at.slice(1).every(([y, x], i) => {
        const [beforeY, beforeX] = at[i]!
        const next = at[i + 2]
        if (y! < beforeY! || x! < beforeX!) return false
        return next === undefined || (y! - beforeY!) * (next[1]! - x!) !== (next[0]! - y!) * (x! - beforeX!)
      })
    }),
    { numRuns: count(200, 5000) },
  )
})

t.test(
  "a score that says nothing has an area of a half, and the share of positives as its average precision",
  async (t) => {
    t.equal(rocCurve([1, 0, 0, 0], [7, 7, 7, 7]).area, 0.5)
    t.equal(precisionRecallCurve([1, 0, 0, 0], [7, 7, 7, 7]).averagePrecision, 0.25)
  },
)

t.test("without one of the classes there is no area, rather than a number", async (t) => {
  t.same(rocCurve([1, 1], [0.2, 0.3]), { area: null, points: [] })
  t.same(rocCurve([0, 0], [0.2, 0.3]), { area: null, points: [] })
  t.same(precisionRecallCurve([0, 0], [0.2, 0.3]), { averagePrecision: null, points: [] })
})

t.test("what is no list of two classes and scores is refused, by its place", async (t) => {
  t.throws(() => rocCurve([], []), /at least one example/)
  t.throws(() => rocCurve([0, 1], [1]), /found 2 targets and 1/)
  t.throws(() => rocCurve([0, 2], [1, 1]), /target 1 is 2/)
  t.throws(() => precisionRecallCurve([0, 1], [1, Number.NaN]), /score 1 is NaN/)
})
