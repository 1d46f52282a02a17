// in turn: it starts threads, and bundles what they run.
// Networks trained on kernels in C, on one thread and on several, against those trained on WebAssembly's.
import { createHash } from "node:crypto"
import fc from "fast-check"
import { test } from "tap"
import type { Lanes } from "../../../ml/kernels/bind.ts"
import { loadKernels } from "../../../ml/kernels/load.ts"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { generator, permutation, seedOf } from "../../../ml/statistics/random.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { createWasmTrainer } from "../../../ml/wasm/wasm-trainer.ts"
import { count } from "../../counts.ts"
import { type Case, wasm } from "../support/harness.ts"
import { nativeLanes, nativeLibrary, withoutCompiler } from "../support/native-library.ts"
import { allSorts, leastStep } from "../support/random-networks.ts"
import { heard, threads } from "../support/threads.ts"

const STEPS = 20
const kernels = await loadKernels(wasm)

/** What a training leaves that is drawn by the case: its state, and its loss on all examples. */
async function trained(
  { network, inputShape, seed }: Case,
  lanes: Lanes | undefined,
  helpers: ReturnType<typeof threads>,
): Promise<string> {
  const draws = generator(seedOf(seed, "native"))
  const classes = sizeOf(shapes(network, inputShape).at(-1)!.output)
  const least = leastStep(network)
  const batchSize = least + draws.below(12)
  const trainer = await createWasmTrainer(
    { ...kernels, ...(lanes === undefined ? {} : { lanes }) },
    {
      ...{
        network,
        inputShape,
        outputs: classes,
        batchSize,
        shards: 1 + draws.below(4),
        seed,
        stream: "native",
      },
      augmentation:
        draws.below(2) === 0
          ? []
          : [{ type: "rotate", degrees: 30 }, { type: "flip" }, { type: "crop", padding: 2 }],
      optimizer: optimizer(
        draws.below(2) === 0 ? { type: "adam", weightDecay: 0.1 } : { type: "sgd", learningRate: 0.01 },
      ),
    },
  )
  for (const helper of helpers) {
    const joined = heard(helper)
    helper.postMessage(trainer.invite())
    await joined
  }
  trainer.employ(helpers.length)
  const examples = 3 * batchSize
  const data = trainer.attach(
    Uint8Array.from({ length: examples * sizeOf(inputShape) }, () => draws.below(3) && draws.below(256)),
    Uint8Array.from({ length: examples }, () => draws.below(Math.min(classes, 256))),
  )
  for (let step = 0; step < STEPS; step++)
    trainer.step(data, permutation(examples, draws), 0, least + draws.below(batchSize - least + 1), 0, step)
  const nonFinite = trainer.nonFinite()
  if (nonFinite !== undefined) return nonFinite // WebAssembly leaves the bits of NaN open
  const hash = createHash("sha256").update(`${trainer.evaluate(data, 0, examples).loss}`)
  for (const [name, { data }] of Object.entries(trainer.state()).sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  trainer.dispose()
  return hash.digest("hex")
}

test("a network trained on kernels in C has the bits of one trained on WebAssembly's, on any number of threads", {
  skip: withoutCompiler,
}, async (t) => {
  const lanes = await nativeLanes()
  const library = JSON.stringify(await nativeLibrary())
  const helpers = threads(
    t,
    3,
    `ml.joinTraining(given, { ready: () => say("joined"), lanes: ml.openLanes(${library}) })`,
  )
  let drawn = 0
  await fc.assert(
    fc.asyncProperty(allSorts(), async (example) => {
      const here = helpers.slice(0, drawn++ % 4)
      return (await trained(example, lanes, here)) === (await trained(example, undefined, []))
    }),
    { numRuns: count(20, 1_000, 120), endOnFailure: true },
  )
})
