// Decoupled weight decay: its formula, what it leaves alone, and that it is the explicit one of AdamW.
import fc from "fast-check"
import t from "tap"
import type { Tensors } from "../../../ml/data/tensor.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { count } from "../../counts.ts"
import { freshKernels, noise } from "../support/harness.ts"
import { bitsOf, examples, makeTrainer } from "../support/small-training.ts"

const { images, labels } = examples(32)
const inOrder = Uint32Array.from({ length: 32 }, (_, i) => i)
const kinds = ["adam", "sgd"] as const

/** The state after `steps` steps of one batch each. */
async function after(
  method: Parameters<typeof optimizer>[0],
  steps: number,
  start?: (state: Tensors) => Tensors,
): Promise<Tensors> {
  const trainer = await makeTrainer({ optimizer: optimizer(method) })
  if (start !== undefined) trainer.load(start(trainer.state()))
  const data = trainer.attach(images, labels)
  for (let step = 0; step < steps; step++) trainer.step(data, inOrder, 16 * (step % 2), 16, 0, step)
  return trainer.state()
}

const scaled = (state: Tensors, factor: number): Tensors =>
  Object.fromEntries(
    Object.entries(state).map(([name, { shape, data }]) => [
      name,
      { shape, data: /^[^/]+\/kernel$/.test(name) ? (data as Float32Array).map((w) => w * factor) : data },
    ]),
  )

t.test("decay multiplies each weight by the factor, rounded once", async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.nat(),
      fc.float({ min: 0, max: 1 }),
      (vectors, seed, factor) => {
        const { kernels, arena } = freshKernels()
        const w = noise(vectors * 4, seed, 4)
        const at = arena.allocate(w.byteLength + 16)
        arena.floats(at, w.length + 4).set([...w, 7, 7, 7, 7])
        kernels.decayWeights(at, vectors, factor)
        const expected = Float32Array.from([...w.map((value) => value * factor), 7, 7, 7, 7])
        return (
          bitsOf({ a: { shape: [], data: arena.floats(at, w.length + 4).slice() } }).a ===
          bitsOf({ a: { shape: [], data: expected } }).a
        )
      },
    ),
    { numRuns: count(10, 300) },
  )
})

t.test("no weight decay, or one of 0, is the training without the option, bit for bit", async (t) => {
  for (const type of kinds)
    t.same(bitsOf(await after({ type, weightDecay: 0 }, 3)), bitsOf(await after({ type }, 3)), type)
  t.notOk("weightDecay" in optimizer({ type: "adam" }), "and no params change that do not ask for it")
})

t.test("a step moves by the gradient's update, after kernels alone have shrunk by 1 − ηλ", async (t) => {
  const [learningRate, weightDecay] = [0.05, 0.5]
  const factor = Math.fround(1 - learningRate * weightDecay)
  for (const type of kinds) {
    const decayed = await after({ type, learningRate, weightDecay }, 1)
    const plain = await after({ type, learningRate }, 1)
    const start = await after({ type, learningRate }, 0)
    for (const [name, { data }] of Object.entries(start).filter(([name]) =>
      /^[^/]+\/(kernel|bias)$/.test(name),
    )) {
      const [with_, without] = [decayed[name]!.data, plain[name]!.data]
      const shrink = name.endsWith("kernel") ? factor : 1
      // w·c − u and w − u, with the same u: the gradient is taken before the decay
      const off = data.map((w, i) => Math.abs(with_[i]! - (w * shrink + (without[i]! - w))))
      t.ok(Math.max(...off) < 2e-7, `${type} ${name}: ${Math.max(...off)}`)
    }
    for (const [name, { data }] of Object.entries(decayed))
      if (/^(adam|sgd)\//.test(name)) t.same(data, plain[name]!.data, `${name} knows nothing of the decay`)
  }
})

t.test("where the gradient is nothing, a step multiplies a kernel by 1 − ηλ to the last bit", async (t) => {
  const zero = (state: Tensors): Tensors =>
    Object.fromEntries(
      Object.entries(state).map(([name, { shape, data }]) => [
        name,
        { shape, data: name.startsWith("dense2/") ? (data.map(() => 0) as Float32Array) : data },
      ]),
    )
  // dense2 is zero, so that nothing flows back to the layers before it in the first step
  for (const type of kinds) {
    const method = { type, learningRate: 0.01, weightDecay: 1 } as const
    const start = await after(method, 0, zero)
    const state = await after(method, 1, zero)
    t.same(
      bitsOf({ k: state["conv1/kernel"]! }),
      bitsOf({ k: scaled(start, Math.fround(0.99))["conv1/kernel"]! }),
      type,
    )
    t.same(state["conv1/bias"]!.data, start["conv1/bias"]!.data, type)
  }
})

t.test("a decay has no state of its own, and one that would turn weights round is refused", async (t) => {
  for (const type of kinds) {
    const names = Object.keys(await after({ type, weightDecay: 0.1 }, 1))
    t.same(names, Object.keys(await after({ type }, 1)))
    await t.rejects(makeTrainer({ optimizer: optimizer({ type, learningRate: 0.5, weightDecay: 2 }) }), {
      message: /learning rate 0.5 times weight decay 2 is not below 1/,
    })
  }
  t.throws(() => optimizer({ type: "adam", weightDecay: -1 }), /weightDecay/)
})
