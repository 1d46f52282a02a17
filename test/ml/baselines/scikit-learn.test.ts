// in turn, in CI: it starts Python, where that has scikit-learn.
// Whether baselines and metrics are scikit-learn's, on the same folds. Without it the laws beside this file hold alone.
import t from "tap"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import type { BaselineSettingsEncoded } from "../../../ml/baselines/settings.ts"
import { binaryScores } from "../../../ml/statistics/metrics/by-output.ts"
import { regressionScores } from "../../../ml/statistics/metrics/regression.ts"
import { type ComparedTrees, compareTrees } from "./support/compare-trees.ts"
import {
  fitted,
  measureTasks,
  regressionTasks,
  rowsOf,
  TABLES,
  tasksOf,
  withDrawn,
} from "./support/oracle-tasks.ts"
import {
  askScikitLearn,
  type FitTask,
  noScikitLearn,
  scikitLearnData,
  type Table,
} from "./support/scikit-learn.ts"

const skip = noScikitLearn
const known = skip ? undefined : scikitLearnData()
const tables: Readonly<Record<string, Table>> = known === undefined ? {} : withDrawn(known.tables)
const scaled = [true, false]
const of = (
  names: ReadonlyArray<string>,
  settings: ReadonlyArray<BaselineSettingsEncoded>,
  scaled?: ReadonlyArray<boolean>,
) => (skip ? [] : tasksOf(tables, names, settings, scaled))

const logistic = (c: number) => ({ type: "logistic-regression", c }) as const
const asked = {
  logistic: [
    ...of(["iris", "wine", "breast_cancer", "drawn"], [0.01, 1, 100].map(logistic), scaled),
    ...of(["digits"], [logistic(1)], [true]),
  ],
  linear: of(
    ["diabetes", "dependent"],
    [0, 0.1, 10].map((ridge) => ({ type: "linear-regression", ridge }) as const),
    scaled,
  ),
  neighbours: of(
    ["iris", "wine", "digits", "diabetes"],
    [1, 5, 12].map((k) => ({ type: "k-nearest-neighbours", k }) as const),
    scaled,
  ),
  trees: of(TABLES, [
    { type: "decision-tree" },
    { type: "decision-tree", maximumDepth: 3 },
    { type: "decision-tree", minimumLeaf: 7 },
    { type: "decision-tree", maximumDepth: 5, minimumLeaf: 20 },
  ]),
}
const [measure, regression] = [measureTasks(), regressionTasks()]
const all = Object.values(asked).flat()
const theirs = skip
  ? undefined
  : askScikitLearn(temporaryFolder(t), { tables, fit: all, measure, regression })

/** Both sides of each task. */
const both = (tasks: ReadonlyArray<FitTask>) =>
  tasks.map((task) => {
    const table = tables[task.table]!
    return { task, table, theirs: theirs!.fit[all.indexOf(task)]!, ...fitted(task, table) }
  })

const differences = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, at) => Math.abs(value - b[at]!))
const most = (values: ReadonlyArray<number>) => values.reduce((most, value) => Math.max(most, value), 0)
const told = ({ table, settings, standardize }: FitTask) =>
  `${table}, ${JSON.stringify(settings)}${standardize ? ", standardized" : ""}`

t.test("converged logistic regression has scikit-learn's probabilities within 1e-5", { skip }, async (t) => {
  const found = both(asked.logistic).map(({ task, theirs, said }) => ({
    task,
    off: most(differences(said, theirs.said)),
  }))
  for (const { task, off } of found) if (!(off <= 1e-5)) t.fail(`${told(task)}: ${off}`)
  const off = most(found.map(({ off }) => off))
  t.comment(
    `scikit-learn ${known!.version}: ${found.length} fits, probabilities differ by at most ${off.toExponential(1)}`,
  )
  t.ok(off <= 1e-5)
})

t.test(
  "linear regression estimates scikit-learn's numbers, with a ridge, without, and of columns that depend",
  { skip },
  async (t) => {
    const found = both(asked.linear)
    const off = most(found.map(({ theirs, said }) => most(differences(said, theirs.said))))
    t.comment(`${found.length} fits, numbers of 25 to 346 differ by at most ${off.toExponential(1)}`)
    t.ok(off <= 3e-6, "a normalization is rounded to float32")
  },
)

t.test(
  "k nearest neighbours give scikit-learn's votes and means but where two examples are equally near",
  { skip },
  async (t) => {
    const found = both(asked.neighbours)
    let [rows, ties] = [0, 0]
    for (const { task, table, theirs, said } of found) {
      const width = task.classes ?? 1
      const wrong = new Set<number>()
      for (const [at, off] of differences(said, theirs.said).entries())
        if (off > 1e-9) wrong.add(Math.floor(at / width))
      rows += task.validation.length
      ties += wrong.size
      for (const row of wrong) if (!isTied(task, table, row)) t.fail(`${told(task)}: example ${row}`)
    }
    t.comment(
      `${found.length} fits: ${rows - ties} of ${rows} examples the same, ${ties} with equally near neighbours`,
    )
    t.ok(ties < rows / 50)
  },
)

