// How fast a network trains on images of noise: batches of 64, dropout 0.25 where it has some, Adam.
import { lenet } from "../ml/network/lenet.ts"
import { wide } from "../ml/network/wide.ts"
import { generator, permutation, seedOf } from "../ml/statistics/random.ts"
import { optimizer } from "../ml/training/optimizer.ts"
import type { MakeTrainer } from "../ml/training/trainer.ts"

const NETWORKS = { lenet: lenet({ dropout: 0.25 }), wide: wide(10) } as const
export type Measured = keyof typeof NETWORKS

const EXAMPLES = 1024
const BATCH = 64
/** Steps that warm up, while code is compiled and caches fill, and milliseconds after which that must do. */
const FIRST = 5
const LONG = 500

/** Images a second over that many seconds; null for 0 of them, though a trainer is made then too. */
export async function speed(
  make: MakeTrainer,
  seconds: number,
  network: Measured = "lenet",
): Promise<number | null> {
  const trainer = await make({
    network: NETWORKS[network],
    inputShape: [28, 28, 1],
    outputs: 10,
    optimizer: optimizer({ type: "adam" }),
    batchSize: BATCH,
    seed: 1,
    stream: "speed",
  })
  if (seconds === 0) {
    trainer.dispose?.()
    return null
  }
  const draws = generator(seedOf(1, "speed"))
  const data = trainer.attach(
    Uint8Array.from({ length: EXAMPLES * 784 }, () => draws.below(256)),
    Uint8Array.from({ length: EXAMPLES }, () => draws.below(10)),
  )
  const order = permutation(EXAMPLES, draws)
  const train = (step: number): void => {
    trainer.step(data, order, (step * BATCH) % EXAMPLES, BATCH, 0, step)
  }
  let step = 0
  const warm = performance.now() + LONG
  while (step < FIRST && performance.now() < warm) train(step++)
  const start = performance.now()
  let steps = 0
  while (performance.now() - start < seconds * 1000) train(step + steps++)
  const taken = (performance.now() - start) / 1000
  trainer.dispose?.()
  return (steps * BATCH) / taken
}
