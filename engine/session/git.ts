// What git knows: the commit that a run was made from, and files as another commit has them. Never in a key; a project without git
// is fine.
import { execFile } from "node:child_process"
import { posix } from "node:path"

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

/** @returns the commit that a ref names, or why there is none, for people */
export async function commitAt(
  root: string,
  ref: string,
): Promise<{ readonly commit: string } | { readonly why: string }> {
  // What begins with a hyphen would be an option.
  const found = ref.startsWith("-")
    ? undefined
    : await git(root, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`)
  const commit = found?.trim()
  if (commit !== undefined && /^[0-9a-f]+$/.test(commit)) return { commit }
  if ((await git(root, "rev-parse", "--git-dir")) === undefined)
    return { why: `git is not installed, or ${root} is no repository of its` }
  return { why: `git knows no "${ref}" here: fetch it, or name another branch, tag or commit` }
}

/** The names in a folder, relative to the project, as a commit has it: none where it has no such folder. */
export async function namesAt(root: string, commit: string, folder: string): Promise<ReadonlyArray<string>> {
  const listed = await git(root, "ls-tree", "-z", "--name-only", commit, `${folder}/`)
  return (listed ?? "").split("\0").flatMap((path) => (path === "" ? [] : [posix.basename(path)]))
}

/** A file's text, its path relative to the project. */
export const textAt = (root: string, commit: string, path: string): Promise<string | undefined> =>
  git(root, "cat-file", "blob", `${commit}:./${path}`)

/** What git may print: a lock file of very many tasks has tens of megabytes. */
const mostBytes = 1024 ** 3

/** @returns what git prints; `late` after some seconds, as a large tree is not worth waiting for */
const git = (root: string, ...args: ReadonlyArray<string>): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile("git", ["-C", root, ...args], { timeout: 5000, maxBuffer: mostBytes }, (failure, stdout) =>
      resolve(failure === null ? stdout : failure.killed ? "late" : undefined),
    )
  })
