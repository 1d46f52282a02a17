// Means, deviations and errors: exact where they can be, close to exact sums elsewhere, whatever the size of the numbers.
import fc from "fast-check"
import t from "tap"
import { spreadOf } from "../../../../engine/report/groups/spread.ts"
import { count } from "../../../counts.ts"

t.test("mean, deviation and error of known numbers are what a book says", async (t) => {
  const { sd, se, ...rest } = spreadOf([2, 4, 4, 4, 5, 5, 7, 9])
  t.same(rest, { n: 8, mean: 5, min: 2, max: 9 })
  t.ok(Math.abs(sd! - Math.sqrt(32 / 7)) < 1e-15)
  t.ok(Math.abs(se! - Math.sqrt(32 / 7 / 8)) < 1e-15)
})

t.test(
  "a single number has no deviation and no error, and equal ones have deviation 0 and just their mean",
  async (t) => {
    t.same(spreadOf([0.1]), { n: 1, mean: 0.1, sd: null, se: null, min: 0.1, max: 0.1 })
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 2, max: 50 }),
        (value, n) => {
          const { mean, sd, se } = spreadOf(Array.from({ length: n }, () => value))
          return mean === value && sd === 0 && se === 0
        },
      ),
      { numRuns: count(200, 20_000) },
    )
  },
)

t.test("large numbers that differ little keep their deviation", async (t) => {
  const { mean, sd } = spreadOf([4, 7, 13, 16].map((value) => value + 1e9))
  t.equal(mean, 1e9 + 10)
  t.equal(sd, Math.sqrt(30))
  for (const unit of [2 ** 1000, 2 ** -1000, -1]) {
    const scaled = spreadOf([4, 7, 13, 16].map((value) => value * unit))
    t.equal(scaled.mean, 10 * unit, `in units of ${unit}`)
    t.equal(scaled.sd, Math.sqrt(30) * Math.abs(unit), `in units of ${unit}`)
  }
})

t.test(
  "the mean is the exact one, rounded twice at most, and lies between the least and the largest",
  async (t) => {
    const whole = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value) => value * 2 ** 14)
    fc.assert(
      fc.property(fc.array(whole, { minLength: 1, maxLength: 60 }), (values) => {
        const exact = values.reduce((sum, value) => sum + value, 0) / values.length // sums below 2^53
        const { mean, min, max } = spreadOf(values)
        t.ok(min <= mean && mean <= max)
        return Math.abs(mean - exact) <= 2 * Number.EPSILON * Math.max(-min, max)
      }),
      { numRuns: count(200, 20_000) },
    )
  },
)

t.test(
  "another place on the line moves the mean and leaves the deviation; another unit scales both",
  async () => {
    const whole = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 })
    fc.assert(
      fc.property(whole, fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), (values, by) => {
        const [here, there] = [spreadOf(values), spreadOf(values.map((value) => value + by))]
        return (
          Math.abs(here.sd! - there.sd!) <= 1e-9 * (1 + here.sd!) &&
          Math.abs(here.mean + by - there.mean) < 1e-6
        )
      }),
      { numRuns: count(200, 5000) },
    )
  },
)
