// Whether one step moves weights by the slope of the loss, as finite differences give it; it knows no network.
import type { Test } from "tap"
import type { Network } from "../../../ml/network/network.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { examples, inputShape, makeTrainer } from "./small-training.ts"

/** Of a network without kinks, for images of `inputShape`: of each tensor some `each` weights are tried. */
export async function movesBySlopes(t: Test, network: Network, each: number): Promise<void> {
  const trainer = await makeTrainer({
    ...{ network, inputShape },
    optimizer: optimizer({ type: "sgd", learningRate: 1, momentum: 0 }),
  })
  const { images, labels } = examples(16)
  const data = trainer.attach(images, labels)
  const start = trainer.state()
  const order = Uint32Array.from({ length: 16 }, (_, i) => i)
  trainer.step(data, order, 0, 16, 0, 0)
  const after = trainer.weights()
  const h = 1 / 64
  for (const [name, { data: before }] of Object.entries(after)) {
    for (let i = 0; i < before.length; i += Math.ceil(before.length / each)) {
      const lossAt = (by: number): number => {
        const moved = structuredClone(start)
        moved[name]!.data[i]! += by
        trainer.load(moved)
        return trainer.evaluate(data, 0, 16).loss / 16
      }
      const slope = (lossAt(h) - lossAt(-h)) / (2 * h)
      const step = start[name]!.data[i]! - before[i]!
      t.ok(Math.abs(slope - step) < 2e-4 + 2e-3 * Math.abs(slope), `${name}[${i}]: ${slope}, ${step}`)
    }
  }
}
