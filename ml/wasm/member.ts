// A thread that has joined a training: it plans what the trainer planned, over the same memory, and works until it is sent home.

import { Arena } from "../kernels/arena.ts"
import { bindKernels, type Lanes } from "../kernels/bind.ts"
import type { Pointer } from "../kernels/quantities.ts"
import type { TrainerOptions } from "../training/trainer.ts"
import { controlAt } from "./team/control.ts"
import { serve } from "./team/serve.ts"
import { Workspace } from "./workspace.ts"

/** What a thread needs in order to join; it can be sent to one. */
export interface Invitation {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly options: Required<TrainerOptions>
  /** Where the thread's own buffers are. */
  readonly own: Pointer
  /** Which thread it is, from 0. */
  readonly member: number
}

/** What a thread brings along. */
interface Joining {
  /** They cannot be sent: the thread has its own, or computes without. */
  readonly lanes?: Lanes | undefined
  /** Called once it has planned. */
  readonly ready?: () => void
}

/** Blocks the thread that calls it until the trainer is disposed of. */
export function joinTraining(
  { module, memory, options, own, member }: Invitation,
  { lanes, ready }: Joining = {},
): void {
  const kernels = bindKernels(module, memory, lanes)
  const { control, perform } = new Workspace(kernels, Arena.beside(memory, own), options)
  ready?.()
  serve(controlAt(memory, control), member, perform)
}
