// The TensorFlow.js maker of trainers against the bit-exact one: within rounding, on its cpu backend.
import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-layers"
import * as tf from "@tensorflow/tfjs-core"
import t from "tap"
import { createTensorflowTrainer } from "../../../ml/tensorflow/tensorflow-trainer.ts"
import { agree } from "../support/tensorflow-agreement.ts"
import { keepsNoTensor, movesBothWays, small } from "../support/tensorflow-training.ts"

await tf.setBackend("cpu")

t.test("the first step of random networks has the gradients of the bit-exact maker", async (t) => {
  t.equal(tf.getBackend(), "cpu")
  await agree(tf)
})

t.test("a training moves between the makers both ways, and goes on within rounding", async (t) => {
  await movesBothWays(t, tf)
})

t.test("hundreds of steps keep no tensor, nor does a trainer that is disposed of", async (t) => {
  keepsNoTensor(t, tf)
})

t.test("what does not fit is refused with its name", async (t) => {
  const trainer = createTensorflowTrainer(tf, small)
  const state = trainer.state()
  const { "conv1/kernel": _, ...less } = state
  t.throws(() => trainer.load(less), { message: "the state lacks the tensor conv1/kernel" })
  t.throws(() => trainer.load({ ...state, more: state["conv1/bias"]! }), /unknown here: more/)
  const broken = structuredClone(state)
  broken["dense2/bias"]!.data[1] = Number.NaN
  trainer.load(broken)
  t.equal(trainer.nonFinite(), "dense2/bias")
  t.throws(() => createTensorflowTrainer(tf, { ...small, outputs: 4 }), /not in 4 classes/)
  t.throws(() => createTensorflowTrainer(tf, { ...small, shards: 0 }), RangeError)
  trainer.dispose()
})
