// in turn: it starts threads, and bundles what they run.
// A residual network on images in colour: the same bits on every machine, on any number of threads, and after a stop.
import t from "tap"
import { loadKernels } from "../../../ml/kernels/load.ts"
import { createWasmTrainer } from "../../../ml/wasm/wasm-trainer.ts"
import { wasm } from "../support/harness.ts"
import { options, trained } from "../support/residual-training.ts"
import { heard, threads } from "../support/threads.ts"

/** Of two epochs, wherever they are trained: another one means that bits have moved. */
const DIGEST = "8a1728943058f6ae5a30304263f06d3352cff306b2a1986081305f871cba12c8"

const kernels = await loadKernels(wasm)
const make = () => createWasmTrainer(kernels, options)
const members = threads(t, 3, "ml.joinTraining(given, { ready: () => say('joined') })")

t.test("a residual network gives the bits that are written here, on any machine", async (t) => {
  t.equal(trained(await make(), [0, 1]).digest, DIGEST)
})

t.test("it gives them on four threads, too", async (t) => {
  const trainer = await make()
  for (const member of members) {
    const word = heard(member)
    member.postMessage(trainer.invite())
    await word
  }
  trainer.employ(3)
  t.equal(trained(trainer, [0, 1]).digest, DIGEST)
  trainer.dispose()
})

t.test("and where it was stopped after an epoch, and went on elsewhere", async (t) => {
  const { state } = trained(await make(), [0])
  const later = await make()
  later.load(state)
  t.equal(trained(later, [1]).digest, DIGEST)
})
