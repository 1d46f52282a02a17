// Our double-precision functions against SciPy 1.17.1's values.
import fc from "fast-check"
import t, { type Test } from "tap"
import { binomialTail } from "../../../ml/statistics/mathematics/binomial-tail.ts"
import { cos, exp, log, sin } from "../../../ml/statistics/mathematics/elementary.ts"
import { logGamma } from "../../../ml/statistics/mathematics/gamma.ts"
import { betaTails } from "../../../ml/statistics/mathematics/incomplete-beta.ts"
import { studentQuantile, studentTwoSided } from "../../../ml/statistics/mathematics/student.ts"
import { count } from "../../counts.ts"

/** Within a relative error, and an absolute one where cancellation leaves no more. */
const near = (t: Test, found: number, expected: number, relative = 2e-13, absolute = 1e-15) =>
  t.ok(Math.abs(found - expected) <= relative * Math.abs(expected) + absolute, `${found} is ${expected}`)

t.test("exp, log, sin and cos are an engine's to its last bits, on all that they are used for", async () => {
  const close = (a: number, b: number) => Math.abs(a - b) <= 4.5e-16 * Math.abs(b)
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      const y = Math.exp(x / 10)
      return (
        close(exp(x), Math.exp(x)) &&
        close(log(y), Math.log(y)) &&
        Math.abs(cos(x) - Math.cos(x)) < 2.3e-16 &&
        Math.abs(sin(x) - Math.sin(x)) < 2.3e-16
      )
    }),
    { numRuns: count(300, 20_000) },
  )
})

t.test("log Γ has scipy.special.gammaln's values", async (t) => {
  const table: ReadonlyArray<[number, number]> = [
    [1e-5, 11.512919692895826],
    [0.5, 0.5723649429247],
    [1, 0],
    [1.5, -0.12078223763524526],
    [2, 0],
    [3.25, 0.9358019311087253],
    [14.9, 24.924132002217277],
    [15, 25.191221182738683],
    [100, 359.1342053695754],
    [12345.6, 103959.18506616844],
  ]
  for (const [x, expected] of table) near(t, logGamma(x), expected, 1e-15, 2e-14)
})

t.test("the incomplete beta function has scipy.special.betainc's and betaincc's values", async (t) => {
  const table: ReadonlyArray<[number, number, number, number, number]> = [
    [0.5, 0.5, 0.5, 0.5, 0.5],
    [0.1, 2, 3, 0.0523, 0.9477],
    [0.9, 2, 3, 0.9963, 0.0037],
    [1e-6, 0.5, 4, 0.0021874978125013115, 0.9978125021874987],
    [0.3, 40, 60, 0.017592508468930065, 0.9824074915310699],
    [0.999, 150, 0.5, 0.5841017285690575, 0.41589827143094227],
    [0.02, 4.5, 0.5, 5.901994059532861e-9, 0.999999994098006],
    [0.5, 5100, 4901, 0.023292763852473225, 0.9767072361475263],
    [0.25, 1, 1, 0.25, 0.75],
    [0, 2, 3, 0, 1],
    [1, 2, 3, 1, 0],
  ]
  for (const [x, a, b, lower, upper] of table) {
    const found = betaTails(x, 1 - x, a, b)
    near(t, found.lower, lower, 1e-13)
    near(t, found.upper, upper, 1e-13)
  }
})

t.test("the incomplete beta function mirrors itself, and its tails add up", async () => {
  const positive = fc.double({ min: 0.1, max: 300, noNaN: true })
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), positive, positive, (x, a, b) => {
      const here = betaTails(x, 1 - x, a, b)
      const there = betaTails(1 - x, x, b, a)
      return (
        Math.abs(here.lower + here.upper - 1) < 1e-15 &&
        Math.abs(here.lower - there.upper) < 1e-13 &&
        here.lower >= 0 &&
        here.upper >= 0
      )
    }),
    { numRuns: count(100, 3_000) },
  )
})

t.test("Student's t has scipy.stats.t's chances and quantiles", async (t) => {
  const table: ReadonlyArray<[number, number, number]> = [
    [0, 3, 1],
    [0.5, 1, 0.7048327646991335],
    [1, 2, 0.4226497308103742],
    [2.5, 9, 0.033861827682985735],
    [-3, 4, 0.03994196807171883],
    [12, 29, 9.060708333137183e-13],
    [40, 49, 4.454656326027987e-39],
    [1.96, 1000, 0.050273184955748736],
    [0.001, 7, 0.9992300172449988],
  ]
  for (const [value, df, outside] of table) near(t, studentTwoSided(value, df), outside, 2e-13, 0)
  const quantiles: ReadonlyArray<[number, number, number]> = [
    [0.975, 1, 12.706204736174694],
    [0.975, 4, 2.7764451051977934],
    [0.975, 9, 2.262157162798205],
    [0.995, 49, 2.679951973631552],
    [0.6, 2.5, 0.2814595127485477],
    [0.05, 14, -1.7613101357748915],
    [0.9999, 29, 4.253894118432321],
    [1e-6, 3, -103.29946778041935],
  ]
  for (const [p, df, expected] of quantiles) near(t, studentQuantile(p, df), expected, 2e-12)
  t.equal(studentQuantile(0.5, 3), 0)
  t.throws(() => studentQuantile(1, 3), RangeError)
})

t.test("a quantile is where the distribution reaches its chance", async () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 60 }), (mille, df) => {
      const p = mille / 1000
      const quantile = studentQuantile(p, df)
      const isOnItsSide = Math.sign(quantile) === Math.sign(p - 0.5)
      return isOnItsSide && Math.abs(studentTwoSided(quantile, df) / 2 - Math.min(p, 1 - p)) < 1e-14
    }),
    { numRuns: count(50, 1_000) },
  )
})

t.test("a binomial's tail has scipy.stats.binom's values", async (t) => {
  const table: ReadonlyArray<[number, number, number, number]> = [
    [0, 10, 0.5, 1],
    [3, 10, 0.5, 0.9453125],
    [10, 10, 0.5, 0.0009765625],
    [11, 10, 0.5, 0],
    [1, 7, 0.01, 0.06793465209301],
    [5100, 10000, 0.5, 0.023292763852473225],
    [900, 1000, 0.5, 6.701717790006182e-162],
    [60, 80, 0.7, 0.19784657733914046],
  ]
  for (const [k, n, p, expected] of table) near(t, binomialTail(k, n, p), expected, 1e-13, 0)
})
