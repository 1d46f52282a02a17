// alone: it starts processes.
// What is computed again, and compared with the lock bit by bit.
import { readdirSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { formatLock, type Lock, parseLock } from "../../../engine/lock/lock-file.ts"
import type { PlannedTask } from "../../../engine/plan/plan.ts"
import { choose } from "../../../engine/verify/choose.ts"
import { chained, outputs, rounds, walked } from "../support/chain.ts"
import { edit, lockedRounds, other, verified, verify } from "../support/verified.ts"

const { clone, full, locked } = await lockedRounds(t)

t.test("an edited digest of a leaf is found by recomputing, not before", async (t) => {
  const held = full()
  edit(held, "shout@seed=2", { outputs: { text: other } })
  const current = await verify(held)
  t.equal(current.code, 0)
  t.match(current.stdout, /Outputs were not checked/)
  const all = await verified(held, "--recompute", "all")
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
  const { code, again } = await verified(cloned, "--recompute", "shout@seed=1")
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
    [held, cloned].map((each) => verified(each, "--recompute", "grow@seed=1#3")),
  )
  t.same([differing!.code, same!.code], [3, 0])
  t.match(same!.again, [{ task: "grow@seed=1", link: 3, same: true }])
  t.match(differing!.found, [{ what: "output", task: "grow@seed=1", output: "state 3", locked: other }])
  t.same(walked(held), ["1#3"])
  t.same(walked(cloned), ["1#1", "1#2", "1#3"])
})

t.test("a seed repeats the choice; seeds differ; each task of a chain gets one link", async (t) => {
  const { again, last } = await verified(full(), "--recompute", "2", "--seed", "c0ffee")
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
