// What `verify` is asked to prove. Types only.
import type { Policies } from "../declare/policy/policy.ts"

export interface VerifyRequest {
  readonly stored: boolean
  /** `N`, `all`, `LABEL` or `LABEL#LINK`. */
  readonly recompute: string | undefined
  /** Seconds that recomputing may take; with nothing else said, it goes through all tasks, of each chain one link and its end. */
  readonly budget: number | undefined
  /** Decides which tasks; drawn from the operating system's entropy when not given. */
  readonly seed: string | undefined
  readonly jobs: number
  /** What was said of this verification alone: before what the experiment, the project and the stages say. */
  readonly policy: Policies
  /** Whether programs are watched as they run again: with nothing else said, one task of each. */
  readonly trace: boolean
}
