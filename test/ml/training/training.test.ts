// Laws of training as a whole: seeds, resumption, and going wrong loudly.
import fc from "fast-check"
import t from "tap"
import { decodeSafetensors, encodeSafetensors } from "../../../ml/data/safetensors.ts"
import { ImpossibleNetwork } from "../../../ml/layers/parts/impossible-network.ts"
import { network } from "../../../ml/network/network.ts"
import { NonFiniteError, trainEpoch } from "../../../ml/training/epoch.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { assess, predict } from "../../../ml/training/prediction.ts"
import type { Trainer } from "../../../ml/training/trainer.ts"
import { count } from "../../counts.ts"
import { adam, bitsOf, classes, examples, makeTrainer, smallNetwork } from "../support/small-training.ts"

const { images, labels } = examples(50)
const sgd = optimizer({ type: "sgd", learningRate: 0.05 })
const inOrder = Uint32Array.from({ length: 50 }, (_, i) => i)

t.test("training learns what can be seen", async (t) => {
  for (const method of [adam, sgd]) {
    const trainer = await makeTrainer({ optimizer: method })
    const data = trainer.attach(images, labels)
    const first = await trainEpoch(trainer, data, 0)
    for (let epoch = 1; epoch < 25; epoch++) await trainEpoch(trainer, data, epoch)
    t.ok(assess(trainer, data).accuracy! > 0.95, method.type)
    t.ok(assess(trainer, data).loss < first.loss / 3, method.type)
  }
})

t.test("training that goes on from a saved state gives the bits of one that never stopped", async (t) => {
  for (const method of [adam, sgd]) {
    const whole = await makeTrainer({ optimizer: method })
    const data = whole.attach(images, labels)
    await trainEpoch(whole, data, 0)
    const saved = encodeSafetensors(whole.state())
    const goneOn = await trainEpoch(whole, data, 1)
    const resumed = await makeTrainer({ optimizer: method })
    resumed.load(decodeSafetensors(saved).tensors)
    t.same(encodeSafetensors(resumed.state()), saved)
    t.same(await trainEpoch(resumed, resumed.attach(images, labels), 1), goneOn)
    t.same(bitsOf(resumed.state()), bitsOf(whole.state()))
  }
})

t.test("evaluating in between changes no bit of a training", async (t) => {
  const [plain, watched] = [await makeTrainer(), await makeTrainer()]
  const [a, b] = [plain.attach(images, labels), watched.attach(images, labels)]
  for (let epoch = 0; epoch < 2; epoch++) {
    await trainEpoch(plain, a, epoch)
    await trainEpoch(watched, b, epoch, async () => void watched.evaluate(b, 3, 7))
  }
  t.same(bitsOf(watched.state()), bitsOf(plain.state()))
})

t.test("the dropout rate changes neither initial weights nor batches", async (t) => {
  const [none, half] = [
    await makeTrainer({ network: smallNetwork(0) }),
    await makeTrainer({ network: smallNetwork(0.5) }),
  ]
  t.same(bitsOf(half.weights()), bitsOf(none.weights()))
  const ordersOf = async (trainer: Trainer) => {
    const data = trainer.attach(images, labels)
    const orders: Array<string> = []
    const spy = {
      ...trainer,
      step: (...args: Parameters<typeof trainer.step>) => {
        orders.push(`${args[1].subarray(args[2], args[2] + args[3])}`)
        return trainer.step(...args)
      },
    }
    await trainEpoch(spy, data, 0)
    return orders
  }
  t.same(await ordersOf(none), await ordersOf(half))
  t.notSame(bitsOf(half.weights()), bitsOf(none.weights()))
})

t.test("streams and seeds differ in their initial weights, and each comes back the same", async (t) => {
  const bits = async (seed: number, stream: string) =>
    JSON.stringify(bitsOf((await makeTrainer({ seed, stream })).weights()))
  const all = await Promise.all([bits(1, "fold=0"), bits(1, "fold=1"), bits(2, "fold=0")])
  t.equal(new Set(all).size, 3)
  t.equal(await bits(1, "fold=1"), all[1])
})

t.test("a layer that comes between others leaves their initial weights alone", async (t) => {
  const dense = (name: string, units: number) => ({ type: "dense", name, units }) as const
  const flatten = { type: "flatten" } as const
  const small = await makeTrainer({ network: network({ layers: [flatten, dense("a", 6), dense("b", 3)] }) })
  const large = await makeTrainer({
    network: network({ layers: [flatten, dense("a", 6), dense("new", 6), dense("b", 3)] }),
  })
  const [few, many] = [bitsOf(small.weights()), bitsOf(large.weights())]
  t.same(Object.keys(many).length, Object.keys(few).length + 2)
  for (const [name, bits] of Object.entries(few)) t.equal(many[name], bits, name)
})

t.test("masks differ from step to step, epoch to epoch and shard to shard", async (t) => {
  const after = async (epoch: number, step: number, order = inOrder) => {
    const trainer = await makeTrainer({ network: smallNetwork(0.5), batchSize: 4, shards: 2 })
    trainer.step(trainer.attach(images, labels), order, 0, 4, epoch, step)
    return JSON.stringify(bitsOf(trainer.weights()))
  }
  t.equal(new Set([await after(0, 0), await after(0, 1), await after(1, 0)]).size, 3)
  t.equal(await after(1, 0), await after(1, 0))
  t.not(await after(0, 0), await after(0, 0, Uint32Array.from([2, 3, 0, 1])))
})

