// How far a validation loss has risen again: what noise alone must not show, and what overfitting must.
import t from "tap"
import { overfitting } from "../../../ml/statistics/overfitting.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"

const sizes = { test: 1, train: 4 }

/** Five curves of `epochs` losses around `at`, with uniform noise of ± `noise`. */
const noisy = (seed: number, epochs: number, at: (epoch: number) => number, noise: number) => {
  const random = generator(seedOf(seed))
  return Array.from({ length: 5 }, () =>
    Array.from({ length: epochs }, (_, epoch) => at(epoch) + noise * (2 * random.uniform() - 1)),
  )
}

t.test("curves that fall and rise again turn where their mean is lowest", async (t) => {
  const found = overfitting(
    noisy(1, 21, (epoch) => 0.5 + Math.abs(epoch - 8) / 50, 0.001),
    sizes,
  )
  t.equal(found.turn, 9, "epochs count from 1")
  t.ok(Math.abs(found.rise - 12 / 50) < 0.002)
  t.ok(found.rise > 2 * found.standardError)
  t.ok(found.lowest < found.last)
})

t.test("curves that only fall have not risen", async (t) => {
  const found = overfitting(
    noisy(2, 20, (epoch) => 1 / (epoch + 1), 0),
    sizes,
  )
  t.same([found.turn, found.rise], [20, 0])
})

t.test(
  "flat curves of noise are beyond two standard errors about as often as chance, not always",
  async (t) => {
    const runs = Array.from({ length: 400 }, (_, seed) =>
      overfitting(
        noisy(seed + 10, 20, () => 1, 0.1),
        sizes,
      ),
    )
    const beyond = runs.filter(({ rise, standardError }) => rise > 2 * standardError).length
    t.ok(beyond < 0.06 * runs.length, `${beyond} of ${runs.length}`)
    const naive = runs.filter(({ last, lowest }) => last > lowest).length
    t.ok(naive > 0.9 * runs.length, "while the mean curve itself ends above its lowest nearly always")
  },
)

t.test("one curve, or curves of different lengths, are refused", async (t) => {
  t.throws(() => overfitting([[1, 2]], sizes), /two curves or more/)
  t.throws(() => overfitting([[1, 2], [1]], sizes), /of one length/)
})
