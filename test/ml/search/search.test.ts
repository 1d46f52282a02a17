// Searches: what a budget keeps, where values fall, and the arithmetic of successive halving.
import fc from "fast-check"
import t from "tap"
import { successiveHalving, survivors } from "../../../ml/search/halving.ts"
import { grid, randomCandidate, randomSearch, space } from "../../../ml/search/search.ts"
import { count } from "../../counts.ts"

const everything = space({
  rate: { type: "uniform", low: 0, high: 0.6 },
  learningRate: { type: "log-uniform", low: 1e-4, high: 0.1 },
  batchSize: { type: "choice", values: [32, 64, 128] },
  filters: { type: "integer", low: 4, high: 16 },
})

t.test("a larger budget keeps the trials that there are", async () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(20), fc.nat(20), (seed, few, more) => {
      const [small, large] = [randomSearch(everything, seed, few), randomSearch(everything, seed, few + more)]
      return JSON.stringify(large.slice(0, few)) === JSON.stringify(small)
    }),
    { numRuns: count(50, 1_000) },
  )
})

t.test("a new dimension leaves the values of the others alone, and so does their order", async (t) => {
  const { rate, learningRate, ...rest } = everything
  t.match(randomCandidate(everything, 3, 7), randomCandidate(rest, 3, 7))
  t.same(
    randomCandidate({ learningRate: learningRate!, rate: rate!, ...rest }, 3, 7),
    randomCandidate(everything, 3, 7),
  )
})

t.test("trials and seeds differ from one another", async (t) => {
  const all = [...randomSearch(everything, 1, 50), ...randomSearch(everything, 2, 50)]
  t.equal(new Set(all.map((candidate) => JSON.stringify(candidate))).size, 100)
})

t.test("values stay within their dimension, and have few digits", async (t) => {
  const trials = randomSearch(everything, 1, 600)
  for (const { rate, learningRate, filters, batchSize } of trials as ReadonlyArray<Record<string, number>>) {
    t.ok(rate! >= 0 && rate! <= 0.6 && learningRate! >= 1e-4 && learningRate! <= 0.1)
    t.ok(Number.isInteger(filters) && filters! >= 4 && filters! <= 16 && [32, 64, 128].includes(batchSize!))
    t.equal(Number(learningRate!.toPrecision(4)), learningRate)
  }
  const share = (is: (candidate: Record<string, number>) => boolean) =>
    trials.filter((candidate) => is(candidate as Record<string, number>)).length / trials.length
  t.ok(Math.abs(share(({ learningRate }) => learningRate! < 1e-3) - 1 / 3) < 0.06, "each decade alike")
  t.ok(Math.abs(share(({ rate }) => rate! < 0.2) - 1 / 3) < 0.06)
  t.ok(Math.abs(share(({ batchSize }) => batchSize === 32) - 1 / 3) < 0.06)
  for (const end of [4, 16]) t.ok(share(({ filters }) => filters === end) > 0.04, `${end} is included`)
})

t.test("the first trials are what they have always been", async (t) => {
  // Pinned: a trial that moved would train everything again.
  t.same(randomSearch(everything, 1, 2), [
    { rate: 0.2395, learningRate: 0.0002024, batchSize: 32, filters: 15 },
    { rate: 0.09153, learningRate: 0.06116, batchSize: 64, filters: 13 },
  ])
})

t.test("a rounded value does not leave its bounds", async (t) => {
  const narrow = space({ x: { type: "uniform", low: 0.14, high: 0.16, digits: 1 } })
  for (const { x } of randomSearch(narrow, 1, 20)) t.ok((x as number) >= 0.14 && (x as number) <= 0.16)
})

t.test("a space that makes no sense is refused", async (t) => {
  t.throws(() => space({ x: { type: "uniform", low: 1, high: 0 } }), /low is below high/)
  t.throws(() => space({ x: { type: "log-uniform", low: 0, high: 1 } }), /low/)
  t.throws(() => space({ x: { type: "choice", values: [] as never } }), /values/)
})

