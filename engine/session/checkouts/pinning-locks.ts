// The lock files that keep what a store holds: of every checkout that uses it, those that lie there and those of all its branches,
// tags and worktrees. It decides nothing.
import { type Locks, lockOfText, locksIn, type ReadLock } from "../../lock/all-locks.ts"
import { type Checkouts, checkoutsOf } from "./checkouts.ts"
import { locksInGit } from "./git-objects.ts"

export interface PinningLocks extends Locks {
  readonly checkouts: Checkouts
}

/** One that cannot be read pins whatever it names. @throws what the file system says of a folder of experiments */
export async function pinningLocks(artifacts: string, root: string): Promise<PinningLocks> {
  const checkouts = checkoutsOf(artifacts, root)
  const read: Array<ReadLock> = []
  /** Worktrees of one repository know of each other. */
  const seen = new Set<string>()
  const texts = new Set<string>()
  for (const checkout of checkouts.there) {
    const { texts: committed, worktrees } = await locksInGit(checkout)
    for (const folder of [checkout, ...worktrees]) {
      if (seen.has(folder)) continue
      seen.add(folder)
      for (const lock of locksIn(folder)) read.push(lock)
    }
    for (const { experiment, from, text } of committed) {
      if (texts.has(text)) continue
      texts.add(text)
      read.push(lockOfText(experiment, `experiments/${experiment}.lock.json of ${from}`, text))
    }
  }
  return {
    checkouts,
    locks: read.flatMap((each) => ("tasks" in each ? [each] : [])),
    unreadable: read.flatMap((each) => ("digests" in each ? [each] : [])),
  }
}
