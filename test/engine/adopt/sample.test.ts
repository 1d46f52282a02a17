// What is drawn for a sample, and what a sample proves.
import fc from "fast-check"
import t from "tap"
import { escapes, oddsOf } from "../../../engine/adopt/odds.ts"
import { type Candidate, sampleOf } from "../../../engine/adopt/sample.ts"
import { count } from "../../counts.ts"

const axes = (label: string): ReadonlyArray<string> => label.split("@")[1]?.split("+") ?? []

/** A grid of which some cells are missing. */
const grids: fc.Arbitrary<ReadonlyArray<Candidate>> = fc
  .record({
    folds: fc.integer({ min: 1, max: 5 }),
    rates: fc.integer({ min: 1, max: 5 }),
    links: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
    missing: fc.array(fc.nat({ max: 24 })),
  })
  .map(({ folds, rates, links, missing }) =>
    Array.from({ length: folds * rates }, (_, i) => ({
      label: `train@fold=${1 + (i % folds)}+rate=${Math.floor(i / folds)}`,
      links,
    })).filter((_, i) => !missing.includes(i) || i === 0),
  )

t.test(
  "a sample has each value of each axis, as many tasks as were asked for, and each chain's ends",
  async (t) => {
    fc.assert(
      fc.property(grids, fc.integer({ min: 1, max: 8 }), fc.string(), (grid, wanted, seed) => {
        const drawn = sampleOf(grid, wanted, seed)
        const labels = drawn.map(({ label }) => label)
        const values = new Set(grid.flatMap(({ label }) => axes(label)))
        t.same(new Set(labels.flatMap(axes)), values)
        t.equal(new Set(labels).size, labels.length, "none twice")
        t.ok(labels.length >= Math.min(wanted, grid.length))
        t.ok(labels.length <= Math.max(wanted, values.size))
        const { links: length = 0 } = grid[0]!
        for (const { links } of drawn) {
          t.ok(links.every((n) => n >= 1 && n <= length))
          t.equal(new Set(links).size, Math.min(3, length), "three, or all there are")
          if (length > 0) t.ok(links.includes(1) && links.includes(length))
        }
      }),
      { numRuns: count(60, 600) },
    )
    t.same(sampleOf([{ label: "split", links: undefined }], 3, "a"), [{ label: "split", links: [] }])
  },
)

t.test(
  "a grid of four by five is covered by five tasks; a seed repeats the draw, and others draw others",
  async (t) => {
    const grid = Array.from({ length: 20 }, (_, i) => ({
      label: `train@fold=${1 + (i % 5)}+rate=${Math.floor(i / 5)}`,
      links: 40,
    }))
    const draws = Array.from({ length: 200 }, (_, seed) => sampleOf(grid, 3, String(seed)))
    t.ok(draws.every((drawn) => drawn.length <= 6))
    t.ok(draws.some((drawn) => drawn.length === 5))
    t.same(sampleOf(grid, 3, "7"), draws[7])
    t.equal(new Set(draws.flat().map(({ label }) => label)).size, 20, "every task comes up")
    t.ok(new Set(draws.flat().flatMap(({ links }) => links)).size > 30, "and most links")
  },
)

t.test("the chance to escape is that of drawing without putting back", async (t) => {
  t.equal(escapes(10, 3, 1), 7 / 10)
  t.equal(escapes(10, 3, 2), (7 / 10) * (6 / 9))
  t.equal(escapes(10, 10, 1), 0)
  t.equal(escapes(10, 8, 3), 0, "more are altered than were not seen")
  t.equal(escapes(0, 0, 0), 1)
  t.same(oddsOf(100, 10), { one: 0.9, tenth: escapes(100, 10, 10) })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.nat({ max: 9 }), fc.nat({ max: 9 }), (of, n, altered) => {
      const compared = Math.min(n, of)
      const bad = Math.min(altered, of)
      const subsets = Array.from({ length: 2 ** of }, (_, bits) => bits).filter(
        (bits) => ones(bits) === compared,
      )
      const missed = subsets.filter((bits) => (bits & (2 ** bad - 1)) === 0)
      t.ok(Math.abs(escapes(of, compared, bad) - missed.length / subsets.length) < 1e-12)
    }),
    { numRuns: count(50, 300) },
  )
})

const ones = (bits: number): number => bits.toString(2).replaceAll("0", "").length
