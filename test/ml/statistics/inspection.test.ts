import t from "tap"
import { partialDependence, quantileGrid } from "../../../ml/statistics/inspection/partial-dependence.ts"
import {
  type FeatureRows,
  permutationImportance,
} from "../../../ml/statistics/inspection/permutation-importance.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"

/** Rows of three features. */
const rowsOf = (count: number): FeatureRows => {
  const draws = generator(seedOf(1, "rows"))
  return { features: 3, data: Float32Array.from({ length: 3 * count }, () => draws.uniform()) }
}
const rows = rowsOf(60)
const truth = predict(rows)

/** A model of the first two features, the first counting three times as much. */
function predict({ data, features }: FeatureRows): Float64Array {
  return Float64Array.from(
    { length: data.length / features },
    (_, row) => 3 * data[row * features]! + data[row * features + 1]!,
  )
}
const score = (rows: FeatureRows): number =>
  -predict(rows).reduce((sum, value, at) => sum + Math.abs(value - truth[at]!), 0)
const each = ["a", "b", "c"].map((name, column) => ({ name, columns: [column] }))

t.test(
  "a feature that a model does not look at has an importance of exactly 0, and what weighs more has more",
  async (t) => {
    const [a, b, c] = permutationImportance(rows, score, each, { repeats: 5, seed: 1 })
    t.same(c!.drops, [0, 0, 0, 0, 0])
    t.equal(c!.mean, 0)
    t.ok(a!.mean > 2 * b!.mean && b!.mean > 0, `${a!.mean} and ${b!.mean}`)
    t.ok(a!.standardDeviation! > 0)
  },
)

t.test(
  "a feature's importance knows neither which others are asked for nor how many repeats follow",
  async (t) => {
    const all = permutationImportance(rows, score, each, { repeats: 4, seed: 1 })
    const alone = permutationImportance(rows, score, [each[1]!], { repeats: 2, seed: 1 })
    t.same(alone[0]!.drops, all[1]!.drops.slice(0, 2))
    t.equal(permutationImportance(rows, score, each, { repeats: 1, seed: 1 })[0]!.standardDeviation, null)
    const other = permutationImportance(rows, score, each, { repeats: 4, seed: 2 })
    t.not(other[0]!.mean, all[0]!.mean)
  },
)

t.test("columns of one group are dealt out together, and the rows given stay as they are", async (t) => {
  const before = rows.data.slice()
  const seen: Array<FeatureRows> = []
  const watch = (rows: FeatureRows) => {
    seen.push(rows)
    return 0
  }
  permutationImportance(rows, watch, [{ name: "ab", columns: [0, 1] }], { repeats: 1, seed: 3 })
  t.same(rows.data, before)
  const pairs = ({ data }: FeatureRows) =>
    Array.from({ length: 60 }, (_, row) => `${data[3 * row]} ${data[3 * row + 1]}`)
  t.same(pairs(seen[1]!).sort(), pairs(rows).sort())
  t.not(pairs(seen[1]!).join(), pairs(rows).join())
  t.same(
    seen[1]!.data.filter((_, at) => at % 3 === 2),
    before.filter((_, at) => at % 3 === 2),
  )
})

t.test("the partial dependence of a sum is its own term, moved by the mean of the others", async (t) => {
  const points = partialDependence(rows, predict, 0, 5)
  t.equal(points.length, 5)
  const others = points[0]!.means[0]! - 3 * points[0]!.value
  for (const { value, means } of points) t.ok(Math.abs(means[0]! - 3 * value - others) < 1e-12)
  const flat = partialDependence(rows, predict, 2, 5)
  t.equal(new Set(flat.map(({ means }) => means[0])).size, 1)
})

t.test("a grid goes from the least value to the greatest, over values that occur, each once", async (t) => {
  t.same(quantileGrid([5, 1, 4, 2, 3], 3), [1, 3, 5])
  t.same(quantileGrid([0, 0, 0, 1], 4), [0, 1])
  t.same(quantileGrid([10, 9, 100], 3), [9, 10, 100])
})

t.test("a column that is not there and a grid of one point are refused", async (t) => {
  t.throws(
    () => permutationImportance(rows, score, [{ name: "d", columns: [3] }], { repeats: 1, seed: 1 }),
    /"d" is column 3: there are columns 0 to 2/,
  )
  t.throws(() => permutationImportance(rows, score, each, { repeats: 0, seed: 1 }), /repeats, found 0/)
  t.throws(() => partialDependence(rows, predict, 0, 1), /at least 2 points/)
  t.throws(() => partialDependence({ data: rows.data, features: 7 }, predict, 0, 2), /no rows of 7/)
})
