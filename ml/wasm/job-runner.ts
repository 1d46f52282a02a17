// Who does the items of a job: the caller's thread, and those that it has invited; it knows nothing of what an item is.
import type { Arena } from "../kernels/arena.ts"
import type { LoadedKernels } from "../kernels/load.ts"
import type { Bytes, Count } from "../kernels/quantities.ts"
import type { TrainerOptions } from "../training/trainer.ts"
import type { Job } from "./jobs.ts"
import type { Invitation } from "./member.ts"
import { controlAt } from "./team/control.ts"
import { Lead } from "./team/lead.ts"
import type { Workspace } from "./workspace.ts"

export class JobRunner {
  readonly #arena: Arena
  readonly #workspace: Workspace
  readonly #options: Required<TrainerOptions>
  readonly #loaded: LoadedKernels | undefined
  /** How many bytes each thread has for its own buffers. */
  readonly #ownBytes: Bytes
  #lead: Lead | undefined
  #invited = 0

  /** Right after the workspace is planned on the arena; threads can join where `loaded` are shared. */
  constructor(
    arena: Arena,
    workspace: Workspace,
    options: Required<TrainerOptions>,
    loaded: LoadedKernels | undefined,
  ) {
    this.#arena = arena
    this.#workspace = workspace
    this.#options = options
    this.#loaded = loaded
    this.#ownBytes = arena.ownBytes
  }

  /** Does all items of a job; returns when they are done. */
  run<A>(job: Job<A>, items: Count, given: A): void {
    const { perform, arguments: shared } = this.#workspace
    shared.write(job, given)
    if (this.#lead !== undefined) this.#lead.run(job.kind, items)
    else for (let item = 0; item < items; item++) perform(job.kind, item)
  }

  /** Room for one more thread; throws RangeError where memory cannot be shared. */
  invite(): Invitation {
    const loaded = this.#loaded
    if (loaded?.shared !== true)
      throw new RangeError("memory cannot be shared here: there is one thread only")
    const own = this.#arena.allocate(this.#ownBytes, "threads")
    const { memory } = this.#arena
    this.#lead ??= new Lead(controlAt(memory, this.#workspace.control), this.#workspace.perform)
    return { module: loaded.module, memory, options: this.#options, own, member: this.#invited++ }
  }

  employ(threads: number): void {
    this.#lead?.employ(Math.min(threads, this.#invited))
  }

  dismiss(): void {
    this.#lead?.dismiss()
  }
}
