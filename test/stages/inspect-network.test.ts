// What a network makes of its features, asked as baselines are.
import t from "tap"
import { encodeNpy } from "../../ml/data/arrays/npy.ts"
import { encodeIndices, everyIndex } from "../../ml/data/indices.ts"
import { network } from "../../ml/network/network.ts"
import { encodeWeights } from "../../ml/network/weights.ts"
import { generator, seedOf } from "../../ml/statistics/random.ts"
import { evaluate } from "../../stages/evaluate.ts"
import { runForm } from "./support/run-form.ts"

const draws = generator(seedOf(1, "inspect"))
const values = Float32Array.from({ length: 80 }, () => 2 * draws.uniform() - 1)
/** Two classes: the second where the first of two features is positive. */
const weights = encodeWeights(
  {
    "dense1/kernel": { shape: [2, 2], data: Float32Array.of(-9, 9, 0, 0) },
    "dense1/bias": { shape: [2], data: new Float32Array(2) },
  },
  network({ layers: [{ type: "dense", units: 2 }] }),
  [2],
)
const given = { inputs: encodeNpy([40, 2], values), indices: encodeIndices(everyIndex(40)), weights }
const labels = Uint8Array.from({ length: 40 }, (_, row) => (values[2 * row]! > 0 ? 1 : 0))

t.test(
  "the feature that a network looks at is important, the other not at all, and the dependence rises",
  async (t) => {
    const features = [
      { name: "seen", columns: [0] },
      { name: "unseen", columns: [1] },
    ] as const
    const asked = { features, repeats: 3, seed: 1 }
    const targets = encodeNpy([40], labels)
    const { importance } = await runForm(
      evaluate.importance,
      { ...asked, score: "accuracy" },
      { ...given, targets },
    )
    t.ok((importance[0]!.importance as number) > 0.2)
    t.equal(importance[1]!.importance, 0)
    const { dependence } = await runForm(
      evaluate.dependence,
      { features: [{ name: "seen", column: 0 }], outputs: ["no", "yes"], points: 5 },
      given,
    )
    const yes = dependence.filter(({ output }) => output === "yes").map(({ mean }) => mean as number)
    t.ok(yes[0]! < 0.01 && yes.at(-1)! > 0.99, yes.join())
    await t.rejects(
      runForm(evaluate.importance, { ...asked, score: "rSquared" }, { ...given, targets }),
      /no score of a model that tells classes/,
    )
  },
)
