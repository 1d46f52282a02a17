// alone: it starts processes.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import t from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { formatLock, type Lock, type LockedTask, parseLock } from "../../../engine/lock/lock-file.ts"
import type { PlannedTask } from "../../../engine/plan/plan.ts"
import { Event } from "../../../engine/report/events.ts"
import { type Project, project } from "../../../engine/testing/project.ts"
import { choose } from "../../../engine/verify/choose.ts"
import { chained, flip, objectPath, outputs, rounds, walked } from "../support/chain.ts"
import { lab } from "../support/lab.ts"

/** Two chains of four rounds and what follows, run and locked: tests take copies. */
const warm = chained(t)
warm.write({
  "experiments/rounds.ts": warm
    .read("experiments/rounds.ts")
    .replace("Schema.Int), [1]", "Schema.Int), [1, 2]"),
})
const first = await rounds(warm, "--update-lock")
walked(warm)
const lockFile = "experiments/rounds.lock.json"
const locked = parseLock(warm.read(lockFile), lockFile)
const full = (): Project => chained(t, warm.root)
/** A clone: the store is empty. */
function clone(): Project {
  const cloned = full()
  rmSync(join(cloned.root, "artifacts"), { recursive: true })
  return cloned
}
const verify = (project: Project, ...args: ReadonlyArray<string>) =>
  project.plain("verify", "--exp", "rounds", ...args)
const decode = Schema.decodeUnknownSync(Event, { onExcessProperty: "error" })
async function events(project: Project, ...args: ReadonlyArray<string>) {
  const { code, stdout } = await verify(project, ...args, "--json")
  const all = stdout
    .trim()
    .split("\n")
    .map((line) => decode(JSON.parse(line)))
  const of = <N extends Event["event"]>(name: N) =>
    all.filter((event): event is Extract<Event, { event: N }> => event.event === name)
  return {
    code,
    found: of("difference").map(({ difference }) => difference),
    again: of("recomputed"),
    last: all.at(-1),
  }
}
/** Changes what the lock says of a task. */
const edit = (project: Project, task: string, change: Partial<LockedTask>): void => {
  const lock = parseLock(project.read(lockFile), lockFile)
  const tasks = { ...lock.tasks, [task]: { ...lock.tasks[task]!, ...change } }
  project.write({ [lockFile]: formatLock({ ...lock, tasks }) })
}
const other = digestOf("something else")

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
  const { code, found } = await events(cloned)
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
  t.same((await events(cloned)).found, [{ what: "content", task: "grow@seed=1", output: "metrics" }])
  edit(cloned, "grow@seed=2", { params: { ...(params as object), seed: 3 } })
  const lock = parseLock(cloned.read(lockFile), lockFile)
  const stages = { ...lock.stages, shout: { ...lock.stages.shout!, code: other } }
  cloned.write({ [lockFile]: formatLock({ ...lock, stages }) })
  const { code, found, last } = await events(cloned)
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
  const corrupt = await events(held, "--stored")
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
  const intact = await events(held, "--stored")
  t.equal(intact.code, 0)
  t.match(intact.last, { level: "intact", differences: 0 })
})

t.test("an object that was deleted is named as missing until a run has made it again", async (t) => {
  const held = full()
  const { curve } = outputs(first)["grow@seed=1"]!
  rmSync(objectPath(held, curve!), { force: true })
  for (const time of ["first", "second"]) {
    const { code, found } = await events(held, "--stored")
    t.equal(code, 3, time)
    t.same(found, [{ what: "object", digest: curve, names: ["grow@seed=1 curve"], missing: true }])
  }
  t.match((await verify(held, "--stored")).stdout, /not in the store any more.*\n.*--exp NAME/)
  t.equal((await rounds(held)).code, 0)
  t.equal((await events(held, "--stored")).code, 0)
  t.equal((await events(clone(), "--stored")).code, 0, "of what was never there nothing is missing")
})

// ── reproduced ──

