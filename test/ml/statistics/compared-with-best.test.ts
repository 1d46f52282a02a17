// Whether comparisons with the best keep their family-wise error: simulated folds of cells, under the test's own premise.
import t from "tap"
import { comparedWithBest } from "../../../ml/statistics/compared-with-best.ts"
import { correctedResampledT } from "../../../ml/statistics/corrected-resampled-t.ts"
import { studentTwoSided } from "../../../ml/statistics/mathematics/student.ts"
import { mean } from "../../../ml/statistics/moments.ts"
import { type Generator, generator, seedOf } from "../../../ml/statistics/random.ts"
import { count } from "../../counts.ts"

const α = 0.05

/** Standard normal numbers (Box and Muller 1958). */
const normal = (draws: Generator): number =>
  Math.sqrt(-2 * Math.log(1 - draws.uniform())) * Math.cos(2 * Math.PI * draws.uniform())

interface Setting {
  readonly cells: number
  readonly folds: number
  /** By cell, the true means and the spreads of its folds; 0 and 1 if left out. */
  readonly means?: (cell: number) => number
  readonly spreads?: (cell: number) => number
}

/**
 * Scores of cells on shared folds. A fold is easier or harder for all; a cell's scores are correlated by test / (test + train)
 * from fold to fold, as their training sets overlap: the variance of its mean is what the corrected resampled t takes it for.
 */
function scoresOf({ cells, folds, means = () => 0, spreads = () => 1 }: Setting, draws: Generator) {
  const shared = 1 / (folds - 1)
  const ease = Array.from({ length: folds }, () => 3 * normal(draws))
  return Array.from({ length: cells }, (_, cell) => {
    const own = Math.sqrt(shared) * normal(draws)
    return ease.map((fold) => means(cell) + fold + spreads(cell) * (own + normal(draws)))
  })
}

type Procedure = (scores: ReadonlyArray<ReadonlyArray<number>>) => {
  readonly best: number
  /** Cells that are told from the best. */
  readonly told: ReadonlyArray<number>
}

const ours: Procedure = (scores) => {
  const { best, others } = comparedWithBest(scores, { test: 1, train: scores[0]!.length - 1 })
  return {
    best,
    told: others.flatMap(({ cell, pOfAllPairs }) => (pOfAllPairs !== null && pOfAllPairs < α ? [cell] : [])),
  }
}

/** Holm's steps over the k − 1 comparisons with the best by the same scores: what is not to be done. */
const holmWithTheBest: Procedure = (scores) => {
  const means = scores.map(mean)
  const best = means.indexOf(Math.max(...means))
  const folds = scores[0]!.length
  const ascending = scores
    .map((own, cell) => ({
      cell,
      p:
        cell === best
          ? 2
          : correctedResampledT(
              own.map((score, fold) => scores[best]![fold]! - score),
              { test: 1, train: folds - 1 },
            ).p!,
    }))
    .sort((a, b) => a.p - b.p)
  const kept = ascending.findIndex(({ p }, rank) => p * (scores.length - 1 - rank) >= α || p === 2)
  return { best, told: ascending.slice(0, kept).map(({ cell }) => cell) }
}

/** Of how many data sets an equal (or better) cell is told from the best, and of how many the last cell is. */
function simulated(setting: Setting, procedure: Procedure, times: number) {
  const { cells, folds, means = () => 0 } = setting
  const draws = generator(seedOf(1, "cells", cells, folds))
  let [wrong, last] = [0, 0]
  for (let i = 0; i < times; i++) {
    const { best, told } = procedure(scoresOf(setting, draws))
    if (told.some((cell) => means(cell) >= means(best))) wrong++
    if (told.includes(cells - 1)) last++
  }
  return { error: wrong / times, power: last / times }
}

const TIMES = count(400, 20_000)
/** α and its standard error in so many data sets. */
const bound = α + Math.sqrt((α * (1 - α)) / TIMES)

