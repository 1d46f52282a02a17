// Training on our kernels, on one thread, as peer.py does it. Usage: tsx ours.ts NETWORK BATCH
import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { Arena } from "../../ml/kernels/arena.ts"
import { bindKernels } from "../../ml/kernels/bind.ts"
import { generator, permutation, seedOf } from "../../ml/statistics/random.ts"
import { optimizer } from "../../ml/training/optimizer.ts"
import { trainerOn } from "../../ml/wasm/wasm-trainer.ts"
import { networks } from "./networks.ts"

const [name, batch] = [process.argv[2]!, Number(process.argv[3])]
const EXAMPLES = 4096
const module = new WebAssembly.Module(readFileSync(new URL("../../ml/kernels/kernels.wasm", import.meta.url)))
const arena = new Arena()
const trainer = trainerOn(bindKernels(module, arena.memory), arena, {
  network: networks[name]!(),
  inputShape: [28, 28, 1],
  classes: 10,
  optimizer: optimizer({ type: "adam" }),
  batchSize: batch,
  seed: 1,
  stream: "bench",
})
const draws = generator(seedOf(1, "bench"))
const data = trainer.attach(
  Uint8Array.from({ length: EXAMPLES * 784 }, () => draws.below(256)),
  Uint8Array.from({ length: EXAMPLES }, () => draws.below(10)),
)
const order = permutation(EXAMPLES, draws)
const perEpoch = Math.floor(EXAMPLES / batch)

console.log("refold")
for await (const line of createInterface({ input: process.stdin })) {
  const steps = Number(line)
  const start = performance.now()
  for (let step = 0; step < steps; step++)
    trainer.step(data, order, (step % perEpoch) * batch, batch, 0, step)
  console.log((steps * batch * 1000) / (performance.now() - start))
}
