// Cells by their axes: every cell in one group, whatever the order, with n told for each metric and each step.
import fc from "fast-check"
import t from "tap"
import { atOnce } from "../../../../engine/content/steps.ts"
import { labelOf } from "../../../../engine/plan/labels.ts"
import { axesOf, type Cell, cellOf, cellsOf, familiesOf } from "../../../../engine/report/groups/cells.ts"
import {
  bestOf,
  curves,
  grouped,
  metricsOf,
  withoutBounds,
} from "../../../../engine/report/groups/grouped.ts"
import { spreadOf } from "../../../../engine/report/groups/spread.ts"
import { count } from "../../../counts.ts"

const value = fc.double({ noNaN: true, min: -10, max: 10 })
const cell = fc.record({
  rate: fc.constantFrom(0, 0.5, 1e-7, "none"),
  seed: fc.integer({ min: 1, max: 12 }),
  own: fc.option(value),
  series: fc.array(value, { maxLength: 4 }),
})
type Drawn = typeof cell extends fc.Arbitrary<infer C> ? C : never
const cells = fc.uniqueArray(cell, {
  minLength: 2,
  maxLength: 12,
  selector: ({ rate, seed }) => `${rate} ${seed}`,
})

const made = ({ rate, seed, own, series }: Drawn): Cell =>
  cellOf(labelOf("fit", { rate, seed }), "fit", [
    ...(own === null ? [] : [{ step: -1, name: "metrics.score", value: own }]),
    ...series.map((value, i) => ({ step: i + 1, name: "loss", value })),
  ])

const familyOf = (all: ReadonlyArray<Cell>) => familiesOf(all)[0]!

t.test(
  "each group has just the cells of its place, however they were ordered, and the same sums",
  async (t) => {
    fc.assert(
      fc.property(
        cells,
        fc.constantFrom(["rate"], ["seed"], ["rate", "seed"], []),
        (drawn, by: ReadonlyArray<"rate" | "seed">) => {
          const all = drawn.map(made)
          if (all.every(({ own, series }) => own.size + series.size === 0)) return
          const told = grouped(familyOf(all), by, ["score"], "own")
          t.same(grouped(familyOf([...all].reverse()), by, ["score"], "own"), told)
          for (const { by: at, spreads } of told.groups) {
            const here = drawn.filter((each) => by.every((axis) => each[axis] === at[axis]))
            const numbers = here.flatMap(({ own }) => (own === null ? [] : [own]))
            const spread = spreads.get("score")
            t.equal(spread?.n ?? 0, numbers.length)
            if (spread === undefined) continue
            const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length
            t.ok(Math.abs(spread.mean - mean) < 1e-12)
            t.equal(spread.se === null, numbers.length === 1)
          }
          const places = told.groups.map(({ by }) => JSON.stringify(by))
          t.equal(new Set(places).size, places.length, "no place twice")
        },
      ),
      { numRuns: count(100, 5000) },
    )
  },
)

t.test("a curve tells of each step how many cells got there, and means of these alone", async (t) => {
  fc.assert(
    fc.property(cells, (drawn) => {
      const all = drawn.map(made)
      if (all.every(({ own, series }) => own.size + series.size === 0)) return
      const { groups } = curves(familyOf(all), [], ["loss"])
      const longest = drawn.reduce((most, { series }) => Math.max(most, series.length), 0)
      t.same(
        groups.map(({ step }) => step),
        Array.from({ length: longest }, (_, i) => i + 1),
      )
      for (const { step, spreads } of groups) {
        const numbers = drawn.flatMap(({ series }) => series.slice(step! - 1, step))
        const spread = spreads.get("loss")!
        t.equal(spread.n, numbers.length)
        t.ok(Math.abs(spread.mean - spreadOf(numbers).mean) < 1e-12)
      }
    }),
    { numRuns: count(100, 5000) },
  )
})

