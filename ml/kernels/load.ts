// The kernels' binary as a module, for one thread or for several over one memory; it needs no Node.
import type { Lanes } from "./bind.ts"

export interface LoadedKernels {
  readonly module: WebAssembly.Module
  /** Whether the module imports a shared memory, so that threads can work on it together. */
  readonly shared: boolean
  /** What takes the place of some kernels on every memory, if whoever runs has any. */
  readonly lanes?: Lanes
}

/** A page without cross-origin isolation has no shared memory; everything works there on one thread. */
const canShare = (): boolean => typeof SharedArrayBuffer === "function"

/** Compiles the content of kernels.wasm. Throws Error for bytes that are no kernels. */
export async function loadKernels(
  wasm: Uint8Array | ArrayBuffer,
  shared: boolean = canShare(),
  lanes?: Lanes,
): Promise<LoadedKernels> {
  const bytes = new Uint8Array(wasm)
  const module = await WebAssembly.compile(shared ? sharing(bytes) : bytes)
  return { module, shared, ...(lanes === undefined ? {} : { lanes }) }
}

/** The import of "env" "memory", up to the byte that says which limits follow. */
const IMPORT = [3, ...ascii("env"), 6, ...ascii("memory"), 2]
/** Limits with a maximum (https://webassembly.github.io/threads/core/binary/types.html), and the same of a shared memory. */
const [BOUNDED, SHARED] = [1, 3]

/**
 * A copy whose imported memory is shared: one bit differs. The committed file stays the one whose digest is the kernels'
 * identity, since every instruction is the same.
 */
function sharing(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = wasm.findIndex((_, i) => IMPORT.every((byte, j) => wasm[i + j] === byte))
  const flag = at + IMPORT.length
  if (at < 0 || wasm[flag] !== BOUNDED)
    throw new Error(
      "these kernels import no memory with a maximum: they are not what `npm run build:kernels` makes",
    )
  const copy = wasm.slice()
  copy[flag] = SHARED
  return copy
}

function ascii(text: string): ReadonlyArray<number> {
  return Array.from(text, (letter) => letter.charCodeAt(0))
}