/** Whether an example's k-th and next neighbours are equally near, to rounding. */
function isTied(task: FitTask, table: Table, row: number): boolean {
  const { standardize } = task
  const { k } = task.settings as { readonly k: number }
  const [known, own] = [task.train, [task.validation[row]!]].map((rows) => rowsOf(table, rows).data)
  const { features } = table
  const deviations = Array.from({ length: features }, (_, feature) => {
    const column = task.train.map((_, at) => known![at * features + feature]!)
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length
    const squares = column.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    return standardize ? Math.sqrt(squares / column.length) || 1 : 1
  })
  const near = task.train
    .map((_, at) =>
      own!.reduce((sum, value, feature) => {
        const difference = (value - known![at * features + feature]!) / deviations[feature]!
        return sum + difference * difference
      }, 0),
    )
    .sort((a, b) => a - b)
  return near[k]! - near[k - 1]! <= 1e-9 * near[k]!
}

t.test(
  "a decision tree asks scikit-learn's questions, and another only where it is as good",
  { skip },
  async (t) => {
    const compared = both(asked.trees).map(({ task, table, theirs, fitted }) => {
      const tensors = Object.entries(fitted.tensors).map(([name, { data }]) => [name, [...data]] as const)
      const value = (row: number, feature: number) => Math.fround(table.x[row * table.features + feature]!)
      const score = scoreOf(table, task.classes)
      const result = compareTrees(
        Object.fromEntries(tensors) as never,
        theirs.tree!,
        task.train,
        value,
        score,
        1e-12,
      )
      for (const text of result.differing) t.fail(`${told(task)}: ${text}`)
      return { ...result, task }
    })
    const summed = (some: typeof compared) => {
      const sum = (of: (one: ComparedTrees) => number) => some.reduce((sum, one) => sum + of(one), 0)
      return {
        trees: some.length,
        whole: some.filter(({ ties }) => ties === 0).length,
        same: sum(({ same }) => same),
        ties: sum(({ ties }) => ties),
      }
    }
    const [everywhere, drawn] = [
      summed(compared),
      summed(
        compared.filter(
          ({ task }) => task.table === "drawn" && (task.settings as { minimumLeaf: number }).minimumLeaf > 1,
        ),
      ),
    ]
    const parts = { everywhere, "continuous features, leaves of 7 and more": drawn }
    for (const [name, { trees, whole, same, ties }] of Object.entries(parts))
      t.comment(
        `${name}: ${trees} trees, ${whole} the same throughout; ${same} nodes the same, ${ties} ties, below which trees are not compared`,
      )
    t.ok(drawn.same > 8 * drawn.ties)
    t.ok(everywhere.same > 3 * everywhere.ties)
  },
)

/** How good a parting is: by Gini, or by squared error. */
const scoreOf =
  ({ y }: Table, classes: number | null) =>
  (left: ReadonlyArray<number>, right: ReadonlyArray<number>): number =>
    [left, right].reduce((score, rows) => {
      if (classes === null) return score + rows.reduce((sum, row) => sum + y[row]!, 0) ** 2 / rows.length
      const counts = new Array<number>(classes).fill(0)
      for (const row of rows) counts[y[row]!]! += 1
      return score + counts.reduce((sum, count) => sum + count * count, 0) / rows.length
    }, 0)

t.test(
  "areas, average precision, Brier's score, log loss and reliability bins are scikit-learn's",
  { skip },
  async (t) => {
    const offs: Array<number> = []
    const near = (a: number, b: number) => offs.push(Math.abs(a - b) / Math.max(1, Math.abs(b)))
    for (const [at, { targets, probabilities, bins }] of measure.entries()) {
      const found = binaryScores(targets, probabilities, bins)
      const said = theirs!.measure[at]!
      near(found.roc.area!, said.area)
      near(found.precisionRecall.averagePrecision!, said.averagePrecision)
      near(found.calibration.brierScore, said.brierScore)
      near(found.logLoss, said.logLoss)
      const filled = found.calibration.bins.filter(({ examples }) => examples > 0)
      t.equal(filled.length, said.observed.length)
      for (const [bin, { observed, predicted }] of filled.entries()) {
        near(observed!, said.observed[bin]!)
        near(predicted!, said.predicted[bin]!)
      }
    }
    const scores = regressionScores(regression[0]!.targets, regression[0]!.estimates)
    for (const [name, value] of Object.entries(theirs!.regression[0]!))
      near(scores[name as keyof typeof scores]!, value)
    t.comment(`metrics differ by at most ${most(offs).toExponential(1)}`)
    t.ok(most(offs) < 1e-12)
  },
)