for (const cells of [4, 9, 12])
  t.test(`of ${cells} equal cells, any is told from the best with a chance of at most α`, async (t) => {
    for (const folds of [3, 5, 10]) {
      const { error } = simulated({ cells, folds }, ours, TIMES)
      t.ok(error <= bound, `${folds} folds: ${error} of ${bound}`)
    }
  })

t.test(
  "so it is where cells are differently noisy, and where some are equal and one is better",
  async (t) => {
    for (const setting of [
      { cells: 4, folds: 5, spreads: (cell: number) => (cell === 3 ? 3 : 1) },
      { cells: 9, folds: 5, spreads: (cell: number) => 0.5 + cell / 5 },
      { cells: 12, folds: 5, spreads: (cell: number) => (cell < 2 ? 2 : 0.2) },
      { cells: 9, folds: 5, means: (cell: number) => (cell < 4 ? 0 : -1.5) },
    ]) {
      const { error } = simulated(setting, ours, TIMES)
      t.ok(error <= bound, `${setting.cells} cells: ${error} of ${bound}`)
    }
  },
)

t.test("Holm's steps against the best of the same scores keep no α: this simulation tells", async (t) => {
  for (const cells of [9, 12]) {
    const { error } = simulated({ cells, folds: 5 }, holmWithTheBest, TIMES)
    t.ok(error > bound + 2 * Math.sqrt((0.1 * 0.9) / TIMES), `${cells} cells: ${error}`)
  }
})

t.test(
  "a cell that is far behind is told from the best, and one that is not so far less often",
  async (t) => {
    const behind = (by: number, folds: number) =>
      simulated({ cells: 4, folds, means: (cell) => (cell === 3 ? -by : 0) }, ours, TIMES).power
    const [near, far, farther] = [behind(1, 5), behind(5, 5), behind(8, 5)]
    t.ok(near < far && far < farther && far > 0.6 && farther > 0.9, `${near}, ${far}, ${farther}`)
    t.ok(behind(2.5, 10) > 0.6, "more folds tell more")
  },
)

t.test(
  "intervals leave 0 out exactly where p of all pairs is below α, and are of the pair's own t",
  async (t) => {
    const draws = generator(seedOf(1, "intervals"))
    let told = 0
    for (let i = 0; i < 200; i++) {
      const scores = scoresOf({ cells: 5, folds: 6, means: (cell) => -cell }, draws)
      const { best, others } = comparedWithBest(scores, { test: 1, train: 5 })
      const fits = others.every(
        ({ cell, difference, standardError, interval, p, pOfAllPairs, degreesOfFreedom }) => {
          const reach = (interval.high - difference) / standardError
          return (
            difference >= 0 &&
            cell !== best &&
            interval.low > 0 === pOfAllPairs! < α &&
            pOfAllPairs === Math.min(1, 10 * p!) &&
            Math.abs((interval.low + interval.high) / 2 - difference) < 1e-12 &&
            Math.abs(studentTwoSided(reach, degreesOfFreedom) - α / 10) < 1e-9
          )
        },
      )
      if (!fits || others.length !== 4) t.fail(JSON.stringify(scores))
      told += others.filter(({ interval }) => interval.low > 0).length
    }
    t.ok(told > 50 && told < 750, `${told} of 800`)
  },
)

t.test("one cell has nothing to be compared with, and cells of other folds are refused", async (t) => {
  t.same(comparedWithBest([[0.5]], { test: 1, train: 4 }), { best: 0, others: [] })
  t.equal(
    comparedWithBest(
      [
        [1, 2],
        [2, 1],
        [0, 1],
      ],
      { test: 1, train: 1 },
    ).best,
    0,
    "the first of equals",
  )
  const same = comparedWithBest(
    [
      [1, 2],
      [1, 2],
      [0, 1],
    ],
    { test: 1, train: 1 },
  )
  t.same(
    same.others.map(({ pOfAllPairs }) => pOfAllPairs),
    [1, null],
    "without a spread there is no test",
  )
  t.throws(() => comparedWithBest([[1, 2], [1]], { test: 1, train: 1 }), {
    _tag: "StatisticsError",
    message: /cell 1 has 1 scores, not 2/,
  })
})
