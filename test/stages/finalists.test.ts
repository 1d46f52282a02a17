// How sure a choice among finalists is: pairs on the same validation images, whichever of them was put forward.
import t from "tap"
import { encodeIndices } from "../../ml/data/indices.ts"
import { generator, seedOf } from "../../ml/statistics/random.ts"
import { compare } from "../../stages/compare.ts"
import { runForm } from "./support/run-form.ts"

const count = 200
const labels = Uint8Array.from({ length: count }, (_, at) => at % 10)

/** An IDX file of these labels. */
const idx = Uint8Array.from([0, 0, 8, 1, 0, 0, 0, count, ...labels])

const finalists = [{ dropout: 0 }, { dropout: 0.2 }, { dropout: 0.4 }] as const
const names = ["0", "1", "2"] as const

/** `wrong` images are taken for another class; every loss is drawn around `loss`. */
const model = (seed: number, wrong: number, loss: number) => {
  const random = generator(seedOf(seed))
  return {
    predictions: labels.map((label, at) => (at < wrong ? (label + 1) % 10 : label)),
    losses: new Uint8Array(Float32Array.from(labels, () => loss + random.uniform()).buffer),
  }
}

const pairs = async (models: ReadonlyArray<ReturnType<typeof model>>) => {
  const of = (output: "predictions" | "losses") =>
    Object.fromEntries(models.map((model, at) => [`${at}`, model[output]]))
  const found = await runForm(
    compare.finalists,
    { finalists, names, classes: 10 },
    {
      targets: idx,
      indices: encodeIndices(Uint32Array.from(labels, (_, at) => at)),
      predictions: of("predictions"),
      losses: of("losses"),
    },
  )
  return found.pairs
}

t.test("all pairs are there, each with its difference and who is right alone", async (t) => {
  const found = await pairs([model(1, 30, 1), model(2, 20, 0.5), model(3, 20, 0.5)])
  t.same(
    found.map(({ first, second }) => [first, second]),
    [
      ["dropout 0", "dropout 0.2"],
      ["dropout 0", "dropout 0.4"],
      ["dropout 0.2", "dropout 0.4"],
    ],
  )
  const [worse] = found
  t.equal(worse!["accuracy, first − second"], -10 / count)
  t.same([worse!["right alone: first"], worse!["right alone: second"]], [0, 10])
  t.ok(Number(worse!["p of the loss (all pairs)"]) < 1e-6, "half a nat apart")
  t.ok(Number(worse!["p of the accuracy (exact McNemar, all pairs)"]) < 0.01)
})

t.test("models that say the same of every image do not differ", async (t) => {
  const same = model(1, 20, 1)
  for (const pair of await pairs([same, same, same])) {
    t.equal(pair["p of the loss (all pairs)"], 1)
    t.equal(pair["p of the accuracy (exact McNemar, all pairs)"], 1)
  }
})
