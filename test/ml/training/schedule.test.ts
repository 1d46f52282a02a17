// Learning-rate schedules: their course, and that a training follows it without any state.
import fc from "fast-check"
import t from "tap"
import { trainEpoch } from "../../../ml/training/epoch.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { factorAt, schedule } from "../../../ml/training/schedule.ts"
import { count } from "../../counts.ts"
import { bitsOf, examples, makeTrainer } from "../support/small-training.ts"

const { images, labels } = examples(48)
const kinds = ["adam", "sgd"] as const

t.test("a warm-up rises by even steps to the whole rate", async (t) => {
  const warm = schedule({ type: "constant", warmUp: 2 })
  t.same(
    [0, 1, 2, 3, 4, 50].map((step) => factorAt(warm, step, 2)),
    [0.25, 0.5, 0.75, 1, 1, 1],
  )
  t.equal(factorAt(schedule({ type: "constant" }), 0, 3), 1)
})

t.test("steps multiply by the factor each time that many epochs are over", async (t) => {
  const halves = schedule({ type: "steps", every: 2, factor: 0.5 })
  t.same(
    [0, 19, 20, 39, 40, 60].map((step) => factorAt(halves, step, 10)),
    [1, 1, 0.5, 0.5, 0.25, 0.125],
  )
})

t.test("a cosine goes from the whole rate by way of the middle to its floor, and stays", async (t) => {
  const half = schedule({ type: "cosine", epochs: 4, floor: 0.1 })
  t.equal(factorAt(half, 0, 10), 1)
  t.ok(Math.abs(factorAt(half, 20, 10) - 0.55) < 1e-15)
  t.ok(Math.abs(factorAt(half, 10, 10) - (0.1 + 0.45 * (1 + Math.SQRT1_2))) < 1e-15)
  t.equal(factorAt(half, 40, 10), 0.1)
  t.equal(factorAt(half, 400, 10), 0.1)
  const warm = schedule({ type: "cosine", epochs: 4, warmUp: 2 })
  t.equal(factorAt(warm, 20, 10), 1)
  t.ok(Math.abs(factorAt(warm, 30, 10) - 0.5) < 1e-15)
  t.equal(factorAt(schedule({ type: "cosine", epochs: 1, warmUp: 1 }), 10, 10), 1, "nothing but a warm-up")
})

t.test("a factor is within 0 and 1, and never rises after the warm-up", async () => {
  const warmUp = fc.integer({ min: 0, max: 3 })
  const any = fc.oneof(
    fc.record({
      type: fc.constant("steps" as const),
      every: fc.integer({ min: 1, max: 4 }),
      factor: fc.constantFrom(0.1, 0.5),
      warmUp,
    }),
    fc.record({ type: fc.constant("cosine" as const), epochs: fc.integer({ min: 4, max: 9 }), warmUp }),
  )
  fc.assert(
    fc.property(any, fc.integer({ min: 1, max: 20 }), (data, perEpoch) => {
      const given = schedule(data)
      const all = Array.from({ length: 12 * perEpoch }, (_, step) => factorAt(given, step, perEpoch))
      return all.every(
        (factor, step) =>
          factor >= 0 && factor <= 1 && (step <= given.warmUp * perEpoch || factor <= all[step - 1]!),
      )
    }),
    { numRuns: count(50, 1_000) },
  )
})

t.test("a training follows its schedule: each step moves at the rate that is its turn", async (t) => {
  for (const type of kinds) {
    const [learningRate, weightDecay] = [0.01, 0.1]
    const given = { type: "cosine", epochs: 2, warmUp: 0.5, floor: 0.2 } as const
    const whole = await makeTrainer({
      optimizer: optimizer({ type, learningRate, weightDecay, schedule: given }),
    })
    const data = whole.attach(images, labels)
    for (let epoch = 0; epoch < 3; epoch++) await trainEpoch(whole, data, epoch)
    // the same by hand: another trainer for each step, at its own constant rate
    let state = (await makeTrainer({ optimizer: optimizer({ type }) })).state()
    for (let epoch = 0; epoch < 3; epoch++) {
      const byStep = await Promise.all(
        [0, 1, 2].map((step) =>
          makeTrainer({
            optimizer: optimizer({
              ...{ type, weightDecay },
              learningRate: learningRate * factorAt(schedule(given), 3 * epoch + step, 3),
            }),
          }),
        ),
      )
      const router = {
        ...byStep[0]!,
        step: (...args: Parameters<(typeof byStep)[0]["step"]>) => {
          const trainer = byStep[args[5]]!
          trainer.load(state)
          const tally = trainer.step(
            trainer.attach(images, labels),
            ...(args.slice(1) as never as [Uint32Array, number, number, number, number]),
          )
          state = trainer.state()
          return tally
        },
      }
      await trainEpoch(router, data, epoch)
    }
    t.same(bitsOf(whole.state()), bitsOf(state), type)
  }
})

t.test("a constant schedule, or none, is the training that there was", async (t) => {
  const bits = async (extra: object) => {
    const trainer = await makeTrainer({ optimizer: optimizer({ type: "adam", ...extra }) })
    await trainEpoch(trainer, trainer.attach(images, labels), 0)
    return bitsOf(trainer.state())
  }
  t.same(await bits({ schedule: { type: "constant" } }), await bits({}))
  t.notOk("schedule" in optimizer({ type: "adam" }), "and no params change that do not ask for it")
})
