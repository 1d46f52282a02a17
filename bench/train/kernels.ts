// The kernels that a benchmark can train on, by the name of their column.
import { fileURLToPath } from "node:url"
import { bindKernels } from "../../ml/kernels/bind.ts"
import type { Kernels } from "../../ml/kernels/signatures.ts"
import { openLanes } from "../../ml/native/open.ts"
import { nativeKernels } from "../../setup/native/lanes.ts"
import { nativeDir } from "../../setup/native/place.ts"

/** Bound to a memory; undefined where this machine has none of that sort. */
type Bind = (module: WebAssembly.Module, memory: WebAssembly.Memory) => Kernels | undefined

/** What a run here would find, or why it would be portable. */
export const native = () => nativeKernels(nativeDir(fileURLToPath(new URL("../..", import.meta.url))))

export const kernels: Readonly<Record<string, Bind>> = {
  portable: bindKernels,
  native: (module, memory) => {
    const found = native()
    return "why" in found ? undefined : bindKernels(module, memory, openLanes(found.library))
  },
}
