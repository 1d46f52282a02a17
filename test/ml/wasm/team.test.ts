// in turn: it starts threads, and bundles what they run.
// Laws of a training on several threads: the same bits as on one, and no silence when one fails.
import fc from "fast-check"
import t, { type Test } from "tap"
import { Arena } from "../../../ml/kernels/arena.ts"
import { loadKernels } from "../../../ml/kernels/load.ts"
import { pointer } from "../../../ml/kernels/quantities.ts"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import type { Loss } from "../../../ml/losses/table.ts"
import { network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { generator, permutation, seedOf } from "../../../ml/statistics/random.ts"
import type { Augmentation } from "../../../ml/training/augmentation/augmentation.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { predict } from "../../../ml/training/prediction.ts"
import type { Dataset } from "../../../ml/training/trainer.ts"
import { controlAt, placeControl } from "../../../ml/wasm/team/control.ts"
import { Lead, MemberFailed } from "../../../ml/wasm/team/lead.ts"
import { createWasmTrainer, type WasmTrainer } from "../../../ml/wasm/wasm-trainer.ts"
import { count } from "../../counts.ts"
import { wasm } from "../support/harness.ts"
import { allSorts, leastStep } from "../support/random-networks.ts"
import { bitsOf, examples, makeTrainer } from "../support/small-training.ts"
import { heard, threads } from "../support/threads.ts"

const kernels = await loadKernels(wasm)
const members = threads(t, 4, "ml.joinTraining(given, { ready: () => say('joined') })")

/** Lets `count` threads join, and waits until they have. */
async function joined(trainer: WasmTrainer, count: number): Promise<void> {
  const ready = members.slice(0, count).map((member) => {
    const word = heard(member)
    member.postMessage(trainer.invite())
    return word
  })
  await Promise.all(ready)
}

const optimizers: fc.Arbitrary<Parameters<typeof optimizer>[0]> = fc.constantFrom(
  { type: "sgd", learningRate: 0.05, momentum: 0 },
  { type: "sgd", learningRate: 0.05, weightDecay: 0.01 },
  { type: "adam", schedule: { type: "cosine", epochs: 2 } },
  { type: "adam", weightDecay: 0.1 },
)

const losses: ReadonlyArray<Loss> = [
  { type: "softmax-cross-entropy" },
  { type: "mean-squared-error" },
  { type: "binary-cross-entropy" },
]

const augmentations: ReadonlyArray<ReadonlyArray<Augmentation>> = [
  [],
  [{ type: "flip" }, { type: "crop", padding: 1 }, { type: "rotate", degrees: 20 }],
]

/** Two epochs with a look at all examples after each; `before` each step the team may change. */
function trained(trainer: WasmTrainer, data: Dataset, before: (step: number) => void): string {
  const { batchSize, seed } = trainer.options
  const found: Array<unknown> = []
  let all = 0
  for (let epoch = 0; epoch < 2; epoch++) {
    const order = permutation(data.count, generator(seedOf(seed, epoch)))
    for (let from = 0, step = 0; from < data.count; from += batchSize, step++) {
      before(all++)
      const tally = trainer.step(data, order, from, Math.min(batchSize, data.count - from), epoch, step)
      found.push(tally.loss, tally.correct)
    }
    const { loss, labels, outputs } = predict(trainer, data)
    found.push(loss, [...labels], [...new Uint32Array(outputs.buffer)])
  }
  return JSON.stringify([found, bitsOf(trainer.state())])
}

t.test("any number of threads gives the bits of one, also where it changes midway", async () => {
  await fc.assert(
    fc.asyncProperty(
      allSorts(),
      optimizers,
      fc.integer({ min: 1, max: 13 }),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(1, 2, 4),
      async ({ network, inputShape, seed }, method, drawn, shards, joining) => {
        const classes = sizeOf(shapes(network, inputShape).at(-1)!.output)
        const draws = generator(seedOf(seed, "team"))
        const least = leastStep(network)
        const batchSize = Math.max(drawn, least)
        const rest = 3 % batchSize
        const count = 2 * batchSize + (rest > 0 && rest < least ? least : 3)
        const images = Uint8Array.from({ length: count * sizeOf(inputShape) }, () => draws.below(256))
        const loss = losses[draws.below(3)]!
        const labels =
          loss.type === "softmax-cross-entropy"
            ? Uint8Array.from({ length: count }, () => draws.below(Math.min(classes, 256)))
            : Float32Array.from({ length: count * classes }, () => draws.uniform())
        const augmentation = augmentations[draws.below(2)]!
        const make = () =>
          createWasmTrainer(kernels, {
            ...{ network, inputShape, outputs: classes, batchSize, shards, seed, stream: "team" },
            ...{ loss, optimizer: optimizer(method), augmentation },
          })
        const [alone, together, changing] = [await make(), await make(), await make()]
        const expected = trained(alone, alone.attach(images, labels), () => {})
        const data = together.attach(images, labels)
        await joined(together, joining)
        together.employ(joining)
        const same = trained(together, data, () => {}) === expected
        together.dispose()
        await joined(changing, joining)
        // Examples that are attached after threads have joined, in memory that has grown since.
        changing.attach(
          new Uint8Array(images.length * 5000),
          new (labels.constructor as typeof Uint8Array)(labels.length * 5000),
        )
        const later = changing.attach(images, labels)
        const changed = trained(changing, later, (step) => changing.employ(step % (joining + 1))) === expected
        changing.dispose()
        return same && changed
      },
    ),
    { numRuns: count(8, 200) },
  )
})

t.test(
  "threads make the gradient of a large dense kernel, piece by piece, with the bits of one",
  async (t) => {
    const layers = [
      { type: "flatten" },
      { type: "dense", name: "large", units: 701 },
      { type: "activation", kind: "relu" },
      { type: "dense", name: "last", units: 4 },
    ] as const
    const draws = generator(seedOf(1, "large"))
    const images = Uint8Array.from({ length: 9 * 400 }, () => draws.below(256))
    const labels = Uint8Array.from({ length: 9 }, () => draws.below(4))
    const make = () =>
      createWasmTrainer(kernels, {
        ...{ network: network({ layers }), inputShape: [20, 20, 1], outputs: 4, batchSize: 5, shards: 3 },
        ...{ seed: 1, stream: "team", optimizer: optimizer({ type: "adam", weightDecay: 0.1 }) },
      })
    const [alone, together] = [await make(), await make()]
    const data = together.attach(images, labels)
    await joined(together, 3)
    t.equal(
      trained(together, data, (step) => together.employ(3 - step)),
      trained(alone, alone.attach(images, labels), () => {}),
    )
    together.dispose()
  },
)

/**
 * A lead with one member: `mine` is what an item is to the caller's thread, `its` the code of one on the member's. They
 * have some `words` to write to.
 */
async function team(
  t: Test,
  its: string,
  mine: (words: Int32Array, item: number) => void,
  patience?: number,
) {
  const arena = new Arena({ shared: true })
  arena.startAt(pointer(64))
  const at = placeControl(arena)
  const own = arena.allocate(64)
  const words = new Int32Array(arena.memory.buffer, own, 16)
  const [member] = threads(
    t,
    1,
    `const words = new Int32Array(given.memory.buffer, given.own, 16)
    say("there")
    ml.serve(ml.controlAt(given.memory, given.at), 0, (kind, item) => { ${its} })`,
  )
  const word = heard(member!)
  member!.postMessage({ memory: arena.memory, at, own })
  await word
  const lead = new Lead(controlAt(arena.memory, at), (_, item) => mine(words, item), patience)
  t.teardown(() => lead.dismiss())
  lead.employ(1)
  return { lead, words }
}

/** Waits until a word is no longer zero. */
const until = (words: Int32Array, word: number): void => void Atomics.wait(words, word, 0)

t.test("threads share a job's items: the caller's first one waits here for what another does", async (t) => {
  const mine: Array<number> = []
  const { lead, words } = await team(
    t,
    "Atomics.add(words, 1, 1); Atomics.store(words, 0, 1); Atomics.notify(words, 0)",
    (words, item) => {
      mine.push(item)
      until(words, 0)
    },
  )
  lead.run(7, 5)
  t.equal(mine.length + words[1]!, 5)
  t.ok(words[1]! > 0)
})

t.test("what a thread throws fails the job that it was at, in its words", async (t) => {
  const { lead } = await team(
    t,
    "Atomics.store(words, 0, 1); Atomics.notify(words, 0); throw new Error('não há memória')",
    (words) => until(words, 0),
  )
  t.throws(() => lead.run(0, 2), new MemberFailed("a thread of the training failed: não há memória"))
})

t.test(
  "a thread that is stopped in the midst of an item fails the job instead of holding it up",
  async (t) => {
    const { lead } = await team(
      t,
      "Atomics.store(words, 0, 1); Atomics.notify(words, 0); for (;;);",
      (words) => until(words, 0),
      5,
    )
    t.throws(() => lead.run(0, 2), /stopped in the midst of its work/)
  },
)

t.test("a training goes to the end with threads that never came", async (t) => {
  const { images, labels } = examples(20)
  const [alone, invited] = [await makeTrainer(), await makeTrainer()]
  for (const trainer of [alone, invited]) {
    const data = trainer.attach(images, labels)
    if (trainer === invited) {
      trainer.invite()
      trainer.employ(1)
    }
    trained(trainer, data, () => {})
  }
  t.same(bitsOf(invited.state()), bitsOf(alone.state()))
})

t.test("kernels on a memory of one thread cannot be joined, and give the same bits", async (t) => {
  const { images, labels } = examples(20)
  const options = { ...(await makeTrainer()).options }
  const single = await createWasmTrainer(await loadKernels(wasm, false), options)
  const shared = await createWasmTrainer(kernels, options)
  t.throws(() => single.invite(), /cannot be shared/)
  const [a, b] = [single, shared].map((trainer) => trained(trainer, trainer.attach(images, labels), () => {}))
  t.equal(a, b)
})
