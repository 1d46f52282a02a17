// The commit that a run was made from, for the history. Never in a key; a project without git is fine.
import { execFile } from "node:child_process"

export interface Commit {
  readonly commit: string | null
  readonly dirty: boolean | null
}

export async function currentCommit(root: string): Promise<Commit> {
  const status = await git(root, "status", "--porcelain=v2", "--branch")
  if (status === "late")
    return { commit: (await git(root, "rev-parse", "HEAD"))?.trim() ?? null, dirty: null }
  if (status === undefined) return { commit: null, dirty: null }
  const [, commit = null] = /^# branch\.oid ([0-9a-f]+)$/m.exec(status) ?? [] // none before the first commit
  return { commit, dirty: /^[^#]/m.test(status) }
}

/** @returns what git prints; `late` after some seconds, as a large tree is not worth waiting for */
const git = (root: string, ...args: ReadonlyArray<string>): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile("git", ["-C", root, ...args], { timeout: 5000 }, (failure, stdout) =>
      resolve(failure === null ? stdout : failure.killed ? "late" : undefined),
    )
  })
