// in turn: it bundles.
// What the experiments' modules bring along when their declarations are read.
import t from "tap"
import { bundled, ON_KERNELS, ON_TENSORFLOW } from "../support/bundled.ts"
import { files, isScript, root } from "../support/sources.ts"

t.test(
  "what an experiment takes from ml is declarations and arithmetic: it reads nothing and computes no tensor",
  async (t) => {
    const experiments = files.filter((path) => path.startsWith("experiments/") && !isScript(path))
    const { bytes, packages, text } = await bundled(
      root,
      experiments.map((path, i) => `export * as e${i} from "./${path}"`).join("\n"),
      /^refold\/stages$|\/(stages|engine)\//,
    )
    const taken = Object.keys(bytes).filter((path) => path.startsWith("ml/"))
    t.ok(taken.includes("ml/data/datasets.ts"))
    t.ok(taken.includes("ml/layers/convolution/conv.ts"), "schemas of layers are among the declarations")
    t.same(
      packages.filter((name) => name.startsWith("node:")),
      [],
    )
    t.same(
      taken.filter((path) => /^ml\/(kernels|wasm|tensorflow)\//.test(path)),
      [],
    )
    t.notMatch(text, ON_KERNELS)
    t.notMatch(text, ON_TENSORFLOW)
  },
)

t.test("what starts, a command line, a worker or a script, holds nothing that learns", async (t) => {
  for (const entry of ["pipeline.ts", "engine/worker/inside/main.ts", "library.ts"]) {
    const { bytes } = await bundled(root, `import "./${entry}"`)
    const learned = Object.keys(bytes).filter((path) => /^(ml|stages)\//.test(path))
    // Tensors, and metrics of runs by tests of statistics.
    const compares = /^ml\/(data\/(compare-tensors|compare-runs|safetensors|tensor)\.ts$|statistics\/)/
    t.same(
      learned.filter((path) => entry !== "pipeline.ts" || !compares.test(path)),
      [],
      entry,
    )
  }
})
