// Splits by group and by time: nothing on both sides, nothing from the future, and what threatens is said.
import fc from "fast-check"
import t from "tap"
import { everyIndex } from "../../../../ml/data/indices.ts"
import { checkEveryClass } from "../../../../ml/data/splits/every-class.ts"
import { groupKFold, groupSplit } from "../../../../ml/data/splits/group.ts"
import { heldOut } from "../../../../ml/data/splits/hold-out.ts"
import { encodeSides } from "../../../../ml/data/splits/sides.ts"
import { timeFolds, timeSplit } from "../../../../ml/data/splits/time.ts"
import { generator } from "../../../../ml/statistics/random.ts"
import { count } from "../../../counts.ts"

const random = (seed = 1) => generator([seed, 0, 0, 0] as never)
const marked = fc.integer({ min: 8, max: 80 }).chain((size) =>
  fc.record({
    seed: fc.nat(1000),
    groups: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: size, maxLength: size }),
    labels: fc.uint8Array({ min: 0, max: 2, minLength: size, maxLength: size }),
    times: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: size, maxLength: size }),
  }),
)
const runs = { numRuns: count(60, 2000) }

t.test("a split by group has every example once and no group on both sides", async () => {
  fc.assert(
    fc.property(marked, ({ seed, groups, labels }) => {
      fc.pre(new Set(groups).size >= 2)
      const { train, validation } = groupSplit(groups, labels, { fraction: 0.3 }, random(seed))
      const sides = [train, validation].map((part) => new Set(Array.from(part, (index) => groups[index])))
      return (
        String([...train, ...validation].sort((a, b) => a - b)) === String(everyIndex(groups.length)) &&
        train.length > 0 &&
        validation.length > 0 &&
        [...sides[0]!].every((group) => !sides[1]!.has(group))
      )
    }),
    runs,
  )
})

t.test("folds by group validate every example once, each group in one fold, and none is empty", async () => {
  fc.assert(
    fc.property(marked, ({ seed, groups, labels }) => {
      fc.pre(new Set(groups).size >= 3)
      const folds = groupKFold(groups, labels, 3, random(seed))
      const foldOf = new Map<number, number>()
      const all = folds.flatMap(({ validation }, fold) =>
        Array.from(validation, (index) => {
          const known = foldOf.get(groups[index]!) ?? fold
          foldOf.set(groups[index]!, known)
          return known === fold ? index : -1
        }),
      )
      return (
        String(all.sort((a, b) => a - b)) === String(everyIndex(groups.length)) &&
        folds.every(
          ({ train, validation }) =>
            validation.length > 0 && train.length + validation.length === groups.length,
        )
      )
    }),
    runs,
  )
})

t.test("a split by group of many small groups is as large as asked, every class in proportion", async (t) => {
  const groups = Array.from({ length: 1000 }, (_, at) => Math.floor(at / 4))
  const labels = Uint8Array.from(groups, (group) => (group % 5 === 0 ? 1 : 0))
  const { validation } = groupSplit(groups, labels, { fraction: 0.2 }, random())
  t.equal(validation.length, 200)
  t.equal(validation.filter((index) => labels[index] === 1).length, 40)
  for (const { validation } of groupKFold(groups, labels, 5, random())) {
    t.equal(validation.length, 200)
    t.equal(validation.filter((index) => labels[index] === 1).length, 40)
  }
})

t.test("a split by group follows from its seed alone, and another seed gives another", async (t) => {
  const groups = Array.from({ length: 60 }, (_, at) => at % 20)
  const split = (seed: number) =>
    String(groupSplit(groups, new Uint8Array(60), { fraction: 0.5 }, random(seed)).validation)
  t.equal(split(1), split(1))
  t.not(split(1), split(2))
})

t.test(
  "what validates by time is later than all that is fitted, and of one moment nothing is parted",
  async () => {
    fc.assert(
      fc.property(marked, ({ times }) => {
        fc.pre(new Set(times).size >= 15)
        const parts = [timeSplit(times, { fraction: 0.2 }), ...timeFolds(times, 3)]
        return parts.every(({ train, validation }) => {
          const latest = Math.max(...Array.from(train, (index) => times[index]!))
          return (
            validation.every((index) => times[index]! > latest) && train.length > 0 && validation.length > 0
          )
        })
      }),
      runs,
    )
  },
)

