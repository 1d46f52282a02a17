// Every way of splitting and folding classes: neither side goes without one, whatever drew it.
import t from "tap"
import { encodeNpy } from "../../ml/data/arrays/npy.ts"
import { encodeIndices, everyIndex } from "../../ml/data/indices.ts"
import { fold } from "../../stages/fold.ts"
import { foldBy } from "../../stages/parting/fold-by.ts"
import { splitBy } from "../../stages/parting/split-by.ts"
import { split } from "../../stages/split.ts"
import { runForm } from "./support/run-form.ts"

/** Class 2 has as many examples as `rare` says, at the end of 40. */
function data(rare: number) {
  const count = 40
  const labels = Uint8Array.from({ length: count }, (_, at) => (at >= count - rare ? 2 : at % 2))
  return {
    targets: encodeNpy([count], labels),
    indices: encodeIndices(everyIndex(count)),
    groups: Array.from(labels, (_, at) => Math.floor(at / 4)),
    times: Array.from(labels, (_, at) => at),
  }
}

const classes = 3
const seed = 1
const ways = {
  split: (given: ReturnType<typeof data>) => runForm(split, { classes, validation: 0.25, seed }, given),
  fold: (given: ReturnType<typeof data>) =>
    runForm(fold, { classes, k: 2, fold: 1, examples: "all", seed }, given),
  "split by group": (given: ReturnType<typeof data>) =>
    runForm(splitBy.group, { classes, validation: 0.25, seed }, given),
  "fold by group": (given: ReturnType<typeof data>) =>
    runForm(foldBy.group, { classes, k: 2, fold: 1, seed }, given),
  "split by time": (given: ReturnType<typeof data>) =>
    runForm(splitBy.time, { classes, validation: 0.25 }, given),
  "fold by time": (given: ReturnType<typeof data>) => runForm(foldBy.time, { classes, k: 2, fold: 2 }, given),
}

for (const [way, part] of Object.entries(ways))
  t.test(`a ${way} refuses a side without a class, and says of how many`, async (t) => {
    await t.rejects(
      async () => part(data(1)),
      /class 2 has .*: (give more examples of it, part the data otherwise|take fewer folds or more examples)/,
    )
    await t.rejects(async () => part(data(0)), {
      _tag: "StrataError",
      message:
        /class 2 has no example in the part to (fit|validate on), which has \d+ of 40 examples, 0 of them/,
    })
  })

t.test("a subset to fold that leaves a rare class out is refused", async (t) => {
  const ofSubset = (examples: number | "all") =>
    runForm(fold, { classes, k: 2, fold: 1, examples, seed }, data(2))
  await t.rejects(async () => ofSubset(8), /class 2 has no example in the part to fit, which has 4 of 40/)
  await t.resolves(async () => ofSubset("all"))
})

t.test("targets that are numbers have no classes to miss", async (t) => {
  const { groups, times, indices } = data(0)
  const targets = encodeNpy([40], new Float32Array(40).fill(0.5))
  await t.resolves(async () => runForm(splitBy.time, { classes: null, validation: 0.25 }, { targets, times }))
  await t.resolves(async () =>
    runForm(splitBy.group, { classes: null, validation: 0.25, seed }, { targets, groups }),
  )
  await t.resolves(async () =>
    runForm(foldBy.time, { classes: null, k: 2, fold: 1 }, { targets, times, indices }),
  )
  await t.resolves(async () => runForm(foldBy.random, { k: 2, fold: 1, seed }, { targets, indices }))
})
