// `npm run build:kernels`: writes kernels.wasm and its signatures beside this file, their prototypes in C into ml/native, and the elementary functions into ml/statistics/mathematics.
import { writeFileSync } from "node:fs"
import { compileKernels, compileMathematics, mathematicsSource } from "./compile.ts"
import { generateSignatures } from "./generate.ts"
import { generateCalls, generatePrototypes } from "./generate-native.ts"

const bytes = await compileKernels()
writeFileSync(new URL("kernels.wasm", import.meta.url), bytes)
console.log(`kernels.wasm: ${bytes.length} bytes`)
writeFileSync(new URL("signatures.ts", import.meta.url), generateSignatures())
writeFileSync(new URL("../native/kernels.h", import.meta.url), generatePrototypes())
writeFileSync(new URL("../native/calls.h", import.meta.url), generateCalls())

const mathematics = await compileMathematics()
writeFileSync(
  new URL("../statistics/mathematics/compiled.ts", import.meta.url),
  mathematicsSource(mathematics),
)
console.log(`mathematics/compiled.ts: ${mathematics.length} bytes`)
