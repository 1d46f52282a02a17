// The kernels that a benchmark can train on, by the name of their column.
import { bindKernels } from "../../ml/kernels/bind.ts"
import type { Kernels } from "../../ml/kernels/signatures.ts"

/** Bound to a memory; undefined where this machine has none of that sort. */
type Bind = (module: WebAssembly.Module, memory: WebAssembly.Memory) => Kernels | undefined

export const kernels: Readonly<Record<string, Bind>> = { portable: bindKernels }
