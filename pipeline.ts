// The command line of Refold, and the only place where its layers meet: the engine and what its stages compute with.
import "./engine/code/lend-declare.ts"
import "./engine/code/lend-effect.ts"
import { existsSync } from "node:fs"
import { portableNumerics } from "./backends/portable.ts"
import { commandLine } from "./engine/cli/command-line.ts"
import { importModule } from "./engine/code/import-module.ts"
import { projectRoot } from "./engine/session/project.ts"
import { comparePairs, isSample } from "./ml/data/compare-runs.ts"
import { compareTensors } from "./ml/data/compare-tensors.ts"
import { holm } from "./ml/statistics/holm.ts"
import { nativeDir } from "./setup/native/place.ts"

/** Loaded when asked for alone: a run on the default backend pays nothing for the others. */
const part = (name: "backends" | "kernels" | "probes") =>
  importModule(new URL(`./${name}.mjs`, import.meta.url).href)

const root = projectRoot(process.cwd())

commandLine({
  root,
  version: process.env.REFOLD_VERSION ?? "0.0.0",
  numerics: portableNumerics,
  backends: {
    names: ["wasm", "tensorflow", "cpu", "auto"],
    choose: async (name) =>
      ((await part("backends")) as typeof import("./backends/choose.ts")).choose(
        name,
        root,
        portableNumerics(),
      ),
  },
  kernels: {
    names: ["native", "portable"],
    // Where none were ever built, a run looks no further.
    choose: async (name) =>
      name === undefined && !existsSync(nativeDir(root))
        ? { told: null }
        : ((await part("kernels")) as typeof import("./backends/kernels.ts")).chooseKernels(name, root),
  },
  probes: async () => ((await part("probes")) as typeof import("./probes/index.ts")).probesFor(root),
  compare: compareTensors,
  statistics: { isSample, compare: comparePairs, adjust: holm },
})
