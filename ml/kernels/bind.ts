// The compiled kernels as functions on a memory; it needs no Node: whoever calls brings the module.
import type { Kernels } from "./signatures.ts"

/**
 * Puts kernels that give the same bits in place of some or all of WebAssembly's, on the same memory. Whoever runs hands them in,
 * and answers for their bits.
 */
export type Lanes = (portable: Kernels, memory: WebAssembly.Memory) => Kernels

/** Binds a compiled module to a memory of at least one page. */
export function bindKernels(module: WebAssembly.Module, memory: WebAssembly.Memory, lanes?: Lanes): Kernels {
  const portable = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels
  return lanes === undefined ? portable : lanes(portable, memory)
}
