// The interval of a difference of accuracies: how often it covers what it should, counted over all that can be drawn.
import fc from "fast-check"
import t from "tap"
import { mcnemarExact } from "../../../ml/statistics/mcnemar.ts"
import { pairedDifference } from "../../../ml/statistics/paired-difference.ts"

const counts = fc
  .tuple(fc.nat(60), fc.nat(60), fc.nat(60), fc.nat(60))
  .filter((all) => all.some((count) => count > 0))
  .map(([both, onlyFirst, onlySecond, neither]) => ({ both, onlyFirst, onlySecond, neither }))

/** ln n! for 0 to n. */
const logFactorials = (n: number): ReadonlyArray<number> => {
  const sums = [0]
  for (let at = 1; at <= n; at++) sums.push(sums[at - 1]! + Math.log(at))
  return sums
}

/** The chance that the interval holds the true difference, over each way that `size` examples can fall. */
function coverage(size: number, onlyFirst: number, onlySecond: number): number {
  const [logs, rest] = [logFactorials(size), 1 - onlyFirst - onlySecond]
  let covered = 0
  for (let first = 0; first <= size; first++)
    for (let second = 0; first + second <= size; second++) {
      const same = size - first - second
      const chance = Math.exp(
        logs[size]! -
          (logs[first]! + logs[second]! + logs[same]!) +
          first * Math.log(onlyFirst) +
          second * Math.log(onlySecond) +
          same * Math.log(rest),
      )
      const { interval } = pairedDifference({ both: same, onlyFirst: first, onlySecond: second, neither: 0 })
      const truth = onlyFirst - onlySecond
      if (interval.low <= truth && truth <= interval.high) covered += chance
    }
  return covered
}

t.test("it holds the true difference about 95 times in 100, few examples or many", async (t) => {
  for (const size of [30, 90, 200])
    for (const [first, second] of [
      [0.3, 0.1],
      [0.5, 0.05],
      [0.2, 0.2],
      [0.05, 0.02],
    ] as const) {
      const covered = coverage(size, first, second)
      t.ok(covered > 0.935 && covered < 0.995, `${covered} of ${size} examples, ${first} against ${second}`)
    }
  t.ok(Math.abs(coverage(200, 0.3, 0.1) - 0.95) < 0.006)
})

t.test("it holds the difference that was found, and turns about with the models", async () => {
  fc.assert(
    fc.property(counts, (given) => {
      const { difference, interval } = pairedDifference(given)
      const { both, onlyFirst, onlySecond, neither } = given
      const other = pairedDifference({ both, onlyFirst: onlySecond, onlySecond: onlyFirst, neither })
      const size = both + onlyFirst + onlySecond + neither
      return (
        Math.abs(difference - ((both + onlyFirst) / size - (both + onlySecond) / size)) < 1e-12 &&
        interval.low <= difference &&
        difference <= interval.high &&
        interval.low >= -1 &&
        interval.high <= 1 &&
        other.interval.low === -interval.high &&
        other.interval.high === -interval.low
      )
    }),
  )
})

t.test("which examples both got right, and which neither, makes no difference", async () => {
  fc.assert(
    fc.property(counts, ({ both, neither, ...rest }) => {
      const moved = pairedDifference({ both: both + neither, neither: 0, ...rest })
      return moved.interval.low === pairedDifference({ both, neither, ...rest }).interval.low
    }),
  )
})

t.test("where it leaves out 0 by far, McNemar's exact test says so too", async (t) => {
  const { interval } = pairedDifference({ both: 30, onlyFirst: 50, onlySecond: 4, neither: 6 })
  t.ok(interval.low > 0.3)
  t.ok(mcnemarExact({ onlyFirst: 50, onlySecond: 4 }) < 1e-9)
  t.ok(pairedDifference({ both: 80, onlyFirst: 5, onlySecond: 4, neither: 1 }).interval.low < 0)
})

t.test("counts that cannot be are refused", async (t) => {
  const none = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 }
  t.throws(() => pairedDifference(none), /at least 1 example/)
  t.throws(() => pairedDifference({ ...none, both: 1.5 }), /integers of at least 0, found 1.5, 0, 0, 0/)
  t.throws(() => pairedDifference({ ...none, both: 1 }, 0), /z is positive, found 0/)
})
