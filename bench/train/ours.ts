// Training on our kernels, on one thread, as peer.py does it. Usage: tsx ours.ts NETWORK BATCH FOLDER CLOCK KERNELS
import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { Arena } from "../../ml/kernels/arena.ts"
import { generator, permutation, seedOf } from "../../ml/statistics/random.ts"
import { optimizer } from "../../ml/training/optimizer.ts"
import { predict } from "../../ml/training/prediction.ts"
import { trainerOn } from "../../ml/wasm/wasm-trainer.ts"
import { kernels } from "./kernels.ts"
import { networks } from "./networks.ts"
import { fileOf } from "./pictures.ts"
import { shareOfZeros } from "./zeros.ts"

type Arguments = [string, string, string, "wall" | "cpu", string]
const [name, size, folder, clock, sort] = process.argv.slice(2) as Arguments
/** Seconds; "cpu" counts what the process took of a busy machine. */
const now = (): number => {
  if (clock === "wall") return performance.now() / 1000
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
const batch = Number(size)
const { input: inputShape, network: make } = networks[name]!
const network = make()
const module = new WebAssembly.Module(readFileSync(new URL("../../ml/kernels/kernels.wasm", import.meta.url)))
const arena = new Arena()
const bound = kernels[sort]!(module, arena.memory)
if (bound === undefined) process.exit(1)
const trainer = trainerOn(bound, arena, {
  ...{ network, inputShape, outputs: 10 },
  ...{ optimizer: optimizer({ type: "adam" }), batchSize: batch, seed: 1, stream: "bench" },
})
const bytes = inputShape.reduce((a, b) => a * b)

/** Examples as they were written: images, then labels. */
function read(part: "train" | "test") {
  const all = readFileSync(fileOf(folder, part, inputShape))
  const count = all.length / (bytes + 1)
  return { images: all.subarray(0, count * bytes), labels: all.subarray(count * bytes) }
}

const [train, test] = [read("train"), read("test")]
const [data, unseen] = [trainer.attach(train.images, train.labels), trainer.attach(test.images, test.labels)]
const order = permutation(data.count, generator(seedOf(1, "bench")))
const perEpoch = Math.floor(data.count / batch)
let done = 0
let loss = Number.NaN

/** What peer.py answers to the same words. */
const answers: Readonly<Record<string, (argument: number) => number | Promise<number>>> = {
  train: (steps) => {
    let sum = 0
    const start = now()
    for (let step = 0; step < steps; step++, done++)
      sum += trainer.step(data, order, (done % perEpoch) * batch, batch, 0, done).loss
    const seconds = now() - start
    loss = sum / (steps * batch)
    return (steps * batch) / seconds
  },
  loss: () => loss,
  zeros: (images) =>
    shareOfZeros(
      module,
      { network, inputShape, weights: trainer.weights() },
      train.images.subarray(0, images * bytes),
    ),
  predict: () => {
    const start = now()
    predict(trainer, unseen)
    return now() - start
  },
}

console.log(sort)
for await (const line of createInterface({ input: process.stdin })) {
  const [word, argument] = line.split(" ") as [string, string]
  console.log(await answers[word]!(Number(argument)))
}