t.test(
  "of what was measured by step the last counts, or the best where it is said which end that is",
  async (t) => {
    const fit = (seed: number, series: ReadonlyArray<number>) =>
      made({ rate: 0, seed, own: null, series: [...series] })
    const family = familyOf([fit(1, [3, 1, 2]), fit(2, [9, 5])])
    const of = (reading: "last" | "max" | "min") => grouped(family, ["seed"], ["loss"], reading)
    const means = (reading: "last" | "max" | "min") =>
      of(reading).groups.map(({ spreads }) => spreads.get("loss")?.mean)
    t.same(means("last"), [2, 5])
    t.same(means("min"), [1, 5])
    t.same(means("max"), [3, 9])
    t.same(bestOf(of("min"), "loss", "min")?.by, { seed: 1 })
    t.same(bestOf(of("max"), "loss", "max")?.by, { seed: 2 })
    t.equal(bestOf(of("max"), "other", "max"), undefined)
  },
)

t.test("places stand in order: numbers by size, before text", async (t) => {
  const family = familyOf(
    [10, 9, 0.5, 100, 1e-7]
      .map((rate) => made({ rate, seed: 1, own: 1, series: [] } as never))
      .concat(made({ rate: "none", seed: 1, own: 1, series: [] })),
  )
  t.same(
    grouped(family, ["rate"], ["score"], "own").groups.map(({ by }) => by.rate),
    [1e-7, 0.5, 9, 10, 100, "none"],
  )
})

t.test(
  "cells of other axes are another family; what measured nothing, or stands on no axis, is in none",
  async (t) => {
    const row = [{ step: -1, name: "metrics.x", value: 1 }]
    const labels = [
      "fit@fold=1+rate=0",
      "fit@fold=2+rate=0",
      "fit@final=yes",
      "fit",
      "test@final=yes",
      "count@item=a_b-0123456789ab",
    ]
    const all = [
      ...labels.map((label) => cellOf(label, label.split("@")[0]!, row)),
      cellOf("fit@fold=3+rate=0", "fit", []),
    ]
    t.same(
      familiesOf(all).map(({ stage, axes, cells }) => [stage, axes, cells.length]),
      [
        ["count", ["item"], 1],
        ["fit", ["final"], 1],
        ["fit", ["fold", "rate"], 2],
        ["test", ["final"], 1],
      ],
    )
  },
)

t.test(
  "axes are read off labels: what was a number is one, and text that only looks like one is not",
  async (t) => {
    t.same(axesOf("fit"), {})
    for (const axes of [
      { rate: 0.5, seed: 3 },
      { rate: 1e-7 },
      { width: "0x10" },
      { id: "007" },
      { id: "1e3" },
      { id: "" },
      { id: "-1" as never },
    ])
      t.same(Object.values(axesOf(labelOf("fit", axes))).map(String), Object.values(axes).map(String))
    t.equal(axesOf("fit@id=007").id, "007")
    t.equal(axesOf("fit@rate=-0.5").rate, -0.5)
  },
)

t.test("an output called metrics goes without saying, unless another says the same", async (t) => {
  const rows = ["a.b", "metrics.a.b", "metrics.c", "metrics.c.high", "metrics.c.low", "metrics.low"].map(
    (name) => ({ step: -1, name, value: 1 }),
  )
  const family = familyOf([cellOf("fit@x=1", "fit", rows)])
  const names = metricsOf(family, "own")
  t.same(names, ["a.b", "c", "c.high", "c.low", "low", "metrics.a.b"])
  t.same(withoutBounds(names), ["a.b", "c", "low", "metrics.a.b"])
})

t.test(
  "where there is more by step than one holds at once, what is a task's own is still there",
  async (t) => {
    const rows = [-1, 1, 2, 3].map((step) => ({ step, name: "x", value: step }))
    const tasks = ["a@x=1", "a@x=2"].map((label) => ({ label, stage: "a", key: label }))
    const read = (most: number) => atOnce(cellsOf(tasks, () => rows, most))
    t.equal(read(8).hasSeries, true)
    t.same(
      read(7).cells.map(({ own, series }) => [own.size, series.size]),
      [
        [1, 0],
        [1, 0],
      ],
    )
    t.equal(read(7).hasSeries, false)
  },
)
