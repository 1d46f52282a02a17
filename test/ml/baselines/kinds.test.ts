import fc from "fast-check"
import t from "tap"
import { fitBaseline, predictBaseline } from "../../../ml/baselines/baseline.ts"
import { leastSquares } from "../../../ml/baselines/linear/least-squares.ts"
import { objectiveAt } from "../../../ml/baselines/logistic/objective.ts"
import { type BaselineSettingsEncoded, baselineSettings } from "../../../ml/baselines/settings.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import { count } from "../../counts.ts"

const rows = (features: number, ...data: ReadonlyArray<number>) => ({
  data: Float32Array.from(data),
  features,
})

const fit = (
  settings: BaselineSettingsEncoded,
  given: ReturnType<typeof rows>,
  targets: ReadonlyArray<number>,
  classes: number | null,
) => fitBaseline({ rows: given, targets, classes }, baselineSettings(settings))

t.test(
  "the majority is the most frequent class, with the shares as probabilities, and the mean is the mean",
  async (t) => {
    const given = rows(1, 1, 2, 3, 4)
    t.same(
      [...predictBaseline(fit({ type: "majority" }, given, [2, 0, 2, 1], 3), rows(1, 9))],
      [0.25, 0.25, 0.5],
    )
    t.same([...predictBaseline(fit({ type: "mean" }, given, [1, 2, 3, 6], null), rows(1, 9, 8))], [3, 3])
    t.same([...predictBaseline(fit({ type: "mean" }, rows(1, 1, 2), [1, 2, 3, 6], null), rows(1, 9))], [2, 4])
  },
)

t.test("of equally near examples the first ones are neighbours", async (t) => {
  const given = rows(1, 1, -1, 1, -1, 5)
  const said = (k: number) => [
    ...predictBaseline(fit({ type: "k-nearest-neighbours", k }, given, [0, 1, 2, 3, 4], 5), rows(1, 0)),
  ]
  t.same(said(1), [1, 0, 0, 0, 0])
  t.same(said(2), [0.5, 0.5, 0, 0, 0])
  t.same(said(4), [0.25, 0.25, 0.25, 0.25, 0])
})

t.test("neighbours are those that a sort of all distances gives", async () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 9 }),
      (seed, features, k) => {
        const draws = generator(seedOf(seed, "neighbours"))
        const data = Array.from({ length: 20 * features }, () => draws.below(4))
        const given = rows(features, ...data.slice(features))
        const asked = data.slice(0, features)
        const targets = Array.from({ length: 19 }, (_, at) => at)
        const [said] = predictBaseline(
          fit({ type: "k-nearest-neighbours", k }, given, targets, null),
          rows(features, ...asked),
        )
        const distance = (at: number) =>
          asked.reduce((sum, value, feature) => sum + (value - given.data[at * features + feature]!) ** 2, 0)
        const near = targets.toSorted((a, b) => distance(a) - distance(b) || a - b).slice(0, k)
        return said === near.reduce((sum, at) => sum + at, 0) / k
      },
    ),
    { numRuns: count(50, 1000) },
  )
})

t.test("of equally good partings a tree takes the lowest feature, then the lowest threshold", async (t) => {
  const twins = fit({ type: "decision-tree" }, rows(2, 0, 0, 1, 1), [0, 1], 2)
  t.same([...twins.tensors.feature!.data], [0, -1, -1])
  t.equal(twins.tensors.threshold!.data[0], 0.5)
  const middle = fit({ type: "decision-tree", maximumDepth: 1 }, rows(1, 0, 1, 2, 3), [0, 1, 1, 0], 2)
  t.equal(middle.tensors.threshold!.data[0], 0.5)
})

t.test(
  "a tree parts what only two features together tell, though the first question gains nothing",
  async (t) => {
    const given = rows(2, 0, 0, 0, 1, 1, 0, 1, 1)
    const tree = fit({ type: "decision-tree" }, given, [0, 1, 1, 0], 2)
    t.same([...predictBaseline(tree, given)], [1, 0, 0, 1, 0, 1, 1, 0])
    t.same([...tree.tensors.left!.data], [1, 2, -1, -1, 5, -1, -1], "numbered as a walk meets them")
  },
)

t.test(
  "a tree without bounds is right about each example that no other one contradicts, and keeps its bounds",
  async () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 6 }),
        (seed, depth, leaf) => {
          const draws = generator(seedOf(seed, "tree"))
          const data = Float32Array.from(
            { length: 120 },
            (_, at) => (at % 3 === 0 ? at : draws.below(5)) - 20,
          )
          const targets = Array.from({ length: 40 }, () => draws.below(3))
          const given = { data, features: 3 }
          const said = predictBaseline(fit({ type: "decision-tree" }, given, targets, 3), given)
          const bound = { type: "decision-tree", maximumDepth: depth, minimumLeaf: leaf } as const
          const { left, examples } = fit(bound, given, targets, 3).tensors
          return (
            targets.every((target, row) => said[row * 3 + target] === 1) &&
            left!.data.length < 2 ** (depth + 1) &&
            examples!.data.every((size) => size >= leaf)
          )
        },
      ),
      { numRuns: count(40, 1000) },
    )
  },
)

