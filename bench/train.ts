/**
 * Training throughput of LeNet (dropout 0.25, Adam) on one core, beside PyTorch's where python3 has it: rounds of
 * both in turn, medians, the ratio, and how much of a step's time is spent inside kernels.
 * Usage: npx tsx bench/train.ts [batch size, 64] [rounds, 7]
 */
import { type ChildProcess, spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { bindKernels, type Kernels } from "../ml/kernels/kernels.ts"
import { lenet } from "../ml/lenet.ts"
import { optimizer } from "../ml/optimizer.ts"
import { generator, permutation, seedOf } from "../ml/random.ts"
import type { Trainer } from "../ml/trainer.ts"
import { Arena } from "../ml/wasm/arena.ts"
import { trainerOn } from "../ml/wasm-trainer.ts"

const batch = Number(process.argv[2] ?? 64)
const rounds = Number(process.argv[3] ?? 7)
const EXAMPLES = 4096
const SECONDS = 1

const module = new WebAssembly.Module(readFileSync(new URL("../ml/kernels/kernels.wasm", import.meta.url)))

/** Trains batches; the images/s of `steps` of them. */
type Measured = (steps: number) => number | Promise<number>

function ours(wrap: (kernels: Kernels) => Kernels = (kernels) => kernels): Measured {
  const arena = new Arena()
  const trainer: Trainer = trainerOn(wrap(bindKernels(module, arena.memory)), arena, {
    network: lenet({ dropout: 0.25 }),
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
  return (steps) => {
    const start = performance.now()
    for (let step = 0; step < steps; step++)
      trainer.step(data, order, (step % perEpoch) * batch, batch, 0, step)
    return (steps * batch * 1000) / (performance.now() - start)
  }
}

/** Kernels that add the time spent in them to `spent.ms`. */
function timed(kernels: Kernels, spent: { ms: number }): Kernels {
  const wrapped = Object.entries(kernels).map(([name, kernel]) => [
    name,
    (...args: Array<number>) => {
      const start = performance.now()
      const result = kernel(...args)
      spent.ms += performance.now() - start
      return result
    },
  ])
  return Object.fromEntries(wrapped)
}

async function torch(): Promise<{ name: string; measure: Measured; child: ChildProcess } | undefined> {
  const script = fileURLToPath(new URL("train_torch.py", import.meta.url))
  const child = spawn("python3", [script, String(batch)], { stdio: ["pipe", "pipe", "ignore"] })
  child.on("error", () => {})
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done) return undefined
  const measure = async (steps: number) => {
    child.stdin!.write(`${steps}\n`)
    return Number((await lines.next()).value)
  }
  return { name: first.value, measure, child }
}

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1]!

/** How many steps last about a second, found after some to warm up. */
async function stepsPerRound(measure: Measured): Promise<number> {
  await measure(60)
  return Math.ceil(((await measure(100)) * SECONDS) / batch)
}

const line = (name: string, rates: ReadonlyArray<number>): string =>
  `${name.padEnd(28)} ${Math.round(median(rates)).toString().padStart(7)} images/s   (${rates.map(Math.round).join(" ")})`

const mine = ours()
const peer = await torch()
const [mySteps, peerSteps] = [await stepsPerRound(mine), peer && (await stepsPerRound(peer.measure))]
const [myRates, peerRates]: [Array<number>, Array<number>] = [[], []]
for (let round = 0; round < rounds; round++) {
  myRates.push(await mine(mySteps))
  if (peer) peerRates.push(await peer.measure(peerSteps!))
}
peer?.child.stdin?.end()

const spent = { ms: 0 }
const watched = ours((kernels) => timed(kernels, spent))
await watched(60)
spent.ms = 0
const start = performance.now()
await watched(mySteps)
const share = spent.ms / (performance.now() - start)

console.log(`LeNet, batch ${batch}, one core, medians of ${rounds} rounds in turn`)
console.log(line("refold, wasm", myRates))
if (peer) {
  console.log(line(`${peer.name}, 1 thread`, peerRates))
  console.log(`ratio ${(median(myRates) / median(peerRates)).toFixed(2)}`)
} else {
  console.log("python3 has no torch here: nothing to compare with (pip install torch)")
}
console.log(`${(share * 100).toFixed(1)} % of a step's time is spent inside kernels`)
