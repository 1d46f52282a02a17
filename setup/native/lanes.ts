// The native kernels that may be used here, or why the portable ones do all: a library that this processor built and that passed the
// self-test. What was found is remembered.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { type Built, find, readProof, writeProof } from "./library.ts"
import { setupNative, WASM } from "./sources.ts"

/** Beside this file's bundle in dist/, and beside this file. */
const program = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./proof.ts" : "./native-proof.mjs", import.meta.url),
)

/** A library that may be opened, by any thread; or a sentence that says why there is none. */
export type NativeKernels = { readonly library: string; readonly about: Built } | { readonly why: string }

export function nativeKernels(dir: string): NativeKernels {
  const built = find(dir)
  if ("why" in built) return built
  const { fault } = prove(dir, built)
  return fault === null
    ? { library: built.file, about: built }
    : { why: `the library failed its self-test: ${fault}; ${setupNative("--remove")} takes it away` }
}

/** What the self-test says of a library, now or when it was asked before on this processor. */
export function prove(dir: string, built: Built): { readonly fault: string | null } {
  const known = readProof(dir, built)
  if (known !== undefined) return known
  const proof = { fault: selfTest(built.file) }
  writeProof(dir, built, proof)
  return proof
}

/** What is wrong with a library, in a process that it may take down; null where nothing is. */
export function selfTest(library: string): string | null {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, program, library, WASM],
    { encoding: "utf8" },
  )
  if (status === 0) return (JSON.parse(stdout.trim().split("\n").at(-1)!) as { fault: string | null }).fault
  return `it ended its process (${signal ?? `exit code ${status}`}) ${stderr.trim().slice(-300)}`.trim()
}
