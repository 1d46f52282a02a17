// Lock files in a git repository: those of every branch, tag and worktree, read by one process of git for each step. It believes none.
import { execFile, spawn } from "node:child_process"
import { resolve } from "node:path"

/** A lock file as some commit has it, or as it lies in another worktree. */
export interface LockText {
  readonly experiment: string
  /** Where it was found, for people. */
  readonly from: string
  readonly text: string
}

export interface InGit {
  readonly texts: ReadonlyArray<LockText>
  /** Roots of the project in other worktrees, whose files may not be committed yet. */
  readonly worktrees: ReadonlyArray<string>
}

const ending = ".lock.json"
const nothing: InGit = { texts: [], worktrees: [] }

/** @param root of a project, which may be a folder of its repository. @returns nothing where there is no git, or no repository */
export async function locksInGit(root: string): Promise<InGit> {
  const prefix = (await git(root, "rev-parse", "--show-prefix"))?.trim()
  if (prefix === undefined) return nothing
  const refs = lines(await git(root, "for-each-ref", "--format=%(objectname) %(refname)"))
  const worktrees = worktreesIn((await git(root, "worktree", "list", "--porcelain")) ?? "")
  const commits = new Map<string, string>()
  for (const [commit, name] of [
    ...refs.map((line) => line.split(" ", 2) as [string, string]),
    ...worktrees.map(({ head, path }) => [head, path] as const),
  ])
    if (!commits.has(commit)) commits.set(commit, name)
  const trees = await objects(
    root,
    [...commits.keys()].map((commit) => `${commit}:${prefix}experiments`),
  )
  const found = new Map<string, Omit<LockText, "text">>()
  for (const [i, from] of [...commits.values()].entries())
    for (const { name, id } of entriesOf(trees[i]))
      if (name.endsWith(ending) && !found.has(id))
        found.set(id, { experiment: name.slice(0, -ending.length), from })
  const texts = await objects(root, [...found.keys()])
  return {
    texts: [...found.values()].flatMap((lock, i) => {
      const bytes = texts[i]?.bytes
      return bytes === undefined ? [] : [{ ...lock, text: bytes.toString("utf8") }]
    }),
    worktrees: worktrees.map(({ path }) => resolve(path, prefix)),
  }
}

const lines = (text: string | undefined): ReadonlyArray<string> =>
  (text ?? "").split("\n").filter((line) => line !== "")

/** Of one without a commit yet there is nothing to read but its files. */
function worktreesIn(text: string): ReadonlyArray<{ readonly path: string; readonly head: string }> {
  return text.split("\n\n").flatMap((part) => {
    const path = /^worktree (.*)$/m.exec(part)?.[1]
    return path === undefined ? [] : [{ path, head: /^HEAD (.*)$/m.exec(part)?.[1] ?? "" }]
  })
}

interface GitObject {
  readonly id: string
  readonly bytes: Buffer
}

/** The objects of some names, in their order; undefined for one that is not there. */
async function objects(
  root: string,
  names: ReadonlyArray<string>,
): Promise<ReadonlyArray<GitObject | undefined>> {
  if (names.length === 0) return []
  const said = await batch(root, names)
  const found: Array<GitObject | undefined> = []
  for (let at = 0; at < said.length && found.length < names.length; ) {
    const end = said.indexOf(0x0a, at)
    if (end === -1) break
    const [, id, size] = /^([0-9a-f]+) \w+ (\d+)$/.exec(said.toString("utf8", at, end)) ?? []
    at = end + 1
    if (id === undefined) {
      found.push(undefined)
      continue
    }
    found.push({ id, bytes: said.subarray(at, at + Number(size)) })
    at += Number(size) + 1
  }
  return found
}

function batch(root: string, names: ReadonlyArray<string>): Promise<Buffer> {
  return new Promise((done) => {
    const child = spawn("git", ["-C", root, "cat-file", "--batch"], { stdio: ["pipe", "pipe", "ignore"] })
    const parts: Array<Buffer> = []
    child.stdout.on("data", (part: Buffer) => parts.push(part))
    child.stdin.on("error", () => {}) // it has ended, and says so by that
    child.on("error", () => done(Buffer.alloc(0)))
    child.on("close", () => done(Buffer.concat(parts)))
    child.stdin.end(names.map((name) => `${name}\n`).join(""))
  })
}

/** What a tree lists: for each entry its mode, a space, its name, a zero and its id as bytes. */
function entriesOf(
  tree: GitObject | undefined,
): ReadonlyArray<{ readonly name: string; readonly id: string }> {
  if (tree === undefined) return []
  const { bytes, id } = tree
  const length = id.length / 2
  const entries: Array<{ name: string; id: string }> = []
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at)
    const zero = bytes.indexOf(0, at)
    if (space === -1 || zero === -1) break
    entries.push({
      name: bytes.toString("utf8", space + 1, zero),
      id: bytes.toString("hex", zero + 1, zero + 1 + length),
    })
    at = zero + 1 + length
  }
  return entries
}

const git = (root: string, ...args: ReadonlyArray<string>): Promise<string | undefined> =>
  new Promise((done) => {
    execFile("git", ["-C", root, ...args], { maxBuffer: 2 ** 28 }, (failure, stdout) =>
      done(failure === null ? stdout : undefined),
    )
  })
