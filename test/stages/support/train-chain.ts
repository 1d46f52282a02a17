// Runs `train` as a worker would, link by link, on inputs that are already decoded.
import { fileURLToPath } from "node:url"
import type { MakeTrainer } from "../../../ml/training/trainer.ts"
import { train } from "../../../stages/train.ts"
import { makeTrainer } from "../../ml/support/small-training.ts"

const { definition } = train
if (!("chain" in definition)) throw new TypeError("train is no chain")
export const { chain } = definition
export const { params: TrainParams } = definition

export type Params = Parameters<typeof chain.length>[0]
export type Inputs = Parameters<typeof chain.start>[0]["inputs"]

const kernels = fileURLToPath(new URL("../../../ml/kernels/kernels.wasm", import.meta.url))

/** All links of a training, how many examples were attached each time, and what it gives. */
export async function trainChain(params: Params, inputs: Inputs) {
  const attached: Array<number> = []
  const provided: MakeTrainer = async (options) => {
    const trainer = await makeTrainer(options)
    return {
      ...trainer,
      attach: (values, targets, rows) => {
        attached.push(rows?.length ?? targets.length)
        return trainer.attach(values, targets, rows)
      },
    }
  }
  const context = {
    ...{ params, inputs, provided, files: { kernels }, settings: {}, cores: () => 1, thread: () => {} },
    ...{ progress: async () => {}, pause: async () => {}, log: () => {} },
  }
  const state = await chain.start(context)
  const metrics = []
  const saved: Array<Uint8Array> = []
  for (let epoch = 1; epoch <= params.epochs; epoch++) {
    metrics.push(await chain.advance(state, epoch))
    saved.push(chain.save(state))
  }
  const { weights, curve } = await chain.finish(context, { metrics, state: async (n) => saved[n - 1]! })
  chain.close?.(state)
  return { attached, weights: weights as Uint8Array, curve: curve as ReadonlyArray<Record<string, number>> }
}
