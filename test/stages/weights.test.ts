// in turn, in CI: it starts Python, where that has torch.
// Whether a module that PyTorch made by itself computes here what it computes there, once `import` has taken its weights.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { temporaryFolder } from "../../engine/testing/temporary-folder.ts"
import { network } from "../../ml/network/network.ts"
import { decodeWeights } from "../../ml/network/weights.ts"
import { seedOf } from "../../ml/statistics/random.ts"
import { importFrom } from "../../stages/import.ts"
import { noise, onKernels } from "../ml/support/harness.ts"
import { runPython } from "../support/python.ts"
import { noPytorch } from "./support/pytorch.ts"
import { runForm } from "./support/run-form.ts"

/** A module as one writes it, with names and an initialization of its own, run on values that lie channels last. */
const script = `
import sys, torch
from torch import nn
from safetensors.torch import save_file
torch.manual_seed(1)
model = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.Conv2d(8, 12, 1), nn.Tanh(),
    nn.Flatten(), nn.Linear(12 * 3 * 4, 10), nn.LeakyReLU(), nn.Linear(10, 4))
model.train()
model(torch.randn(64, 3, 6, 8) * 2 + 1)  # running statistics
model.eval()
save_file(model.state_dict(), "model.safetensors")
x = torch.frombuffer(bytearray(open("x.bin", "rb").read()), dtype=torch.float32)
with torch.no_grad():
    y = model(x.reshape(-1, 6, 8, 3).permute(0, 3, 1, 2))
open("y.bin", "wb").write(bytes(y.contiguous().flatten().view(torch.uint8).tolist()))
`

const layers = network({
  layers: [
    { type: "conv", filters: 8, kernel: 3, padding: "same" },
    { type: "batch-normalization" },
    { type: "activation", kind: "relu" },
    { type: "pool", kind: "max", size: 2 },
    { type: "depthwise-conv", kernel: 3, padding: "same" },
    { type: "conv", filters: 12, kernel: 1 },
    { type: "activation", kind: "tanh" },
    { type: "flatten" },
    { type: "dense", units: 10 },
    { type: "activation", kind: "leaky-relu" },
    { type: "dense", units: 4 },
  ],
})
const modules = {
  ...{ conv1: "0", "batch-normalization1": "1", "depthwise-conv1": "4", conv2: "5" },
  ...{ dense1: "8", dense2: "10" },
}

t.test(
  "a module of PyTorch's own gives the same outputs here, within 1e-5",
  { skip: noPytorch },
  async (t) => {
    const folder = temporaryFolder(t)
    const rows = 20
    const x = noise(rows * 6 * 8 * 3, 1, 0, "x")
    writeFileSync(join(folder, "x.bin"), new Uint8Array(x.buffer))
    writeFileSync(join(folder, "make.py"), script)
    runPython(["make.py"], folder)
    const given = { network: layers, inputShape: [6, 8, 3], modules } as const
    const stateDict = readFileSync(join(folder, "model.safetensors"))
    const { weights } = await runForm(importFrom.pytorch, given, { stateDict })
    const trained = decodeWeights(weights)
    const values = Object.fromEntries(
      Object.entries(trained.weights).map(([name, { data }]) => [name, data as Float32Array]),
    )
    const { output } = onKernels({ ...given, rows, seed: 1, stream: seedOf(1, "test") })(
      x,
      values,
      new Float32Array(rows * 4),
      false,
    )
    const y = new Float32Array(new Uint8Array(readFileSync(join(folder, "y.bin"))).buffer)
    t.equal(y.length, output.length)
    const most = output.reduce((most, ours, i) => Math.max(most, Math.abs(ours - y[i]!)), 0)
    t.ok(most < 1e-5, `${most}`)
    t.ok(y.some((value) => Math.abs(value) > 0.05))
  },
)
