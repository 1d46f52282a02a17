// What is chosen, and on what: finalists by cross-validation, one of them on the whole validation part.
import t from "tap"
import { select } from "../../stages/select.ts"
import { runForm } from "./support/run-form.ts"

const cells = [0, 0.2, 0.4, 0.6].map((dropout) => ({
  candidate: { dropout },
  folds: [`a${dropout}`, `b${dropout}`] as [string, string],
})) as never as readonly [{ candidate: { dropout: number }; folds: [string, string] }]

/** Metrics of two folds a rate, whose mean accuracy is what is given. */
const folds = (accuracies: Readonly<Record<number, number>>) =>
  Object.fromEntries(
    Object.entries(accuracies).flatMap(([rate, accuracy]) => [
      [`a${rate}`, { accuracy: accuracy - 0.01, loss: 1 }],
      [`b${rate}`, { accuracy: accuracy + 0.01, loss: 1 }],
    ]),
  )

t.test("rate 0 is a finalist whatever its score, before the best of the others", async (t) => {
  const finalists = async (accuracies: Readonly<Record<number, number>>, keep = 2) =>
    (
      await runForm(
        select.finalists,
        { cells, always: [{ dropout: 0 }], keep },
        { metrics: folds(accuracies) },
      )
    ).finalists
  t.same(await finalists({ 0: 0.1, 0.2: 0.5, 0.4: 0.7, 0.6: 0.6 }), [
    { dropout: 0 },
    { dropout: 0.4 },
    { dropout: 0.6 },
  ])
  t.same(await finalists({ 0: 0.9, 0.2: 0.5, 0.4: 0.7, 0.6: 0.6 }, 1), [{ dropout: 0 }, { dropout: 0.4 }])
  t.same(
    await finalists({ 0: 0.5, 0.2: 0.5, 0.4: 0.5, 0.6: 0.5 }, 1),
    [{ dropout: 0 }, { dropout: 0.2 }],
    "a tie",
  )
})

t.test("the table of cross-validation says who is confirmed, and why", async (t) => {
  const { scores } = await runForm(
    select.finalists,
    { cells, always: [{ dropout: 0 }], keep: 1 },
    { metrics: folds({ 0: 0.1, 0.2: 0.5, 0.4: 0.7, 0.6: 0.6 }) },
  )
  t.same(
    scores.map((row) => row["confirmed at full size"]),
    ["in any case", "", "yes", ""],
  )
})

t.test(
  "of the finalists the most accurate on the validation part is the model, the first on a tie",
  async (t) => {
    const finalists = [0, 0.2, 0.4].map((dropout) => ({ dropout })) as never as readonly [{ dropout: number }]
    const names = ["0", "1", "2"] as unknown as readonly [string]
    const choice = async (...accuracies: ReadonlyArray<number>) => {
      const metrics = Object.fromEntries(
        accuracies.map((accuracy, at) => [
          `${at}`,
          { accuracy, loss: accuracy, "accuracy.low": 0.1, "accuracy.high": 0.95, examples: 60 },
        ]),
      )
      const found = await runForm(select.confirmed, { finalists, names }, { metrics })
      t.equal(found.scores.filter(({ chosen }) => chosen !== "").length, 1)
      return found.choice
    }
    t.same(await choice(0.7, 0.8, 0.75), { dropout: 0.2 })
    t.same(await choice(0.8, 0.8, 0.8), { dropout: 0 })
    t.same(await choice(0.7, 0.71, 0.72), { dropout: 0.4 })
  },
)
