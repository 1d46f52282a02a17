// What the experiments' params refuse before anything is fetched, trained or drawn.
import t from "tap"
import type { AnyExperiment } from "../../engine/declare/index.ts"
import { encodeParams, experimentParams } from "../../engine/declare/params.ts"
import { plan } from "../../engine/plan/plan.ts"
import dropoutGrid from "../../experiments/dropout-grid.ts"
import edgeFilters from "../../experiments/edge-filters.ts"
import exercise1 from "../../experiments/exercise-1.ts"
import exercise2 from "../../experiments/exercise-2.ts"
import hyperparameters from "../../experiments/hyperparameters.ts"
import lenet from "../../experiments/lenet.ts"
import { trials } from "../../experiments/parts/trials.ts"
import smoke from "../../experiments/smoke.ts"
import { fold } from "../../stages/fold.ts"
import { thrown } from "../engine/support/thrown.ts"

const foldParams = fold.definition.params

const experiments = {
  smoke,
  lenet,
  hyperparameters,
  "dropout-grid": dropoutGrid,
  "edge-filters": edgeFilters,
  "exercise-1": exercise1,
  "exercise-2": exercise2,
}
const planned = (name: keyof typeof experiments, sets: ReadonlyArray<string>) => {
  const experiment = experiments[name] as AnyExperiment
  return plan(experiment, experimentParams(experiment, sets))
}

/** Experiment and `--set`s, by what is said. */
const refused: ReadonlyArray<readonly [keyof typeof experiments, string, RegExp]> = [
  [
    "smoke",
    "examples=541",
    /examples is 541: the part to fit has 540; take at most so many, or examples=all/,
  ],
  ["dropout-grid", "examples=60000", /the part to fit has 54000/],
  ["smoke", "folds=1000000", /folds is 1000000: .*10 classes.*300 examples; take at most 30 folds/],
  ["smoke", "folds=31", /take at most 30 folds/],
  ["hyperparameters", "folds=1000000", /folds is 1000000/],
  ["smoke", "folds=0", /folds is 0: a whole number of at least 2 is wanted/],
  ["smoke", "folds=-3", /folds is -3: a whole number of at least 2/],
  ["smoke", "folds=2.5", /folds is 2\.5: a whole number of at least 2/],
  [
    "smoke",
    "validation=0.0001",
    /validation is 0\.0001: of 600 examples that leaves none to validate on; take one above 0\.000833/,
  ],
  ["smoke", "validation=0.9999", /leaves none to fit; take one below 0\.999/],
  ["smoke", "rates=[]", /rates is an empty list: a list of at least one item/],
  [
    "smoke",
    "rates=0.5,0,5e-1",
    /rates is \[0\.5,0,0\.5\]: item 2 is 0\.5, as item 0 is; leave one of them out/,
  ],
  ["smoke", "rates=-0", /rates\[0\] is -0, which would read back as 0: write 0/],
  ["smoke", "rates=NaN", /rates\[0\] is "NaN": a number/],
  ["smoke", "learningRate=1e999", /Infinity/],
  ["smoke", "dataset=mnst", /did you mean "mnist"\?/],
  ["lenet", "epochs=0", /epochs is 0: a whole number above 0/],
  [
    "exercise-1",
    "kernel=40",
    /kernel is 40: without padding a filter lies inside the image, which has 32 × 32 pixels; take at most 32/,
  ],
  ["exercise-1", "width=4", /kernel is 5: .* 32 × 4 pixels; take at most 4/],
  ["edge-filters", "shown=99", /shown holds 99: .* the classes 0 to 9/],
  ["edge-filters", "shown=1,1", /item 1 is 1, as item 0 is/],
  ["hyperparameters", "budget=1000000000", /budget is 1000000000: a whole number from 1 to 10000/],
  ["hyperparameters", "epochs=2", /leastEpochs is 3: training ends at 2 epochs; take at most so many/],
  ["hyperparameters", "finalists=10", /finalists is 10: there are 9 trials; take at most so many/],
  ["hyperparameters", "examples=54001", /examples is 54001: the part to fit has 54000; take at most so many/],
  ["smoke", "batchSize=541", /batchSize is 541: the part to fit has 540; take at most so many/],
  ["lenet", "batchSize=60000", /the part to fit has 54000/],
  [
    "smoke",
    "curveExamples=541",
    /curveExamples is 541: the part to fit has 540; take .*or curveExamples=validation/,
  ],
  [
    "smoke",
    "curveExamples=most",
    /curveExamples is "most": a whole number above 0 or "validation" is wanted/,
  ],
]
for (const [name, assignment, message] of refused)
  t.test(`${name} refuses ${assignment} before anything runs`, async (t) => {
    t.match(
      thrown(() => planned(name, [assignment])),
      { message },
    )
  })

