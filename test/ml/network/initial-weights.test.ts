// What a network is before training, apart from any trainer.
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import t from "tap"
import { initialWeights } from "../../../ml/network/initial-weights.ts"
import { lenet } from "../../../ml/network/lenet.ts"
import { seedOf } from "../../../ml/statistics/random.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { createWasmTrainer } from "../../../ml/wasm/wasm-trainer.ts"

t.test(
  "the weights before training are those that a fresh trainer of the same seed and stream has",
  async (t) => {
    const network = lenet({ dropout: 0.25 })
    const trainer = await createWasmTrainer(
      readFileSync(new URL("../../../ml/kernels/kernels.wasm", import.meta.url)),
      {
        ...{ network, inputShape: [28, 28, 1], outputs: 10, batchSize: 8, seed: 7, stream: "final" },
        optimizer: optimizer({ type: "adam" }),
      },
    )
    const found = initialWeights(network, [28, 28, 1], seedOf(7, "final"))
    const plain = (tensors: typeof found) =>
      Object.entries(tensors)
        .map(
          ([name, { shape, data }]) => `${name} ${shape} ${createHash("sha256").update(data).digest("hex")}`,
        )
        .sort()
    t.same(plain(found), plain(trainer.weights()))
    t.notSame(plain(initialWeights(network, [28, 28, 1], seedOf(8, "final"))), plain(found))
  },
)
