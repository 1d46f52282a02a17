// What may compute the same bits faster, where the user may choose: the engine knows names, and no bit of what they do.
import type { Accelerator } from "./numerics.ts"

export interface ChosenKernels {
  /** None: everything is computed portably. */
  readonly accelerator?: Accelerator
  /** What people are told of the choice, and why it is this one; null where nothing is worth saying. */
  readonly told: KernelsFacts | null
}

export interface KernelsFacts {
  readonly name: string
  readonly why: string | null
}

/** What the program around the engine offers for `--kernels`. */
export interface Kernels {
  /** Without a name the first is taken where it can be had, and the last, which always can be, where not. */
  readonly names: readonly [string, ...ReadonlyArray<string>]
  /** Rejects, with the reason and the remedy, where a named one cannot be had. */
  readonly choose: (name: string | undefined) => Promise<ChosenKernels>
}
