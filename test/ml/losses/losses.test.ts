// Losses on the kernels' memory against their formulas, their slopes and TensorFlow.js.
import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-layers"
import * as tf from "@tensorflow/tfjs-core"
import fc from "fast-check"
import t from "tap"
import { rowOf } from "../../../ml/kernels/quantities.ts"
import { isOfClasses, judgeOf, type Loss } from "../../../ml/losses/table.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import { judge as inTensorflow } from "../../../ml/tensorflow/loss.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { count } from "../../counts.ts"
import { freshKernels } from "../support/harness.ts"
import { bitsOf, examples, makeTrainer } from "../support/small-training.ts"

await tf.setBackend("cpu")

interface Case {
  readonly loss: Loss
  readonly outputs: number
  readonly rows: number
  readonly seed: number
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    type: fc.constantFrom(
      "softmax-cross-entropy" as const,
      "mean-squared-error" as const,
      "binary-cross-entropy" as const,
    ),
    weighted: fc.boolean(),
    outputs: fc.integer({ min: 1, max: 7 }),
    rows: fc.integer({ min: 1, max: 5 }),
    seed: fc.nat(1_000_000),
  })
  .map(({ type, weighted, outputs, ...rest }) => {
    const classWeights = Array.from({ length: outputs }, (_, i) => 0.5 + i)
    const loss = type === "softmax-cross-entropy" && weighted ? { type, classWeights } : { type }
    return { ...rest, outputs, loss: loss as Loss }
  })

/** Examples more than rows, which are picked backwards. */
const MORE = 3

/** What a judge says of logits of the case, and what it was given. */
function judged({ loss, outputs, rows, seed }: Case, size = 4) {
  const draws = generator(seedOf(seed, "loss"))
  const logits = Float32Array.from({ length: rows * outputs }, () => size * (2 * draws.uniform() - 1))
  const all = rows + MORE
  const targets = isOfClasses(loss)
    ? Uint8Array.from({ length: all }, () => draws.below(outputs))
    : Float32Array.from({ length: all * outputs }, () =>
        loss.type === "mean-squared-error" ? 6 * draws.uniform() - 3 : draws.below(2),
      )
  const order = Uint32Array.from({ length: rows }, (_, i) => all - 1 - i)
  return { logits, targets, order, ...run({ loss, outputs, rows, seed }, logits, targets, order) }
}

function run(
  { loss, outputs, rows }: Case,
  logits: Float32Array,
  targets: Uint8Array | Float32Array,
  order: Uint32Array,
) {
  const { kernels, arena } = freshKernels()
  const judge = judgeOf(loss, { kernels, arena, outputs })
  const rowBytes = rowOf(outputs)
  const [z, g, said, best, right, picks, truth] = [
    ...[rows * rowBytes, rows * rowBytes, rows * outputs * 4, rows, 4, rows * 4, targets.byteLength],
  ].map((bytes) => arena.allocate(bytes)) as [never, never, never, never, never, never, never]
  for (let row = 0; row < rows; row++)
    arena
      .floats(z, (rows * rowBytes) / 4)
      .set(logits.subarray(row * outputs, (row + 1) * outputs), (row * rowBytes) / 4)
  arena.u32.set(order, picks / 4)
  if (targets instanceof Float32Array) arena.floats(truth, targets.length).set(targets)
  else arena.bytes(truth, targets.length).set(targets)
  const total = judge(
    { logits: z, rowBytes, rows, targets: truth, order: picks, batch: rows + 1 },
    { gradient: g, outputs: said, predicted: best, correct: right },
  )
  const gradient = Float32Array.from(
    { length: rows * outputs },
    (_, i) =>
      arena.floats(g, (rows * rowBytes) / 4)[(Math.floor(i / outputs) * rowBytes) / 4 + (i % outputs)]!,
  )
  return { total, gradient, said: arena.floats(said, rows * outputs).slice(), right: arena.u32[right / 4]! }
}

/** Of each row, as TensorFlow.js takes them. */
function truthOf({ loss, outputs, rows }: Case, targets: ArrayLike<number>, order: Uint32Array): tf.Tensor {
  const values = new Float32Array(rows * outputs)
  for (const [row, pick] of order.entries())
    for (let j = 0; j < outputs; j++)
      values[row * outputs + j] = isOfClasses(loss)
        ? Number(targets[pick] === j)
        : targets[pick * outputs + j]!
  return tf.tensor(values, [rows, outputs])
}