t.test("folds along time train on all before, and validate on one stretch after the other", async (t) => {
  const times = [5, 0, 4, 1, 3, 2]
  t.same(
    timeFolds(times, 2).map(({ train, validation }) => [[...train], [...validation]]),
    [
      [
        [1, 3],
        [4, 5],
      ],
      [
        [1, 3, 4, 5],
        [0, 2],
      ],
    ],
  )
})

t.test("what cannot be split is refused with what to do", async (t) => {
  const labels = new Uint8Array(4)
  t.throws(
    () => groupSplit([1, 1, 1, 1], labels, { fraction: 0.5 }, random()),
    /at least 2 groups, there are 1/,
  )
  t.throws(() => groupKFold([1, 2, 1, 2], labels, 3, random()), /at least 3 groups, there are 2: take fewer/)
  t.throws(() => groupSplit([1, 2], labels, { fraction: 0.5 }, random()), /example 2 has no group/)
  t.throws(() => timeSplit([1, 1, 1, 1], { fraction: 0.5 }), /of one moment/)
  t.throws(() => timeSplit([1, Number.NaN, 1, 1], { fraction: 0.5 }), /example 1 has no time/)
  t.throws(() => timeFolds([1, 1, 1, 2], 2), /too few moments/)
  const marks = { labels: null, groups: null, times: null }
  t.throws(
    () => heldOut(4, marks, { fraction: 0.5, seed: 1, by: "group" }),
    /the data have no group: name the column/,
  )
})

t.test("a class without an example in a part is named, and so is a label without a class", async (t) => {
  const labels = Uint8Array.of(0, 1, 0, 3)
  t.throws(
    () => checkEveryClass(labels, 4, "the part to fit"),
    /^class 2 has no example in the part to fit, which has 4/,
  )
  t.throws(() => checkEveryClass(labels, ["a", "b"], "the data"), /example 3 is of class 3: with 2 classes/)
  t.throws(
    () => checkEveryClass(labels, ["a", "b", "c", "d"], "it", Uint32Array.of(0, 1, 3)),
    /class 2, "c", has no example in it, which has 3 of 4 examples, 0 of them of this class: give more/,
  )
  checkEveryClass(labels, 2, "it", Uint32Array.of(0, 1))
})

t.test("each side of a split has every class, or the one without is named", async (t) => {
  const labels = Uint8Array.of(0, 1, 0, 1)
  const sides = (train: Array<number>, validation: Array<number>) => () =>
    encodeSides({ train: Uint32Array.from(train), validation: Uint32Array.from(validation) }, labels, 2)
  t.same(sides([0, 1], [2, 3])().validation, [2, 0, 0, 0, 3, 0, 0, 0])
  t.throws(
    sides([0, 1, 3], [2]),
    /class 1 has no example in the part to validate on, which has 1 of 4 examples, 2 of them of this class/,
  )
  t.throws(sides([1, 3], [0, 2]), /class 0 has no example in the part to fit/)
})

t.test(
  "data that name groups or times are split by them unless told otherwise, and then leaks are said",
  async (t) => {
    const groups = Array.from({ length: 40 }, (_, at) => at % 10)
    const times = Array.from({ length: 40 }, (_, at) => at)
    const labels = Uint8Array.from(groups, (group) => group % 2)
    const test = { fraction: 0.25, seed: 1 }
    t.same(heldOut(40, { labels, groups, times: null }, test).warnings, [])
    t.same([...heldOut(40, { labels, groups: null, times }, test).validation], times.slice(30))
    const { warnings } = heldOut(40, { labels, groups, times }, { ...test, by: "class" })
    t.equal(warnings.length, 2)
    t.match(warnings[0], /of 10 groups stand on both sides of a split by class \(.*by: "group"/)
    t.match(warnings[1], /the future may tell of them; by: "time" holds out the latest/)
  },
)