t.test("an edited digest of a leaf is found by recomputing, not before", async (t) => {
  const held = full()
  edit(held, "shout@seed=2", { outputs: { text: other } })
  const current = await verify(held)
  t.equal(current.code, 0)
  t.match(current.stdout, /Outputs were not checked/)
  const all = await events(held, "--recompute", "all")
  t.equal(all.code, 3)
  t.match(all.found, [
    {
      what: "output",
      task: "shout@seed=2",
      output: "text",
      locked: other,
      found: locked.tasks["shout@seed=2"]!.outputs.text,
    },
  ])
  t.match(all.last, { event: "verify-finished", level: "reproduced", recomputed: 4, differences: 1 })
})

t.test("N tasks of a full store reproduce, and the run says how much that proves", async (t) => {
  const { code, stdout } = await verify(full(), "--recompute", "3")
  t.equal(code, 0)
  t.match(
    stdout,
    /3 of 4 tasks recomputed; seed [0-9a-f]{8}; one altered task would have escaped with probability 0\.25/,
  )
})

t.test("an empty store computes the ancestors too, and keeps nothing", async (t) => {
  const cloned = clone()
  const { code, again } = await events(cloned, "--recompute", "shout@seed=1")
  t.equal(code, 0)
  t.match(again, [
    { task: "grow@seed=1", link: null, same: true },
    { task: "shout@seed=1", same: true },
  ])
  t.same(readdirSync(join(cloned.root, "artifacts/tmp")), [])
  t.same((await rounds(cloned)).tasks["grow@seed=1"], "ran", "what verify made is no result")
})

t.test("one link is done again from the nearest state that is kept, or from the start", async (t) => {
  const [held, cloned] = [full(), clone()]
  const states = locked.tasks["grow@seed=1"]!.states!.map((state, i) => (i === 2 ? other : state))
  edit(held, "grow@seed=1", { states })
  const [differing, same] = await Promise.all(
    [held, cloned].map((each) => events(each, "--recompute", "grow@seed=1#3")),
  )
  t.same([differing!.code, same!.code], [3, 0])
  t.match(same!.again, [{ task: "grow@seed=1", link: 3, same: true }])
  t.match(differing!.found, [{ what: "output", task: "grow@seed=1", output: "state 3", locked: other }])
  t.same(walked(held), ["1#3"])
  t.same(walked(cloned), ["1#1", "1#2", "1#3"])
})

t.test("a seed repeats the choice; seeds differ; each task of a chain gets one link", async (t) => {
  const { again, last } = await events(full(), "--recompute", "2", "--seed", "c0ffee")
  t.match(last, { seed: "c0ffee", recomputed: 2 })
  const tasks = Object.keys(locked.tasks).map((label) => ({ label }) as PlannedTask)
  const choice = (seed: string, count: string) =>
    choose(tasks, locked, count, seed)!.map(({ task, link }) => `${task.label} ${link ?? null}`)
  t.same(again.map(({ task, link }) => `${task} ${link}`).sort(), choice("c0ffee", "2").sort())
  const choices = Array.from({ length: 60 }, (_, seed) => choice(String(seed), "3"))
  t.equal(new Set(choices.flat()).size, 2 * 4 + 2, "every task, and every link of each chain, comes up")
  t.ok(choices.every((each) => new Set(each.map((name) => name.split(" ")[0])).size === 3))
})

t.test("a difference in weights is named by tensor, with the count and the largest difference", async (t) => {
  const lab = chained(t)
  const more = await lab.json("--exp", "weights", "--set", "last=5")
  await lab.json("--exp", "weights", "--update-lock")
  const path = "experiments/weights.lock.json"
  const lock: Lock = parseLock(lab.read(path), path)
  const weigh = { ...lock.tasks.weigh!, outputs: { weights: outputs(more).weigh!.weights as never } }
  lab.write({ [path]: formatLock({ ...lock, tasks: { weigh } }) })
  const { code, stdout } = await lab.plain("verify", "--exp", "weights", "--recompute", "all")
  t.equal(code, 3)
  t.match(
    stdout,
    /weigh: weights is [0-9a-f]{12}, the lock says [0-9a-f]{12}\n +dense\/kernel: 1 of 4 elements unequal, by 2 at most/,
  )
})