const isNear = (found: number, expected: number, by = 1e-5): boolean =>
  Math.abs(found - expected) <= by * Math.max(1, Math.abs(expected))

t.test("every loss gives TensorFlow.js's losses, gradients and outputs", async () => {
  fc.assert(
    fc.property(cases, (example) => {
      const { logits, targets, order, total, gradient, said, right } = judged(example)
      return tf.tidy(() => {
        const truth = truthOf(example, targets, order)
        const x = tf.tensor(logits, [example.rows, example.outputs])
        const theirs = inTensorflow(tf, example.loss, x, truth)
        const slopes = tf
          .grad((z) => tf.div(tf.sum(inTensorflow(tf, example.loss, z, truth).losses), example.rows + 1))(x)
          .dataSync()
        return (
          isNear(total, tf.sum(theirs.losses).dataSync()[0]!) &&
          right === theirs.right.dataSync()[0] &&
          gradient.every((slope, i) => isNear(slope, slopes[i]!)) &&
          said.every((value, i) => isNear(value, theirs.outputs.dataSync()[i]!))
        )
      })
    }),
    { numRuns: count(60, 1000) },
  )
})

t.test("every loss's gradient is its slope", async () => {
  fc.assert(
    fc.property(cases, (example) => {
      const { logits, targets, order, gradient } = judged(example, 2)
      const h = 1 / 128
      return logits.every((_, i) => {
        const at = (by: number): number => {
          const moved = logits.slice()
          moved[i]! += by
          return run(example, moved, targets, order).total
        }
        const slope = (at(h) - at(-h)) / (2 * h) / (example.rows + 1)
        return isNear(gradient[i]!, slope, 1e-3)
      })
    }),
    { numRuns: count(30, 300) },
  )
})

t.test(
  "no logit, however large, makes a loss of labels infinite or a probability leave 0 to 1",
  async (t) => {
    const example: Case = { loss: { type: "binary-cross-entropy" }, outputs: 2, rows: 1, seed: 1 }
    const { total, said, gradient } = run(
      example,
      Float32Array.of(3e38, -3e38),
      Float32Array.of(0, 0),
      Uint32Array.of(0),
    )
    t.ok(Number.isFinite(total))
    t.same([...said], [1, 0])
    t.ok(gradient.every(Number.isFinite))
  },
)

t.test("weights of classes that are all 1 change no bit, and one of 0 leaves its class out", async (t) => {
  const { images, labels } = examples(16)
  const order = Uint32Array.from(labels, (_, i) => i)
  const stepped = async (classWeights: ReadonlyArray<number> | undefined, given = images) => {
    const loss: Loss = {
      type: "softmax-cross-entropy",
      ...(classWeights === undefined ? {} : { classWeights }),
    }
    const trainer = await makeTrainer({ loss, optimizer: optimizer({ type: "sgd" }) })
    trainer.step(trainer.attach(given, labels), order, 0, 16, 0, 0)
    return bitsOf(trainer.weights())
  }
  t.same(await stepped([1, 1, 1]), await stepped(undefined))
  const without = await stepped([1, 0, 1])
  t.notSame(without, await stepped(undefined))
  const other = images.map((byte, i) => (labels[Math.floor(i / 64)] === 1 ? 255 - byte : byte))
  t.same(await stepped([1, 0, 1], other), without, "what its images show is of no matter")
})

t.test("a trainer refuses targets that its loss does not take, and says what it takes", async (t) => {
  const { images } = examples(4)
  const values = await makeTrainer({ loss: { type: "mean-squared-error" } })
  t.throws(() => values.attach(images, new Uint8Array(12)), {
    message: /targets are bytes, and mean-squared-error takes floats/,
  })
  const classes = await makeTrainer()
  t.throws(() => classes.attach(images, new Float32Array(4)), { message: /takes class numbers as bytes/ })
  t.throws(() => values.attach(images, new Float32Array(8)), {
    message: "an example has 2 targets, and the network 3 outputs: let its last layer have as many",
  })
  const labels = await makeTrainer({ loss: { type: "binary-cross-entropy" } })
  t.throws(
    () =>
      labels.attach(
        images,
        Float32Array.from({ length: 12 }, (_, i) => (i === 4 ? 2 : 1)),
      ),
    {
      message:
        "target 2 of example 1 is not within 0 and 1: binary-cross-entropy takes the chance that a label is there",
    },
  )
  await t.rejects(makeTrainer({ loss: { type: "softmax-cross-entropy", classWeights: [1, 1] } }), {
    message: "2 weights of classes are given, for 3 classes",
  })
})
