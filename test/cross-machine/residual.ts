// Trains a residual network on images in colour and prints the digest of what comes of it; bundled, and run by every runtime.
//   PROGRAM residual.mjs KERNELS
import { readFileSync } from "node:fs"
import { createWasmTrainer } from "../../ml/wasm/wasm-trainer.ts"
import { options, trained } from "../ml/support/residual-training.ts"

const trainer = await createWasmTrainer(readFileSync(process.argv[2]!), options)
console.log(trained(trainer, [0, 1]).digest)
