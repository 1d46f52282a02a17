// The explorer page's script: reads what the page was given, loads the kernels and shows the panels.
import { loadKernels } from "../kernels/load.ts"
import { createWasmTrainer } from "../wasm/wasm-trainer.ts"
import { DATA_ID, decodePage } from "./page-data.ts"
import { explorer } from "./panels/explorer.ts"
import { trainingPanel } from "./panels/training.ts"
import { createRunner } from "./runner.ts"

/** Where the page shows everything; its body is empty otherwise. */
const root = document.getElementById("explorer")!

async function start(): Promise<void> {
  const data = decodePage(document.getElementById(DATA_ID)!.textContent)
  const kernels = await loadKernels(data.kernels, false)
  const { trained, whole } = data
  const runner = createRunner(kernels, trained, trained.network.layers.length === whole.layers.length)
  const { training } = explorer(root, data, runner)
  trainingPanel(training, data, async (options) => createWasmTrainer(kernels, options))
}

start().catch((failure: unknown) => {
  root.textContent = `This page could not start: ${failure instanceof Error ? failure.message : String(failure)}`
})
