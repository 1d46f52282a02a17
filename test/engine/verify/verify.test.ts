// in turn: it starts processes.
// What a lock says against today's code, and stored bytes against their digests.
import { existsSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { formatLock, parseLock } from "../../../engine/lock/lock-file.ts"
import { project } from "../../../engine/testing/project.ts"
import { flip, objectPath, outputs, rounds, walked } from "../support/chain.ts"
import { lab } from "../support/lab.ts"
import { edit, lockedRounds, lockFile, other, verified, verify } from "../support/verified.ts"

const { clone, first, full, locked, warm } = await lockedRounds(t)

// ── current ──

t.test(
  "a clone with an empty store verifies without making one, and says that outputs were not checked",
  async (t) => {
    const cloned = clone()
    const { code, stdout } = await verify(cloned)
    t.equal(code, 0)
    t.match(stdout, /rounds: the lock is current.*Outputs were not checked.*\n +4 keys checked/)
    t.notOk(existsSync(join(cloned.root, "artifacts")))
  },
)

t.test("verify says of how many links a lock holds no digest of metrics, and what to do", async (t) => {
  const cloned = clone()
  const { metrics: _, ...older } = locked.tasks["grow@seed=1"]!
  const tasks = { ...locked.tasks, "grow@seed=1": older }
  cloned.write({ [lockFile]: formatLock({ ...locked, tasks }) })
  const { code, last } = await verified(cloned)
  t.same([code, last], [0, { ...last, linksWithoutMetrics: 4, differences: 0 }])
  t.match(
    (await verify(cloned)).stdout,
    /4 links without digests of metrics: renew the lock \(--exp rounds --update-lock\)/,
  )
  t.match((await verified(clone())).last, { linksWithoutMetrics: 0 })
})

t.test("an edited default of a param differs, and is named with what it was and is", async (t) => {
  const cloned = clone()
  cloned.write({
    "experiments/rounds.ts": cloned.read("experiments/rounds.ts").replace("Schema.Int, 4", "Schema.Int, 5"),
  })
  const { code, stdout } = await verify(cloned)
  t.equal(code, 3)
  t.match(
    stdout,
    /2 tasks have another key than the lock: grow@seed=1, grow@seed=2\n +length 4 → 5\n\s*rounds: 2 differences/,
  )
})

t.test("edited sources and input files, added and removed tasks differ, each by its name", async (t) => {
  const cloned = clone()
  cloned.write({
    "stages/faults.ts": cloned.read("stages/faults.ts").replace("something else", "another thing"),
    "data/salt.txt": "salt",
    "experiments/rounds.ts": cloned.read("experiments/rounds.ts").replace("[1, 2]", "[1, 3]"),
  })
  const { code, found } = await verified(cloned)
  t.equal(code, 3)
  t.match(found, [
    { what: "file", path: "data/salt.txt" },
    {
      what: "key",
      task: "grow@seed=1",
      why: [{ reason: "source", path: "stages/faults.ts", change: "edited" }],
    },
    { what: "not-locked", task: "grow@seed=3" },
    { what: "not-locked", task: "shout@seed=3" },
    { what: "not-declared", task: "grow@seed=2" },
    { what: "not-declared", task: "shout@seed=2" },
  ])
})

t.test("what the lock quotes cannot be edited apart from its digest or key", async (t) => {
  const cloned = clone()
  const { contents, params } = locked.tasks["grow@seed=1"]!
  const { loss } = contents.metrics as { loss: number }
  edit(cloned, "grow@seed=1", { contents: { metrics: { loss: loss / 2 } } })
  t.same((await verified(cloned)).found, [{ what: "content", task: "grow@seed=1", output: "metrics" }])
  edit(cloned, "grow@seed=2", { params: { ...(params as object), seed: 3 } })
  const lock = parseLock(cloned.read(lockFile), lockFile)
  const stages = { ...lock.stages, shout: { ...lock.stages.shout!, code: other } }
  cloned.write({ [lockFile]: formatLock({ ...lock, stages }) })
  const { code, found, last } = await verified(cloned)
  t.equal(code, 3)
  t.same(found, [
    { what: "content", task: "grow@seed=1", output: "metrics" },
    { what: "content", task: "grow@seed=2", output: "params" },
    { what: "content", task: "shout", output: "code" },
  ])
  t.match(last, {
    event: "verify-finished",
    level: "current",
    checked: 4,
    stored: null,
    recomputed: null,
    differences: 3,
  })
})

t.test(
  "a value that a param is bound to, edited into nonsense, is a difference and no bad usage",
  async (t) => {
    const grid = project(t, lab)
    await grid.json("--exp", "grid", "--update-lock")
    const text = grid.read("experiments/grid.lock.json")
    grid.write({
      "experiments/grid.lock.json": text.replace('"choice":{"factor":1}', '"choice":{"factor":"two"}'),
    })
    const { code, stdout } = await grid.plain("verify", "--exp", "grid")
    t.equal(code, 3)
    t.match(stdout, /pick: what the lock quotes of choice.*\n.*report could not be verified: .*factor/)
  },
)

t.test("without a lock, or with wrong usage, verify refuses and says what to do", async (t) => {
  const cloned = clone()
  const [none, usage] = await Promise.all([
    cloned.plain("verify", "--exp", "weights"),
    verify(cloned, "--recompute", "grow@seed=1#9"),
  ])
  t.equal(none.code, 2)
  t.match(none.stderr, /weights\.lock\.json does not exist.*--exp weights --update-lock/)
  t.equal(usage.code, 2)
  t.match(usage.stderr, /--recompute grow@seed=1#9: a number, all, or a task or one of its links/)
})

// ── intact ──

t.test("a flipped bit in the store is found and named as what it is; the next run heals it", async (t) => {
  const held = full()
  const { hash, curve } = outputs(first)["grow@seed=1"]!
  flip(held, curve!)
  flip(held, hash!) // also the state after link 4
  const corrupt = await verified(held, "--stored")
  t.equal(corrupt.code, 3)
  t.same(
    [...corrupt.found].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? 1 : -1)),
    [
      { what: "object", digest: curve, names: ["grow@seed=1 curve"] },
      { what: "object", digest: hash, names: ["grow@seed=1 hash", "grow@seed=1 state 4"] },
    ].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? 1 : -1)),
  )
  const healed = await rounds(held)
  t.equal(healed.code, 0)
  t.match(healed.tasks, { "grow@seed=1": "ran", "grow@seed=2": "cached", "shout@seed=1": "cached" })
  t.same(walked(held), ["1#4"])
  t.same(
    readFileSync(objectPath(held, hash!), "utf8"),
    hash === undefined ? "" : readFileSync(objectPath(warm, hash), "utf8"),
  )
  const intact = await verified(held, "--stored")
  t.equal(intact.code, 0)
  t.match(intact.last, { level: "intact", differences: 0 })
})

t.test("an object that was deleted is named as missing until a run has made it again", async (t) => {
  const held = full()
  const { curve } = outputs(first)["grow@seed=1"]!
  rmSync(objectPath(held, curve!), { force: true })
  for (const time of ["first", "second"]) {
    const { code, found } = await verified(held, "--stored")
    t.equal(code, 3, time)
    t.same(found, [{ what: "object", digest: curve, names: ["grow@seed=1 curve"], missing: true }])
  }
  t.match((await verify(held, "--stored")).stdout, /not in the store any more.*\n.*--exp NAME/)
  t.equal((await rounds(held)).code, 0)
  t.equal((await verified(held, "--stored")).code, 0)
  t.equal((await verified(clone(), "--stored")).code, 0, "of what was never there nothing is missing")
})
