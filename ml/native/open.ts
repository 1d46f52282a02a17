// A library of kernels in C as kernels on a memory, in place of those that it has of WebAssembly's; it needs Node, and believes the
// library: whether it may is prove.ts's question.
import type { Lanes } from "../kernels/bind.ts"
import type { Kernels } from "../kernels/signatures.ts"

type Kernel = (...terms: ReadonlyArray<number>) => number | undefined
/** A kernel as the library has it: on a memory, which it is given as bytes at each call. */
type OnMemory = (memory: Uint8Array, ...terms: ReadonlyArray<number>) => number | undefined

/** Throws Error where the file is no library for this machine. Each thread opens it for itself. */
export function openLanes(file: string): Lanes {
  const library: { exports: Record<string, OnMemory | number> } = { exports: {} }
  process.dlopen(library, file)
  return (portable, memory) => {
    const view = viewOf(memory)
    const kernels: Record<string, unknown> = { ...portable }
    for (const [name, kernel] of Object.entries(library.exports))
      if (typeof kernel === "function" && name in portable)
        kernels[name] = bound(kernel, portable[name as keyof Kernels].length, view)
    return kernels as unknown as Kernels
  }
}

/** The memory's bytes as they are now: growing makes another buffer of them, which may even lie elsewhere. */
function viewOf(memory: WebAssembly.Memory): () => Uint8Array {
  let view = new Uint8Array(memory.buffer)
  return () => {
    const { buffer } = memory
    return view.buffer === buffer ? view : (view = new Uint8Array(buffer))
  }
}

/** A function of exactly as many terms as the kernel has: collecting them in an array costs more than a small kernel does. */
function bound(kernel: OnMemory, count: number, view: () => Uint8Array): Kernel {
  const terms = Array.from({ length: count }, (_, i) => `t${i}`).join(", ")
  return new Function("kernel", "view", `return (${terms}) => kernel(view(), ${terms})`)(kernel, view)
}
