// Outputs that other experiments' lock files pin: found by name while an experiment is wired, and looked for in the store before it runs.
import { existsSync } from "node:fs"
import type { Digest } from "../content/digest.ts"
import { isFolder } from "../content/kind.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import type { LockReader } from "../declare/other/locked.ts"
import { suggest } from "../declare/suggest.ts"
import { isQuotedRight } from "../lock/compare-locks.ts"
import { isQuoted, type Lock, readLock } from "../lock/lock-file.ts"
import { lockedInputs } from "../plan/locked-inputs.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Difference } from "../report/differences.ts"
import { listIfFolder } from "../store/folders.ts"
import type { Store } from "../store/store.ts"

/**
 * @param own the experiment that is wired: its own lock file would change with what comes of it
 * @param experiments the names of all
 */
export function lockReader(root: string, own: string, experiments: () => ReadonlyArray<string>): LockReader {
  const known = new Map<string, Lock>()
  return (experiment, result) => {
    const call = `locked(${JSON.stringify(experiment)}, ${JSON.stringify(result)})`
    if (experiment === own)
      throw new DeclarationError(`${call}: an experiment cannot take what its own lock file pins: wire it`)
    const lock = known.get(experiment) ?? readLock(root, experiment)
    if (lock === undefined) {
      const names = experiments()
      throw new DeclarationError(
        names.includes(experiment)
          ? `${call}: experiments/${experiment}.lock.json does not exist: make it with --exp ${experiment} --update-lock`
          : `${call}: there is no experiment "${experiment}"${suggest(experiment, names)}`,
      )
    }
    known.set(experiment, lock)
    const names = Object.keys(lock.results)
    if (!names.includes(result))
      throw new DeclarationError(
        names.length === 0
          ? `${call}: the lock file names no results, as older ones do: renew it with --exp ${experiment} --update-lock`
          : `${call}: there is no such result${suggest(result, names)}`,
      )
    const { task, output, kind } = lock.results[result]!
    const digest = lock.tasks[task]?.outputs[output]
    if (digest === undefined)
      throw new DeclarationError(
        `${call}: the lock file has no output ${output} of ${task}: renew it with --exp ${experiment} --update-lock`,
      )
    const content = isQuoted(kind) ? lock.tasks[task]!.contents[output] : undefined
    if (isQuoted(kind) && !isQuotedRight(content, digest))
      throw new DeclarationError(
        `${call}: what the lock file quotes of it is not what its digest says; one of them was edited: renew it with --exp ${experiment} --update-lock`,
      )
    return { kind, digest, content }
  }
}

/** What of these tasks' locked inputs is not in the store: of a folder, with all of its files. */
export const missingLocked = (
  store: Store["Type"],
  tasks: ReadonlyArray<PlannedTask>,
): ReadonlyArray<Difference> =>
  [...lockedInputs(tasks).values()].flatMap(({ experiment, result, kind, digest }) =>
    isThere(store, kind, digest) ? [] : [{ what: "locked-missing", experiment, result, digest }],
  )

function isThere(store: Store["Type"], kind: string, digest: Digest): boolean {
  if (!existsSync(store.path(digest))) return false
  if (!isFolder(kind)) return true
  return listIfFolder(store, digest)?.every((file) => store.has(file.digest, file.size)) ?? false
}