t.test("a grid has every combination once, the last name fastest", async (t) => {
  t.same(grid({ rate: [0, 0.5], batch: [32, 64] }), [
    { rate: 0, batch: 32 },
    { rate: 0, batch: 64 },
    { rate: 0.5, batch: 32 },
    { rate: 0.5, batch: 64 },
  ])
  t.same(grid({}), [{}])
  t.same(grid({ rate: [0, 1], none: [] }), [])
})

t.test("27 trials by thirds from 1 to 27 epochs train 81 epochs instead of 729", async (t) => {
  t.same(successiveHalving({ trials: 27, eta: 3, finalists: 1, leastEpochs: 1, mostEpochs: 27 }), {
    rungs: [
      { trials: 27, epochs: 1 },
      { trials: 9, epochs: 3 },
      { trials: 3, epochs: 9 },
      { trials: 1, epochs: 27 },
    ],
    totalEpochs: 27 + 9 * 2 + 3 * 6 + 18,
    fullEpochs: 729,
  })
  t.same(successiveHalving({ trials: 10, eta: 2, finalists: 1, leastEpochs: 4, mostEpochs: 10 }).rungs, [
    { trials: 10, epochs: 4 },
    { trials: 5, epochs: 8 },
    { trials: 2, epochs: 10 },
  ])
})

t.test("no rung has fewer trials than are to reach the end", async (t) => {
  const { rungs, totalEpochs } = successiveHalving({
    trials: 9,
    eta: 2,
    finalists: 3,
    leastEpochs: 3,
    mostEpochs: 18,
  })
  t.same(
    rungs.map(({ trials, epochs }) => [trials, epochs]),
    [
      [9, 3],
      [4, 6],
      [3, 12],
      [3, 18],
    ],
  )
  t.equal(totalEpochs, 9 * 3 + 4 * 3 + 3 * 6 + 3 * 6)
})

t.test(
  "rungs lose trials, gain epochs, end at the last epoch and never cost more than all of it",
  async () => {
    const count = (max: number) => fc.integer({ min: 1, max })
    fc.assert(
      fc.property(
        count(100),
        fc.integer({ min: 2, max: 5 }),
        count(20),
        count(100),
        count(4),
        (trials, eta, least, more, finalists) => {
          const mostEpochs = least + more - 1
          const { rungs, totalEpochs, fullEpochs } = successiveHalving({
            trials,
            eta,
            finalists,
            leastEpochs: least,
            mostEpochs,
          })
          return (
            rungs[0]!.trials === trials &&
            rungs[0]!.epochs === least &&
            rungs.at(-1)!.epochs === mostEpochs &&
            rungs.every(({ trials, epochs }, i) => {
              const before = rungs[i - 1]
              return (
                before === undefined || (epochs > before.epochs && trials >= 1 && trials <= before.trials)
              )
            }) &&
            rungs.at(-1)!.trials >= Math.min(trials, finalists) &&
            totalEpochs <= fullEpochs
          )
        },
      ),
    )
  },
)

t.test("schedules that cannot be are refused", async (t) => {
  const options = { trials: 4, eta: 2, finalists: 1, leastEpochs: 2, mostEpochs: 8 }
  t.throws(() => successiveHalving({ ...options, eta: 1 }), { message: /at least 2/ })
  t.throws(() => successiveHalving({ ...options, mostEpochs: 1 }), { message: /before the first at 2/ })
  t.throws(() => successiveHalving({ ...options, trials: 0.5 }), { message: /trials is 0.5/ })
})

t.test("the highest scores survive, the first of equals, in their order", async (t) => {
  t.same(survivors([0.5, 0.9, 0.7, 0.9, 0.7], 3), [1, 2, 3])
  t.same(survivors([1, 2], 5), [0, 1])
  t.same(survivors([Number.NEGATIVE_INFINITY, 0], 1), [1])
  t.throws(() => survivors([1, Number.NaN], 1), { message: /trial 1 has no score/ })
})
