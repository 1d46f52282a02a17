/** TensorFlow itself against the bit-exact maker, where setup:tensorflow was run. In a process of its own: backends are global. */
import t from "tap"
import { loadTensorflow } from "../../../setup/tensorflow/load.ts"
import { agree } from "../support/tensorflow-agreement.ts"

const native = loadTensorflow(process.env.REFOLD_TENSORFLOW_DIR)
const skip = native === undefined && "left out: no TensorFlow is set up (npm run setup:tensorflow)"

t.test("100 random networks have the same first gradients on TensorFlow itself", { skip }, async (t) => {
  t.equal(native!.getBackend(), "tensorflow")
  await agree(native!)
})
