// The lock file of an experiment as a git ref has it: what today's metrics are compared with. It runs nothing and reads no store.
import type { Metrics } from "../content/kind.ts"
import { lockedHeadlines } from "../lock/headlines.ts"
import { type Lock, parseLock } from "../lock/lock-file.ts"
import type { Plan } from "../plan/plan.ts"
import { commitAt, namesAt, textAt } from "./git.ts"

export interface RefLock {
  readonly ref: string
  readonly commit: string
  readonly lock: Lock
}

/** There is none, and why, for people. */
export interface NoRefLock {
  readonly ref: string
  readonly why: string
  /** The ref is there, and has nothing that could be compared with: the experiment is newer, or was never locked. */
  readonly isNew: boolean
}

export async function lockAt(root: string, ref: string, experiment: string): Promise<RefLock | NoRefLock> {
  const found = await commitAt(root, ref)
  if ("why" in found) return { ref, why: found.why, isNew: false }
  const { commit } = found
  const file = `${experiment}.lock.json`
  const names = await namesAt(root, commit, "experiments")
  if (!names.includes(file)) {
    const isDeclared = names.some((name) => name.replace(/\.(ts|mts|js|mjs)$/, "") === experiment)
    const why = isDeclared
      ? `${ref} has the experiment "${experiment}", but no lock file of it`
      : `${ref} has no experiment "${experiment}"`
    return { ref, why, isNew: true }
  }
  const path = `experiments/${file}`
  const text = await textAt(root, commit, path)
  try {
    return { ref, commit, lock: parseLock(text ?? "", `${path} of ${ref}`) }
  } catch (failure) {
    return { ref, why: (failure as Error).message, isNew: false }
  }
}

/** Headline metrics at a ref, or why there are none. */
export type RefMetrics = Pick<RefLock, "ref"> & { readonly metrics: Metrics }

export const refMetrics = (found: RefLock | NoRefLock, today: Plan): RefMetrics | NoRefLock =>
  "lock" in found ? { ref: found.ref, metrics: lockedHeadlines(found.lock, today) } : found
