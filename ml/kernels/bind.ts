// The compiled kernels as functions on a memory; it needs no Node: whoever calls brings the module.
import type { Kernels } from "./signatures.ts"

/** Binds a compiled module to a memory of at least one page. */
export function bindKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels
}
