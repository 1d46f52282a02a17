import fc from "fast-check"
import t, { type Test } from "tap"
import { classify, confusionMatrix } from "../../../ml/statistics/classification.ts"
import { mean, standardDeviation, standardError, summary } from "../../../ml/statistics/moments.ts"
import { wilsonInterval } from "../../../ml/statistics/wilson.ts"

const near = (t: Test, found: number, expected: number) =>
  t.ok(Math.abs(found - expected) <= 1e-14 * Math.max(1, Math.abs(expected)), `${found} is ${expected}`)

t.test("scores follow scikit-learn's on its documented example", async (t) => {
  // classification_report and confusion_matrix of scikit-learn 1.9.1: y_true = [0, 1, 2, 2, 2], y_pred = [0, 0, 2, 2, 1]
  const { accuracy, confusion, classes } = classify([0, 1, 2, 2, 2], [0, 0, 2, 2, 1], 3)
  t.equal(accuracy, 0.6)
  t.same(confusion, [
    [1, 0, 0],
    [1, 0, 0],
    [0, 1, 2],
  ])
  t.same(
    classes.map(({ precision, recall, support }) => [precision, recall, support]),
    [
      [0.5, 1, 1],
      [0, 0, 1],
      [1, 2 / 3, 3],
    ],
  )
  t.same(
    classes.map(({ f1 }) => f1),
    [2 / 3, 0, 0.8],
  )
})

t.test("a ratio of 0/0 is null, and nothing is NaN", async (t) => {
  const { classes } = classify([0, 0], [0, 1], 3)
  t.match(classes[1], { precision: 0, recall: null, f1: 0, support: 0, predicted: 1 })
  t.match(classes[2], { precision: null, recall: null, f1: null, support: 0, predicted: 0 })
  t.match(classify([], [], 2), {
    accuracy: null,
    total: 0,
    confusion: [
      [0, 0],
      [0, 0],
    ],
  })
})

t.test("rows are the true class, and all counts add up to the examples", async (t) => {
  t.same(confusionMatrix([0], [1], 2), [
    [0, 1],
    [0, 0],
  ])
  const pairs = fc.array(fc.tuple(fc.nat(4), fc.nat(4)))
  fc.assert(
    fc.property(pairs, (examples) => {
      const labels = examples.map(([label]) => label)
      const { classes, correct, confusion } = classify(
        labels,
        examples.map(([, guess]) => guess),
        5,
      )
      const total = confusion.flat().reduce((sum, cell) => sum + cell, 0)
      const hits = examples.filter(([label, guess]) => label === guess).length
      const supports = classes.map(({ support }) => support)
      return (
        total === examples.length &&
        correct === hits &&
        supports.every((support, label) => support === labels.filter((other) => other === label).length)
      )
    }),
  )
})

t.test("predictions that do not fit their labels are refused", async (t) => {
  t.throws(() => confusionMatrix([0, 1], [0], 2), {
    _tag: "ClassificationError",
    message: /2 labels and 1 pred/,
  })
  t.throws(() => confusionMatrix([2], [0], 2), { message: /label 0 is 2.*0 to 1/ })
  t.throws(() => confusionMatrix([0, 1], [0, -1], 2), { message: /prediction 1 is -1/ })
})

t.test(
  "mean, standard deviation and standard error are NumPy's and SciPy's for R's dataset sleep",
  async (t) => {
    // sleep$extra of group 1 and 2; np.std(x, ddof=1) of NumPy 2.4.6, scipy.stats.sem of SciPy 1.17.1
    const x = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
    const y = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    near(t, mean(x), 0.75)
    near(t, standardDeviation(x), 1.7890096577591623)
    near(t, standardError(x), 0.5657345274557276)
    // scipy.stats.ttest_rel(x, y); R prints t = -4.0621, mean of the differences -1.58
    const difference = summary(x.map((value, at) => value - y[at]!))
    near(t, difference.mean, -1.58)
    near(t, difference.mean / difference.standardError!, -4.062127683382037)
  },
)

t.test("a single value has a mean and no spread, and no value has neither", async (t) => {
  t.same(summary([3]), { n: 1, mean: 3, standardDeviation: null, standardError: null })
  t.throws(() => summary([]), { _tag: "StatisticsError", message: /no values/ })
  t.throws(() => standardDeviation([1]), { message: /at least 2 values, found 1/ })
  t.throws(() => mean([1, Number.NaN]), { message: /found NaN/ })
})

t.test("Wilson's interval has statsmodels' values", async (t) => {
  // proportion_confint(successes, trials, method="wilson") of statsmodels 0.15.0
  const table: ReadonlyArray<[number, number, number, number]> = [
    [0, 10, 0, 0.27753279986288926],
    [1, 10, 0.017876213095072924, 0.40415002679523854],
    [5, 10, 0.23659309051256394, 0.7634069094874361],
    [10, 10, 0.7224672001371106, 1],
    [81, 263, 0.2552885198782742, 0.36620957698280004],
    [8947, 10000, 0.8885317763353614, 0.9005650953508265],
  ]
  for (const [successes, trials, low, high] of table) {
    const found = wilsonInterval(successes, trials)
    near(t, found.low, low)
    near(t, found.high, high)
  }
})

t.test(
  "Wilson's interval lies within 0 and 1 around the proportion, and narrows with more trials",
  async () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100000 }), fc.nat(), (trials, number) => {
        const successes = number % (trials + 1)
        const { low, high } = wilsonInterval(successes, trials)
        const more = wilsonInterval(2 * successes, 2 * trials)
        const share = successes / trials
        return 0 <= low && low <= share && share <= high && high <= 1 && more.high - more.low < high - low
      }),
    )
  },
)

t.test("counts that are no proportion are refused", async (t) => {
  t.throws(() => wilsonInterval(0, 0), { _tag: "StatisticsError", message: /at least 1 trial/ })
  t.throws(() => wilsonInterval(3, 2), { message: /0 to 2, found 3/ })
  t.throws(() => wilsonInterval(0.9, 1), { message: /found 0.9/ })
})
