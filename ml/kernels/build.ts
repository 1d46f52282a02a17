// `npm run build:kernels`: writes kernels.wasm and its signatures beside this file, and the elementary functions into ml/statistics/mathematics.
import { writeFileSync } from "node:fs"
import { compileKernels, compileMathematics, mathematicsSource } from "./compile.ts"
import { generateSignatures } from "./generate.ts"

const bytes = await compileKernels()
writeFileSync(new URL("kernels.wasm", import.meta.url), bytes)
console.log(`kernels.wasm: ${bytes.length} bytes`)
writeFileSync(new URL("signatures.ts", import.meta.url), generateSignatures())

const mathematics = await compileMathematics()
writeFileSync(
  new URL("../statistics/mathematics/compiled.ts", import.meta.url),
  mathematicsSource(mathematics),
)
console.log(`mathematics/compiled.ts: ${mathematics.length} bytes`)
