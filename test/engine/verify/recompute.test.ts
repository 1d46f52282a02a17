// in turn, in CI: it starts processes.
// What is computed again, and compared with the lock bit by bit.
import { readdirSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import type { Digest } from "../../../engine/content/digest.ts"
import { formatLock, type Lock, parseLock } from "../../../engine/lock/lock-file.ts"
import type { PlannedTask } from "../../../engine/plan/planned.ts"
import { choose } from "../../../engine/verify/choose.ts"
import { chained, fault, outputs, rounds, walked } from "../support/chain.ts"
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

/** A seed that draws this link of a task, among so many tasks. */
const drawing = (wanted: string, count: number): string => {
  for (let seed = 0; ; seed++) if (drawn(String(seed), String(count)).includes(wanted)) return String(seed)
}
const tasks = Object.keys(locked.tasks).map((label) => ({ label }) as PlannedTask)
const drawn = (seed: string, count: string) =>
  choose(tasks, locked.tasks, count, seed)!.map(({ task, links = [] }) => [task.label, ...links].join("#"))
/** Outputs, states and metrics of both chains, and one output each of what follows. */
const digests = 2 * (3 + 4 + 4) + 2

t.test("N tasks of a full store reproduce, and what escapes follows from the digests compared", async (t) => {
  const { code, stdout } = await verify(full(), "--recompute", "4", "--seed", drawing("grow@seed=1#1", 4))
  t.equal(code, 0)
  t.match(stdout, /4 of 4 tasks recomputed; seed [0-9]+\n/)
  const compared = Number(/([0-9]+) of [0-9]+ digests compared/.exec(stdout)![1])
  t.ok(compared >= 2 * (3 + 1 + 1) + 2, "of each chain a link, those before it from the start, and its end")
  const escaped = ((digests - compared) / digests).toFixed(2)
  t.match(stdout, new RegExp(`${compared} of ${digests} digests compared .* probability ${escaped}\\n`))
  const { last } = await verified(full(), "--recompute", "all")
  t.match(last, { recomputed: 4, digests: { all: digests, compared: digests, escapes: 0 } })
})

t.test("an altered output of a chained task is found by every N that picks the task", async (t) => {
  for (const output of ["hash", "curve", "metrics"]) {
    const held = full()
    const { outputs, contents } = locked.tasks["grow@seed=1"]!
    edit(held, "grow@seed=1", { outputs: { ...outputs, [output]: other } })
    const { code, found } = await verified(held, "--recompute", "4", "--seed", "c0ffee")
    t.equal(code, 3)
    t.match(
      found.find((each) => (each as { output: string }).output === output && "locked" in (each as object)),
      { what: "output", task: "grow@seed=1", locked: other, found: outputs[output] },
      `${output} ${Object.keys(contents)}`,
    )
  }
})

t.test("an altered state, or metrics, of the link that is drawn are found", async (t) => {
  const { states, metrics } = locked.tasks["grow@seed=1"]!
  const changed = (digests: ReadonlyArray<Digest>) => digests.map((digest, i) => (i === 2 ? other : digest))
  const seed = drawing("grow@seed=1#3", 1)
  for (const [part, change, digest] of [
    ["state 3", { states: changed(states!) }, states![2]],
    ["metrics 3", { metrics: changed(metrics!) }, metrics![2]],
  ] as const) {
    const held = full()
    edit(held, "grow@seed=1", change)
    const { code, found } = await verified(held, "--recompute", "1", "--seed", seed)
    t.equal(code, 3, part)
    t.match(found, [{ what: "output", task: "grow@seed=1", output: part, locked: other, found: digest }])
  }
  const held = full()
  edit(held, "grow@seed=1", { metrics: changed(metrics!) })
  const elsewhere = await verified(held, "--recompute", "1", "--seed", drawing("grow@seed=1#2", 1))
  t.match(
    elsewhere.found,
    [{ output: "metrics 3" }],
    "of another link too: what it recorded is not known then",
  )
})

t.test("metrics decide after which link a chain ends, and it must be the lock's last", async (t) => {
  const held = full()
  await rounds(held, "length=2") // whose last state stays, so that a part can be done again
  const { states, metrics } = locked.tasks["grow@seed=1"]!
  edit(held, "grow@seed=1", { states: states!.slice(0, 3), metrics: metrics!.slice(0, 3) })
  const { found } = await verified(held, "--recompute", "1", "--seed", drawing("grow@seed=1#1", 1))
  t.match(
    found.filter((each) => (each as { what: string }).what === "links"),
    [{ what: "links", task: "grow@seed=1", locked: 3, found: 4 }],
  )
})

t.test("a task that fails counts as recomputed in nothing", async (t) => {
  const held = full()
  fault(held, 2, "not finite")
  const { code, found, last } = await verified(held, "--recompute", "grow@seed=1#2")
  t.equal(code, 3)
  t.match(found, [{ what: "failed", task: "grow@seed=1", message: /not a finite number/ }])
  t.match(last, { level: "current", recomputed: 0, digests: { all: digests, compared: 0, escapes: 1 } })
})

t.test(
  "adopted results count as unproven, with what rests on them, until all of them is compared",
  async (t) => {
    const held = full()
    const mark = { from: other, links: { compared: 3, of: 8 }, ends: { compared: 1, of: 2 } }
    edit(held, "grow@seed=1", { adopted: mark })
    const facts = {
      unproven: ["grow@seed=1"],
      adopted: [{ task: "grow@seed=1", mark }],
      restsOnAdopted: ["shout@seed=1"],
    }
    t.match((await verified(held)).last, facts)
    const part = ["--recompute", "4", "--seed", drawing("grow@seed=1#1", 4)]
    t.match((await verified(held, ...part)).last, facts, "a link and its end are not all")
    const { code, stdout } = await verify(held)
    t.equal(code, 0)
    t.match(stdout, /unproven for today's: 1 task \(grow@seed=1\)\n +on them rests shout@seed=1\n/)
    const { last } = await verified(held, "--recompute", "grow@seed=1")
    t.same(last, { ...last, unproven: [] })
  },
)

t.test(
  "a budget bounds what is recomputed, in the order of the seed, and says how much it was",
  async (t) => {
    const none = await verified(full(), "--budget", "0.0001s")
    t.equal(none.code, 0)
    t.match(none.last, { level: "current", recomputed: 0, budget: 0.0001, digests: { escapes: 1 } })
    const { code, stdout } = await verify(full(), "--budget", "1h", "--jobs", "1", "--seed", "c0ffee")
    t.equal(code, 0)
    t.match(stdout, /4 of 4 tasks recomputed in 1 h 0 min; seed c0ffee/)
    const order = drawn("c0ffee", "4").map((name) => name.split("#")[0]!)
    t.same(
      order.map((label) => stdout.indexOf(`same     ${label}`)),
      [...order.map((label) => stdout.indexOf(`same     ${label}`))].sort((a, b) => a - b),
    )
    t.equal((await verify(full(), "--budget", "soon")).code, 2)
  },
)

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
  await rounds(held, "length=2")
  walked(held)
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
  t.same(
    again.map(({ task, link }) => (link === null ? task : `${task}#${link}`)).sort(),
    [...drawn("c0ffee", "2")].sort(),
  )
  const choices = Array.from({ length: 60 }, (_, seed) => drawn(String(seed), "3"))
  t.equal(new Set(choices.flat()).size, 2 * 4 + 2, "every task, and every link of each chain, comes up")
  t.ok(choices.every((each) => new Set(each.map((name) => name.split("#")[0])).size === 3))
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
