// What a worker loads for the backends of TensorFlow.js: the maker of its trainers. The digest of this module's bundle is in
// the keys of what it makes, and in no other key.
import { createTensorflowTrainer } from "../ml/tensorflow/tensorflow-trainer.ts"
import type { MakeTrainer } from "../ml/training/trainer.ts"
import { open, type Wanted } from "./open.ts"

export async function provide(wanted: Wanted): Promise<MakeTrainer> {
  const { tf } = await open(wanted)
  return (options) => createTensorflowTrainer(tf, options)
}
