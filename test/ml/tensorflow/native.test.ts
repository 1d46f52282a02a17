// alone: backends of TensorFlow.js are global.
// TensorFlow itself against the bit-exact maker, where one is installed.
import { fileURLToPath } from "node:url"
import t from "tap"
import { setupDir, THREADS } from "../../../backends/choose.ts"
import { environmentFor, installs, loadNative } from "../../../setup/tensorflow/load.ts"
import { agree } from "../support/tensorflow-agreement.ts"
import { keepsNoTensor, movesBothWays } from "../support/tensorflow-training.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const dir = setupDir(root)
Object.assign(process.env, environmentFor(dir, THREADS))
const [install] = installs(dir, root)
const native = install === undefined ? undefined : loadNative(install).tf
const skip = native === undefined && "left out: no TensorFlow is set up (npm run setup:tensorflow)"

t.test("random networks have the same first gradients on TensorFlow itself", { skip }, async (t) => {
  t.equal(native!.getBackend(), "tensorflow")
  await agree(native!)
})

t.test("a training moves between TensorFlow and the bit-exact maker both ways", { skip }, async (t) => {
  await movesBothWays(t, native!)
})

t.test("hundreds of steps on TensorFlow keep no tensor", { skip }, async (t) => {
  keepsNoTensor(t, native!)
})
