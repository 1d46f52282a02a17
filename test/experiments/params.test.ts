// What the experiments' params refuse before anything is fetched, trained or drawn.
import t from "tap"
import type { AnyExperiment } from "../../engine/declare/index.ts"
import { experimentParams } from "../../engine/declare/params.ts"
import { plan } from "../../engine/plan/plan.ts"
import dropoutGrid from "../../experiments/dropout-grid.ts"
import edgeFilters from "../../experiments/edge-filters.ts"
import exercise2 from "../../experiments/exercise-2.ts"
import hyperparameters from "../../experiments/hyperparameters.ts"
import lenet from "../../experiments/lenet.ts"
import smoke from "../../experiments/smoke.ts"
import { thrown } from "../engine/support/thrown.ts"

const experiments = {
  smoke,
  lenet,
  hyperparameters,
  "dropout-grid": dropoutGrid,
  "edge-filters": edgeFilters,
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
  ["edge-filters", "shown=99", /shown holds 99: .* the classes 0 to 9/],
  ["edge-filters", "shown=1,1", /item 1 is 1, as item 0 is/],
  ["hyperparameters", "budget=1000000000", /budget is 1000000000: a whole number from 1 to 10000/],
  ["hyperparameters", "epochs=2", /ends at 2 epochs/],
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

t.test("what is no axis may hold a number twice", async (t) => {
  t.ok(planned("exercise-2", ["filters=64,64"]).tasks.length > 0)
})
