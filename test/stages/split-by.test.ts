// Splits and folds by group, along time and at random, as stages: what they give on and what they refuse.
import t from "tap"
import { encodeNpy } from "../../ml/data/arrays/npy.ts"
import { decodeIndices } from "../../ml/data/indices.ts"
import { foldBy } from "../../stages/parting/fold-by.ts"
import { splitBy } from "../../stages/parting/split-by.ts"
import { runForm } from "./support/run-form.ts"

const count = 24
const classes = Uint8Array.from({ length: count }, (_, at) => at % 2)
const targets = encodeNpy([count], classes)
const numbers = encodeNpy([count], Float32Array.from(classes))
const groups = Array.from(classes, (_, at) => `person ${Math.floor(at / 4)}`)
const times = Array.from(classes, (_, at) => count - at)

t.test("a split by group, and each of its folds, keep whole groups on one side", async (t) => {
  const split = await runForm(splitBy.group, { classes: 2, validation: 0.34, seed: 1 }, { targets, groups })
  const fold = await runForm(
    foldBy.group,
    { classes: 2, k: 2, fold: 1, seed: 1 },
    { targets, groups, indices: split.train },
  )
  for (const { train, validation } of [split, fold]) {
    const names = [train, validation].map(
      (part) => new Set(Array.from(decodeIndices(part, count), (at) => groups[at])),
    )
    t.same(
      [...names[0]!].filter((name) => names[1]!.has(name)),
      [],
    )
    t.ok(names[0]!.size > 0 && names[1]!.size > 0)
  }
  t.same(decodeIndices(split.validation, count).length, 8)
})

t.test("a split along time validates on the latest, and so do its folds among what is left", async (t) => {
  const split = await runForm(splitBy.time, { classes: 2, validation: 0.25 }, { targets, times })
  t.same([...decodeIndices(split.validation, count)], [0, 1, 2, 3, 4, 5])
  const fold = await runForm(
    foldBy.time,
    { classes: null, k: 2, fold: 2 },
    { targets, times, indices: split.train },
  )
  t.same([...decodeIndices(fold.validation, count)], [6, 7, 8, 9, 10, 11])
  t.same([...decodeIndices(fold.train, count)], [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
})

t.test("targets that are numbers split at random, as large as asked", async (t) => {
  const split = await runForm(splitBy.random, { validation: 0.25, seed: 3 }, { targets: numbers })
  t.equal(decodeIndices(split.validation, count).length, 6)
  const folds = await Promise.all(
    [1, 2, 3].map((fold) =>
      runForm(foldBy.random, { k: 3, fold, seed: 3 }, { targets: numbers, indices: split.train }),
    ),
  )
  const validated = folds.flatMap(({ validation }) => [...decodeIndices(validation, count)])
  t.same(
    validated.sort((a, b) => a - b),
    [...decodeIndices(split.train, count)],
  )
})

t.test(
  "data that name no groups or times, or a part without a class, are refused with what to do",
  async (t) => {
    const params = { classes: 2, validation: 0.25, seed: 1 }
    await t.rejects(
      async () => runForm(splitBy.group, params, { targets, groups: null }),
      /name no groups: say with group/,
    )
    await t.rejects(
      async () => runForm(splitBy.time, params, { targets, times: [1] }),
      /24 examples and 1 times/,
    )
    const rare = Float32Array.from(classes, (_, at) => (at === count - 1 ? 1 : 0))
    await t.rejects(
      async () => runForm(splitBy.time, params, { targets: encodeNpy([count], rare), times }),
      /class 1 has no example in the part to validate on/,
    )
  },
)
