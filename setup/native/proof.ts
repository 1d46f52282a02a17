// The self-test as a program of its own, as a library may take its process down: it prints {"fault": a sentence or null}.
// Usage: proof LIBRARY WASM
import { readFileSync } from "node:fs"
import { openLanes } from "../../ml/native/open.ts"
import { firstFault } from "../../ml/native/self-test.ts"

const [library, wasm] = process.argv.slice(2) as [string, string]
let fault: string | null
try {
  fault = firstFault(new WebAssembly.Module(readFileSync(wasm)), openLanes(library)) ?? null
} catch (failure) {
  fault = (failure as Error).message
}
console.log(JSON.stringify({ fault }))
