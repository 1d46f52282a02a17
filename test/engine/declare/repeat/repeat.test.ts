// `repeat`: which tasks of a body get the axis, what they are called, and what is refused.
import * as Schema from "effect/Schema"
import t from "tap"
import {
  type AnyExperiment,
  bound,
  each,
  experiment,
  many,
  repeat,
  stage,
} from "../../../../engine/declare/index.ts"
import type { Output } from "../../../../engine/declare/task.ts"
import { plan } from "../../../../engine/plan/plan.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { thrown } from "../../support/thrown.ts"

const form = {
  params: Schema.Struct({ seed: Schema.Int, rate: Schema.Number, more: Schema.optional(Schema.Unknown) }),
  inputs: { given: many("value") },
  outputs: { out: "value" },
  run: ({ params, inputs }: { params: object; inputs: object }) => ({ out: [params, inputs] as never }),
} as const
const steps = ["a", "b", "c", "d", "e"].map((name) => stage(name, form))
const [a, b] = steps as [(typeof steps)[0], (typeof steps)[0]]
const sum = stage("sum", { ...form, params: Schema.Struct({}) })

const wire = (name: string, of: () => unknown): AnyExperiment => experiment(name, {}, of) as AnyExperiment
const labels = (of: () => unknown): ReadonlyArray<string> =>
  plan(wire("labels", of), {}).tasks.map(({ label }) => label)

t.test("one seed more, or a seed in front, renames no task", async (t) => {
  const of = (seeds: ReadonlyArray<number> | number) =>
    labels(() =>
      repeat(seeds, (seed) =>
        b({ seed, rate: 0 }, { given: { x: a({ seed: 0, rate: 0 }, { given: {} }).out } }),
      ),
    )
  t.same(of(1), ["a", "b@seed=1"])
  t.same(of(2), ["a", "b@seed=1", "b@seed=2"])
  t.same(of([7, 1]), ["a", "b@seed=7", "b@seed=1"])
})

t.test("a task that some seeds share, and others do not, is one for each", async (t) => {
  const of = (seeds: number) =>
    labels(() => repeat(seeds, (seed) => a({ seed: seed % 2, rate: 0 }, { given: {} })))
  t.same(of(3), ["a@seed=1", "a@seed=2", "a@seed=3"])
  t.same(of(1), ["a@seed=1"])
})

t.test("a task that takes the seed by a bound param, or by what it is given, is one for each", async (t) => {
  const made = labels(() =>
    repeat(2, (seed) => {
      const first = a({ seed, rate: 0 }, { given: {} })
      return b({ seed: 0, rate: 0, more: bound(first.out) }, { given: {} })
    }),
  )
  t.same(made, ["a@seed=1", "b@seed=1", "a@seed=2", "b@seed=2"])
})

t.test("what cannot be compared is not taken for the same", async (t) => {
  const of = (more: (seed: number) => unknown) =>
    labels(() => repeat(2, (seed) => a({ seed: 0, rate: 0, more: more(seed) }, { given: {} }))).length
  const deep = (depth: number, inner: unknown): unknown => (depth === 0 ? inner : [deep(depth - 1, inner)])
  t.equal(
    of(() => ({ x: [1, "1", null, true] })),
    1,
  )
  t.equal(
    of((seed) => (seed === 1 ? 1 : "1")),
    2,
  )
  t.equal(
    of((seed) => (seed === 1 ? [] : {})),
    2,
  )
  t.equal(
    of((seed) => (seed === 1 ? ["a,b"] : ["a", "b"])),
    2,
  )
  t.equal(
    of((seed) => ({ "x:1,y": seed })),
    2,
  )
  t.equal(
    of((seed) => deep(60, seed)),
    2,
  )
})

t.test("params that tell bare tasks of one seed apart stand in their labels as ever", async (t) => {
  t.same(
    labels(() => repeat(2, (seed) => [0, 0.5].map((rate) => a({ seed: seed * 10, rate }, { given: {} })))),
    ["a@rate=0+seed=1", "a@rate=0.5+seed=1", "a@rate=0+seed=2", "a@rate=0.5+seed=2"],
  )
})

t.test("repeats inside repeats have axes of their own, and share what takes neither", async (t) => {
  const made = labels(() =>
    repeat(
      2,
      (member) =>
        repeat(2, (seed) => {
          const shared = a({ seed: 0, rate: 0 }, { given: {} })
          const own = b({ seed: member, rate: 0 }, { given: { shared: shared.out } })
          return steps[2]!({ seed, rate: 1 }, { given: { own: own.out } })
        }),
      "member",
    ),
  )
  t.same(made, [
    "a",
    "b@member=1",
    "c@member=1+seed=1",
    "c@member=1+seed=2",
    "b@member=2",
    "c@member=2+seed=1",
    "c@member=2+seed=2",
  ])
  const same = () => repeat(2, () => repeat(2, (seed) => a({ seed, rate: 0 }, { given: {} })))
  t.same(labels(same), ["a@seed=1", "a@seed=2"], "an outer seed that nothing takes gives no axis")
  const both = () => repeat(2, (outer) => repeat(2, (seed) => a({ seed, rate: outer }, { given: {} })))
  t.match(thrown(both), { _tag: "DeclarationError", message: /the axis seed=\d.*another name/ })
})

