// in turn, in CI: it starts processes.
import { availableParallelism } from "node:os"
import fc from "fast-check"
import t from "tap"
import { CoreShares, divided } from "../../../../engine/run/capacity/cores.ts"
import type { Ran } from "../../../../engine/testing/command.ts"
import { labProject } from "../../support/lab.ts"

const wanting = fc.record({ several: fc.boolean(), own: fc.integer({ min: 1, max: 4 }) })

t.test("idle cores go to the tasks that can use them, evenly, and nobody has less than its own", async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(wanting, { minLength: 1, maxLength: 20 }),
      (all, tasks) => {
        const lent = divided(all, tasks).map((count, i) => count - tasks[i]!.own)
        const able = lent.filter((_, i) => tasks[i]!.several)
        const own = tasks.reduce((sum, task) => sum + task.own, 0)
        return (
          lent.every((count, i) => count === 0 || (tasks[i]!.several && count > 0)) &&
          lent.reduce((a, b) => a + b) === (able.length > 0 ? Math.max(0, all - own) : 0) &&
          (able.length === 0 || Math.max(...able) - Math.min(...able) <= 1)
        )
      },
    ),
  )
})

t.test("what says how many cores it takes has just these, although it could use more", async (t) => {
  const machine = new CoreShares(8)
  const [said, other] = [machine.join(true, 2), machine.join(true)]
  machine.divide()
  t.same([said.cores, other.cores], [2, 6])
})

t.test("a task hears of it when its share changes, those that lose cores first", async (t) => {
  const machine = new CoreShares(4)
  const heard: Array<string> = []
  const join = (name: string, several: boolean) => {
    const share = machine.join(several)
    share.onChange((cores) => heard.push(`${name} ${cores}`))
    return share
  }
  const told = () => heard.splice(0)
  const first = join("first", true)
  machine.divide()
  t.same(told(), ["first 4"])
  const second = join("second", true)
  machine.divide()
  t.same(told(), ["first 2", "second 2"])
  const single = join("single", false)
  machine.divide()
  t.same(told(), ["second 1"])
  machine.divide()
  t.same(told(), [])
  machine.leave(first)
  machine.divide()
  t.same(told(), ["second 3"])
  machine.leave(single)
  machine.leave(second)
  t.same(told(), [])
})

/** What the task said of cores at the end. */
const reported = (ran: Ran) =>
  ran.of("progress").find(({ task, done }) => task === "spread" && done === 1)?.metrics

const facts = (ran: Ran) => ran.of("task-finished").map(({ task, key, outputs }) => ({ task, key, outputs }))

t.test("one core or two: another number of threads, the same keys and the same outputs", async (t) => {
  const [one, two] = [labProject(t), labProject(t)]
  const alone = await one.json("--exp", "spreads", "--jobs", "1")
  t.same(reported(alone), { cores: 1, threads: 0 })
  const together = await two.json("--exp", "spreads", "--jobs", "2")
  const cores = Math.min(2, availableParallelism())
  t.same(reported(together), { cores, threads: cores - 1 })
  t.same(facts(together), facts(alone))
})

const options = availableParallelism() < 2 ? { skip: "a machine of one core has none to lend" } : {}

t.test("a running task is lent a core as soon as it is idle", options, async (t) => {
  const lab = labProject(t)
  const started = lab.start([
    "--exp",
    "spreads",
    "--set",
    "what=patient",
    "--set",
    "held=true",
    "--json",
    "--jobs",
    "2",
  ])
  await started.event("progress", ({ task }) => task === "hold")
  const begun = await started.event("progress", ({ task }) => task === "spread")
  t.same(begun.metrics, { cores: 1 })
  lab.write({ release: "" })
  const ran = await started.ended
  t.equal(ran.code, 0, ran.stderr)
  t.same(reported(ran), { cores: 2, threads: 1 })
})

t.test(
  "what goes wrong in a thread fails its task, in its words; the traps hold there too",
  options,
  async (t) => {
    for (const [what, message] of [
      ["throw", /^the thread said no$/],
      ["random", /^stage "spread" used Math\.random/],
      ["effect", /used Effect, which threads do without/],
    ] as const) {
      const ran = await labProject(t).json("--exp", "spreads", "--set", `what=${what}`, "--jobs", "2")
      t.equal(ran.code, 1)
      t.match(ran.of("task-finished")[0]!.error?.message, message)
    }
  },
)
