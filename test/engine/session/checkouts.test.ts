// in turn: git and the command line are started
// A store knows the checkouts that use it, and keeps what any branch or worktree of any of them pins.
import { execFileSync } from "node:child_process"
import { mkdirSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { type Digest, digestOf, type Key } from "../../../engine/content/digest.ts"
import { formatLock, type Lock } from "../../../engine/lock/lock-file.ts"
import { checkoutsOf, noteCheckout, pruneCheckouts } from "../../../engine/session/checkouts/checkouts.ts"
import { pinningLocks } from "../../../engine/session/checkouts/pinning-locks.ts"
import { project } from "../../../engine/testing/project.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

/** A lock file that pins one output of that content. */
const lockOf = (content: string): string =>
  formatLock({
    experiment: "one",
    tasks: {
      work: {
        key: digestOf(`key ${content}`) as string as Key,
        params: {},
        outputs: { out: digestOf(content) },
        contents: {},
      },
    },
    stages: {},
    files: {},
    groups: {},
    results: {},
    locked: {},
  } as unknown as Lock)

const pinned = (locks: ReadonlyArray<Lock>): ReadonlyArray<Digest> =>
  locks.flatMap(({ tasks }) => Object.values(tasks).flatMap(({ outputs }) => Object.values(outputs)))

const gitIn =
  (root: string) =>
  (...args: ReadonlyArray<string>): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-C", root, ...args], {
      stdio: "pipe",
    }).toString()

t.test(
  "locks of all branches, tags, stashes and worktrees pin, also of a project within its repository",
  async (t) => {
    const repository = temporaryFolder(t)
    const root = join(repository, "sub")
    const artifacts = temporaryFolder(t)
    const git = gitIn(repository)
    const commit = (content: string, at = repository): void => {
      writeFiles(join(at, "sub"), { "experiments/one.lock.json": lockOf(content) })
      gitIn(at)("add", ".")
      gitIn(at)("commit", "-qm", content)
    }
    git("init", "-q", "-b", "main")
    commit("first")
    git("tag", "-am", "v1", "v1")
    commit("main")
    git("checkout", "-qb", "other")
    commit("other")
    writeFiles(root, { "experiments/one.lock.json": lockOf("stashed") })
    git("stash", "-q")
    git("checkout", "-q", "main")
    const worktree = join(temporaryFolder(t), "tree")
    git("worktree", "add", "-q", "--detach", worktree, "main")
    commit("detached", worktree)
    writeFiles(join(worktree, "sub"), { "experiments/one.lock.json": lockOf("uncommitted") })
    writeFiles(root, { "experiments/two.lock.json": lockOf("own") })
    const { locks, unreadable } = await pinningLocks(artifacts, root)
    const all = ["first", "main", "other", "stashed", "detached", "uncommitted", "own"]
    t.same(new Set(pinned(locks)), new Set(all.map(digestOf)))
    t.same(unreadable, [])
    commit("main again")
    const torn = `{"task x": "${digestOf("torn")}"`
    writeFiles(root, { "experiments/one.lock.json": torn })
    git("commit", "-qam", "torn")
    const again = await pinningLocks(artifacts, root)
    t.match(again.unreadable, [
      { experiment: "one", message: /not JSON/ },
      { message: /one.lock.json of refs\/heads\/main is not JSON/ },
    ])
    t.ok(again.unreadable.every(({ digests }) => digests.has(digestOf("torn"))))
  },
)

t.test(
  "a checkout is noted once, counts with its locks while it is there, and is forgotten when it is gone",
  async (t) => {
    const artifacts = temporaryFolder(t)
    const [own, other] = [temporaryFolder(t), join(temporaryFolder(t), "other")]
    writeFiles(other, { "experiments/one.lock.json": lockOf("theirs") })
    writeFiles(own, { "experiments/one.lock.json": lockOf("ours") })
    for (const root of [own, other, other]) noteCheckout(artifacts, root)
    writeFileSync(join(artifacts, "checkouts/notes.json"), "{")
    t.same(checkoutsOf(artifacts, own), { there: [own, other], gone: [] })
    const both = await pinningLocks(artifacts, own)
    t.same(new Set(pinned(both.locks)), new Set(["ours", "theirs"].map(digestOf)))
    renameSync(other, `${other}-elsewhere`)
    t.same(checkoutsOf(artifacts, own), { there: [own], gone: [other] })
    t.same(pinned((await pinningLocks(artifacts, own)).locks), [digestOf("ours")])
    pruneCheckouts(artifacts)
    t.same(checkoutsOf(artifacts, own), { there: [own], gone: [] })
    mkdirSync(other)
    noteCheckout(artifacts, other)
    t.same(checkoutsOf(artifacts, own).there, [own, other], "and noted again when it is back")
  },
)

const experiment = (text: string): string => `
import * as Schema from "effect/Schema"
import { experiment, stage } from "refold"
export const work = stage("work", {
  params: Schema.Struct({ text: Schema.String }),
  inputs: {},
  outputs: { out: "text" },
  run: ({ params }) => ({ out: params.text }),
})
export default experiment("one", {}, () => work({ text: "${text}" }).out)
`

t.test("gc in one checkout leaves what the lock of another pins", async (t) => {
  const artifacts = join(temporaryFolder(t), "store")
  const [mine, theirs] = ["mine", "theirs"].map((text) =>
    project(t, { "package.json": '{"type":"module"}', "experiments/one.ts": experiment(text) }),
  ) as [ReturnType<typeof project>, ReturnType<typeof project>]
  const run = await theirs.json("--exp", "one", "--update-lock", "--artifacts", artifacts)
  t.equal(run.code, 0, run.stderr)
  await mine.json("--exp", "one", "--artifacts", artifacts)
  const gone = await mine.plain("gc", "--keep-runs", "0", "--json", "--artifacts", artifacts)
  t.match(JSON.parse(gone.stdout), {
    objects: 1,
    kept: 1,
    checkouts: { there: [mine.root, theirs.root], gone: [] },
  })
})