t.test("what is no seed is refused, and so is one that is given twice", async (t) => {
  const of = (seeds: unknown) =>
    thrown(() => repeat(seeds as never, (seed) => a({ seed, rate: 0 }, { given: {} })))
  for (const wrong of [0, -1, 1.5, Number.NaN, 2e9, "3", null, [], [1.5], ["a"], [-0], [2 ** 60]])
    t.match(of(wrong), { _tag: "DeclarationError", message: /^repeat\(/ }, String(wrong))
  t.match(of([4, 7, 4]), { message: /the seed 4 is given twice/ })
})

t.test(
  "a task that leaves a body by another way than its return is refused, and so is another axis of that name",
  async (t) => {
    const carried = () => {
      const all: Array<Output<"value">> = []
      repeat(2, (seed) => void all.push(a({ seed, rate: 0 }, { given: {} }).out))
      return all
    }
    t.match(
      thrown(() => labels(carried)),
      { _tag: "DeclarationError", message: /a task of a was carried out of a body of repeat/ },
    )
    t.match(
      thrown(() => repeat(2, (seed) => a({ seed, rate: 0 }, { given: {} }, { seed: `no ${seed}` }))),
      { _tag: "DeclarationError", message: /a: repeat gives its tasks the axis seed=1.*seed=no 1 already/ },
    )
    t.same(
      labels(() => repeat(2, (seed) => a({ seed, rate: 0 }, { given: {} }, { seed }))),
      ["a@seed=1", "a@seed=2"],
      "the same axis by hand is the same",
    )
  },
)

t.test(
  "a body that knows only its own seeds is repeated for these, and one that throws for them throws",
  async (t) => {
    const table: Readonly<Record<number, { readonly rate: number }>> = { 3: { rate: 0 }, 4: { rate: 1 } }
    const of = (seeds: ReadonlyArray<number>) =>
      labels(() => repeat(seeds, (seed) => a({ seed: 0, rate: table[seed]!.rate }, { given: {} })))
    t.same(of([3, 4]), ["a@seed=3", "a@seed=4"])
    t.same(of([3]), ["a@seed=3"])
    t.match(
      thrown(() => of([3, 5])),
      { message: /undefined/ },
    )
    t.same(
      labels(() => a({ seed: 0, rate: 0 }, { given: {} })),
      ["a"],
      "what is declared afterwards is in no body",
    )
  },
)

t.test(
  "repeats stand in groups, and groups in repeats: items are another axis, and a group from outside is shared",
  async (t) => {
    const list = stage("list", {
      params: Schema.Struct({}),
      inputs: {},
      outputs: { items: "value" },
      run: () => ({ items: [10, 20] }),
    })
    const made = wire("groups", () => {
      const { items } = list({}, {})
      const fits = each("item", items, (rate: number) => {
        const of = repeat(2, (seed) => a({ seed, rate }, { given: {} }))
        return { all: sum({}, { given: of.by(({ out }) => out) }).out }
      })
      return repeat(2, (seed) => {
        const shared = b({ seed: 0, rate: 0 }, { given: fits.all })
        const own = each(`own-${seed}`, items, (rate: number) => ({
          c: steps[2]!({ seed, rate }, { given: { shared: shared.out } }).out,
        }))
        return [shared.out, steps[3]!({ seed: 0, rate: 0 }, { given: own.c }).out]
      })
    })
    const { summary } = await memoryPlace(t).run(made)
    t.same([...summary.tasks.keys()].map(({ label }) => label).sort(), [
      ...["a@item=10+seed=1", "a@item=10+seed=2", "a@item=20+seed=1", "a@item=20+seed=2", "b"],
      ...["c@own-1=10", "c@own-1=20", "c@own-2=10", "c@own-2=20", "d@seed=1", "d@seed=2"],
      ...["list", "sum@item=10", "sum@item=20"],
    ])
  },
)

t.test(
  "tasks that were only tried are not counted, and a body that never ends is refused before memory ends",
  async (t) => {
    const pair = (seed: number) => {
      const x = a({ seed, rate: 0 }, { given: {} }).out
      return b({ seed, rate: 0 }, { given: { x } })
    }
    const made = labels(() => repeat(2500, pair))
    t.equal(new Set(made).size, 5000)
    t.ok(made.includes("b@seed=2500"))
    const late = (seed: number) => a({ seed: Number(seed === 40), rate: 0 }, { given: {} })
    t.same(
      labels(() => repeat(50, late)),
      ["a", "a@seed=40"],
      "what differs for one seed alone is told apart",
    )
    const endless = (seed: number) => {
      for (;;) a({ seed, rate: 0 }, { given: {} })
    }
    const huge = wire("huge", () => repeat(2, endless))
    t.match(
      thrown(() => plan(huge, {})),
      { _tag: "DeclarationError", message: /more than 1,000,000 tasks.*of a: shorten/ },
    )
  },
)
