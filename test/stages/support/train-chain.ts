// Runs `train` as a worker would, link by link, on inputs that are already decoded.
import { fileURLToPath } from "node:url"
import type { MakeTrainer } from "../../../ml/training/trainer.ts"
import { train } from "../../../stages/train.ts"
import { makeTrainer } from "../../ml/support/small-training.ts"
import { noPlace } from "./run-form.ts"

const { definition } = train
if (!("chain" in definition)) throw new TypeError("train is no chain")
export const { chain } = definition
export const { params: TrainParams } = definition

export type Params = Parameters<typeof chain.length>[0]
export type Inputs = Parameters<typeof chain.start>[0]["inputs"]

const kernels = fileURLToPath(new URL("../../../ml/kernels/kernels.wasm", import.meta.url))

type Points = Parameters<typeof chain.finish>[1]["metrics"]

/** What links gave, first to last. */
interface Links {
  readonly metrics: Points
  readonly saved: ReadonlyArray<Uint8Array>
}

/** All links of a training, or those after `earlier` ones, how many examples were attached each time, and what it gives. */
export async function trainChain(
  params: Params,
  inputs: Inputs,
  earlier: Links = { metrics: [], saved: [] },
) {
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
    ...{
      params,
      inputs,
      provided,
      files: { kernels },
      secrets: {},
      settings: {},
      cores: () => 1,
      thread: () => {},
    },
    ...{ place: noPlace, progress: async () => {}, pause: async () => {}, log: () => {} },
  }
  const state = await chain.start(context)
  const metrics = [...earlier.metrics]
  const saved = [...earlier.saved]
  const last = saved.at(-1)
  if (last !== undefined) chain.restore(state, last)
  for (let epoch = saved.length + 1; epoch <= params.epochs; epoch++) {
    metrics.push(await chain.advance(state, epoch))
    saved.push(chain.save(state))
  }
  const { weights, curve } = await chain.finish(context, { metrics, state: async (n) => saved[n - 1]! })
  chain.close?.(state)
  return {
    ...{ attached, metrics, saved, weights: weights as Uint8Array },
    curve: curve as ReadonlyArray<Record<string, number>>,
  }
}