t.test("the last batch of an epoch trains on what is left", async (t) => {
  const trainer = await makeTrainer({ optimizer: sgd, network: smallNetwork(0) })
  const data = trainer.attach(images, labels)
  const counts: Array<number> = []
  const spy = {
    ...trainer,
    step: (...args: Parameters<typeof trainer.step>) => {
      counts.push(args[3])
      return trainer.step(...args)
    },
  }
  await trainEpoch(spy, data, 0)
  t.same(counts, [16, 16, 16, 2])
})

t.test("shards change the order of a gradient's sum and nothing else", async (t) => {
  const weightsWith = async (shards: number) => {
    const trainer = await makeTrainer({ shards, optimizer: sgd, network: smallNetwork(0) })
    trainer.step(trainer.attach(images, labels), inOrder, 0, 13, 0, 0)
    return Object.values(trainer.weights()).flatMap(({ data }) => [...data])
  }
  const [one, many] = [await weightsWith(1), await weightsWith(5)]
  t.ok(one.every((weight, i) => Math.abs(weight - many[i]!) < 1e-6))
})

t.test("attaching picked rows is the same as picking them beforehand", async (t) => {
  const trainer = await makeTrainer()
  const rows = Uint32Array.from([7, 3, 3, 49])
  const picked = trainer.attach(
    Uint8Array.from([...rows].flatMap((row) => [...images.subarray(row * 64, row * 64 + 64)])),
    Uint8Array.from(rows, (row) => labels[row]!),
  )
  t.same(predict(trainer, trainer.attach(images, labels, rows)), predict(trainer, picked))
})

t.test("probabilities sum to one, and give the loss and the labels", async (t) => {
  const trainer = await makeTrainer()
  const {
    loss,
    accuracy,
    outputs: probabilities,
    labels: found,
  } = predict(trainer, trainer.attach(images, labels))
  let expected = 0
  let right = 0
  for (let i = 0; i < 50; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes)
    t.ok(Math.abs(row.reduce((a, b) => a + b) - 1) < 1e-6)
    expected -= Math.log(row[labels[i]!]!) / 50
    t.equal(row[found[i]!], Math.max(...row))
    right += found[i] === labels[i] ? 1 : 0
  }
  t.ok(Math.abs(loss - expected) < 1e-6)
  t.equal(accuracy, right / 50)
})

t.test("a loss that is not finite fails with its epoch and step, and a weight with its name", async (t) => {
  const wild = (learningRate: number) => optimizer({ type: "sgd", learningRate, momentum: 0 })
  const trainer = await makeTrainer({ optimizer: wild(1e25) })
  const data = trainer.attach(images, labels)
  const atStep = await thrown(() => trainEpoch(trainer, data, 4))
  t.match(atStep, { epoch: 4, step: 1, what: "the loss" })
  t.match(atStep.message, /step 2 of epoch 5/)
  const single = await makeTrainer({
    optimizer: optimizer({ type: "sgd", learningRate: 1e10 }),
    batchSize: 50,
  })
  const fast = { shape: [classes], data: Float32Array.of(0, 3e38, 0) }
  single.load({ ...single.state(), "sgd/velocity/dense2/bias": fast })
  const error = await thrown(() => trainEpoch(single, single.attach(images, labels), 2))
  t.match(error, { epoch: 2, what: "dense2/bias" })
  t.equal(error.step, undefined)
})

const thrown = async (run: () => Promise<unknown>): Promise<NonFiniteError> => {
  try {
    await run()
  } catch (error) {
    if (error instanceof NonFiniteError) return error
    throw error
  }
  throw new Error("nothing was thrown")
}

t.test("what does not fit is refused by name", async (t) => {
  const trainer = await makeTrainer()
  const data = trainer.attach(images, labels)
  t.throws(() => trainer.attach(images.subarray(1), labels), /not 8×8×1 for each of 50 examples/)
  t.throws(
    () =>
      trainer.attach(
        images,
        labels.map(() => 3),
      ),
    /label 3 of example 0 is not below 3/,
  )
  t.throws(() => trainer.attach(images, labels, Uint32Array.of(50)), /row 50 is not among 50/)
  t.throws(() => trainer.step(data, Uint32Array.of(50), 0, 1, 0, 0), /example 50 is not among 50/)
  t.throws(() => trainer.step(data, inOrder, 0, 17, 0, 0), /a batch of 17/)
  t.throws(() => trainer.step(data, inOrder, -1, 1, 0, 0), /a batch of 1 from -1/)
  t.throws(() => trainer.step(data, inOrder, 0.5, 1, 0, 0), /a batch of 1 from 0.5/)
  t.throws(() => trainer.evaluate(data, 49, 2), /not within 50/)
  const { "conv1/bias": bias, ...rest } = trainer.state()
  t.throws(() => trainer.load(rest), /lacks the tensor conv1\/bias/)
  t.throws(() => trainer.load({ ...trainer.state(), more: bias! }), /unknown here: more/)
  t.throws(
    () => trainer.load({ ...rest, "conv1/bias": { shape: [4], data: new Float32Array(4) } }),
    /conv1\/bias/,
  )
  await t.rejects(makeTrainer({ outputs: 4 }), ImpossibleNetwork)
  await t.rejects(makeTrainer({ batchSize: 0 }), /batchSize is 0/)
})

t.test("the same training twice gives the same bits, whatever its options", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 6 }),
      async (batchSize, shards) => {
        const run = async () => {
          const trainer = await makeTrainer({ batchSize, shards })
          await trainEpoch(trainer, trainer.attach(images, labels), 0)
          return JSON.stringify(bitsOf(trainer.state()))
        }
        const [first, second] = [await run(), await run()]
        return first === second
      },
    ),
    { numRuns: count(5, 100) },
  )
})
