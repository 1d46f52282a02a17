// The commit that a run was made from, for the history. Never in a key; a project without git is fine.
import { execFile } from "node:child_process"

export interface Commit {
  readonly commit: string | null
  readonly dirty: boolean | null
}

export async function currentCommit(root: string): Promise<Commit> {
  const [commit, changes] = await Promise.all([
    git(root, "rev-parse", "HEAD"),
    git(root, "status", "--porcelain"),
  ])
  return { commit: commit?.trim() ?? null, dirty: changes === undefined ? null : changes.trim() !== "" }
}

const git = (root: string, ...args: ReadonlyArray<string>): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile("git", ["-C", root, ...args], { timeout: 5000 }, (failure, stdout) =>
      resolve(failure ? undefined : stdout),
    )
  })