t.test(
  "a dataset of one's own is measured by its table, and shown by names that fit in a line",
  async (t) => {
    const file = (name: string, bytes: number) => ({ name, sha256: "0".repeat(64), bytes })
    const own = (title: string, classes: ReadonlyArray<string>) =>
      `dataset=${JSON.stringify({
        name: "own",
        title,
        classes,
        mirrors: [],
        files: {
          trainImages: file("a", 16),
          trainLabels: file("b", 108),
          testImages: file("c", 16),
          testLabels: file("d", 18),
        },
      })}`
    t.ok(planned("smoke", [own("Mine", ["a", "b"]), "examples=90"]).tasks.length > 10)
    const said = (assignment: string) => thrown(() => planned("smoke", [assignment, "examples=90"])).message
    t.match(
      thrown(() => planned("smoke", [own("Mine", ["a", "b"]), "examples=91"])),
      { message: /has 90;/ },
    )
    t.match(said(own("a\u001b]0;b\u0007", ["a", "b"])), /dataset\.title is .*it stands in one line/)
    t.match(said(own("two\nlines", ["a", "b"])), /dataset\.title .*one line/)
    t.match(said(own("Mine", ["a", "b\u0000"])), /dataset\.classes\[1\] .*one line/)
    t.match(said(own("Mine", ["a", "a"])), /dataset\.classes .*item 1 is "a", as item 0 is/)
  },
)

t.test("a grid is refused a budget that it does not use, and takes what is set otherwise", async (t) => {
  const grid = (...sets: ReadonlyArray<string>) => planned("hyperparameters", ["search=grid", ...sets])
  t.match(
    thrown(() => grid("budget=50")),
    { message: /budget is 50: the grid has 12 trials, and all of them are trained; leave budget out/ },
  )
  t.ok(grid("finalists=12").tasks.length > 0)
  t.ok(planned("smoke", ["examples=540", "batchSize=540", "curveExamples=540"]).tasks.length > 0)
})

t.test("a fold that is not among the folds is refused when it is declared", async (t) => {
  const declared = (fold: number) =>
    encodeParams("fold", foldParams, { classes: 10, k: 5, fold, examples: "all", seed: 1 })
  t.match(
    thrown(() => declared(6)),
    { message: "fold: fold is 6: there are 5 folds: take 1 to 5" },
  )
  t.ok(declared(5))
})

t.test("every trial shows the learning rate that it trains with, whatever its optimizer", async (t) => {
  const drawn = trials("random", 60, 1, 10)
  for (const { candidate, settings } of [...drawn, ...trials("grid", 9, 1, 10)]) {
    t.equal(candidate.learningRate, settings.optimizer.learningRate)
    t.equal(candidate.optimizer, settings.optimizer.type)
    t.equal(candidate.weightDecay, settings.optimizer.weightDecay)
    t.equal(candidate.batchSize, settings.batchSize)
  }
  const most = (type: string) =>
    Math.max(
      ...drawn.flatMap(({ settings: { optimizer } }) =>
        optimizer.type === type ? [optimizer.learningRate] : [],
      ),
    )
  t.ok(most("sgd") > 0.02 && most("adam") <= 0.01, `${most("sgd")}, ${most("adam")}`)
})

t.test("what is no axis may hold a number twice", async (t) => {
  t.ok(planned("exercise-2", ["filters=64,64"]).tasks.length > 0)
})