t.test("negative numbers, zeros of both signs and tiny ones are in their order for a tree", async (t) => {
  const values = [-1e30, -2, -1e-6, -0, 0, 1e-40, 1e-6, 3, 1e30]
  const turned = [4, 0, 8, 2, 6, 1, 7, 3, 5]
  const given = rows(1, ...turned.map((at) => values[at]!))
  const { tensors } = fit(
    { type: "decision-tree" },
    given,
    turned.map((at) => (at < 3 ? 0 : at < 6 ? 1 : 2)),
    3,
  )
  t.same(
    [...tensors.threshold!.data].filter((_, at) => tensors.feature!.data[at] === 0),
    [Math.fround(-1e-6) / 2, Math.fround(1e-40) / 2 + Math.fround(1e-6) / 2],
  )
})

t.test(
  "least squares leave a rest at right angles to all columns, and of several the shortest solution is taken",
  async () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 9 }),
        (seed, width, height) => {
          const draws = generator(seedOf(seed, "squares"))
          const make = () => Float64Array.from({ length: height }, () => draws.below(9) - 4)
          const columns = Array.from({ length: width }, make)
          // A null vector: the last two columns are the same.
          if (width > 2) columns[width - 1] = columns[width - 2]!.slice()
          const b = make()
          const solved = leastSquares(
            columns.map((column) => column.slice()),
            [b.slice(), make(), b.slice()],
          )
          const x = solved[0]!
          if (String(solved[2]) !== String(x)) return false // whatever is solved beside it
          const rest = b.map((value, row) =>
            columns.reduce((left, column, at) => left - column[row]! * x[at]!, value),
          )
          const angles = columns.map((column) =>
            column.reduce((sum, value, row) => sum + value * rest[row]!, 0),
          )
          const isShortest = width <= 2 || Math.abs(x[width - 1]! - x[width - 2]!) < 1e-9
          return angles.every((angle) => Math.abs(angle) < 1e-9) && isShortest
        },
      ),
      { numRuns: count(200, 5000) },
    )
  },
)

t.test(
  "the gradient and the curvature of logistic regression are what differences of its value say",
  async () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 4 }), (seed, classes) => {
        const draws = generator(seedOf(seed, "gradient"))
        const noise = (length: number) => Float64Array.from({ length }, () => 2 * draws.uniform() - 1)
        const problem = {
          ...{ x: noise(30), features: 3, classes },
          labels: Uint8Array.from({ length: 10 }, (_, at) => at % classes),
          penalty: Float64Array.of(0.1, 0.2, 0.3),
        }
        const weights = noise(4 * (classes === 2 ? 1 : classes))
        const direction = objectiveAt(problem, weights).settle(noise(weights.length))
        const step = 1e-5
        const [ahead, behind] = [step, -step].map((by) =>
          objectiveAt(
            problem,
            weights.map((weight, at) => weight + by * direction[at]!),
          ),
        )
        const { gradient, product } = objectiveAt(problem, weights)
        const dot = (a: Float64Array, b: Float64Array) =>
          a.reduce((sum, value, at) => sum + value * b[at]!, 0)
        const slope = (ahead!.value - behind!.value) / (2 * step)
        const bent = product(direction).every(
          (value, at) => Math.abs(value - (ahead!.gradient[at]! - behind!.gradient[at]!) / (2 * step)) < 1e-6,
        )
        return Math.abs(slope - dot(gradient, direction)) < 1e-6 && bent
      }),
      { numRuns: count(50, 1000) },
    )
  },
)

t.test("a class that no example has gets no probability, and a single class all of it", async (t) => {
  const given = rows(1, 1, 2, 3, 4)
  const said = predictBaseline(fit({ type: "logistic-regression" }, given, [0, 0, 2, 2], 3), given)
  t.same(
    [1, 4, 7, 10].map((at) => said[at]),
    [0, 0, 0, 0],
  )
  t.ok(said[0]! > 0.5 && said[11]! > 0.5)
  t.same(
    [...predictBaseline(fit({ type: "logistic-regression" }, given, [1, 1, 1, 1], 2), rows(1, 7))],
    [0, 1],
  )
})

t.test(
  "logistic regression converges where classes can be told apart and features differ a millionfold",
  async (t) => {
    const draws = generator(seedOf(9, "apart"))
    const data = Float32Array.from({ length: 300 }, (_, at) => draws.uniform() * [1e-3, 1, 1e6][at % 3]!)
    const targets = Array.from({ length: 100 }, (_, row) => (data[3 * row + 2]! > 5e5 ? 1 : 0))
    const given = { data, features: 3 }
    for (const c of [1e-4, 1, 1e4]) {
      const said = predictBaseline(fit({ type: "logistic-regression", c }, given, targets, 2), given)
      t.ok(
        targets.every((target, row) => said[2 * row + target]! > 0.3),
        `C = ${c}`,
      )
    }
  },
)

t.test("where no feature varies, linear regression says the mean", async (t) => {
  const given = rows(2, 3, 7, 3, 7, 3, 7)
  const said = predictBaseline(fit({ type: "linear-regression" }, given, [1, 2, 6], null), rows(2, 0, 9))
  t.same([...said], [3])
})
