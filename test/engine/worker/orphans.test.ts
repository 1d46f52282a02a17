// in turn, in CI: it starts processes, and kills them.
import t from "tap"
import { gone, isAlive } from "../../../engine/testing/processes.ts"
import { acting, printedPids, unrulyProject } from "../support/unruly.ts"

t.test(
  "what a task leaves running ends with the task; kill -9 of the coordinator ends a worker that hears nothing, with what it started",
  async (t) => {
    const running = unrulyProject(t).start(acting("grandchild", "orphan-grandchild", "loop-with-grandchild"))
    for (const act of ["grandchild", "orphan-grandchild"]) {
      const [left] = await printedPids(t, running, act)
      await running.event("task-finished", ({ task }) => task === `unruly@what=${act}`)
      t.ok(await gone(left!), `${act}, while the run goes on`)
    }
    const pids = await printedPids(t, running, "loop-with-grandchild")
    t.equal(pids.filter(isAlive).length, 2)
    running.child.kill("SIGKILL")
    for (const pid of pids) t.ok(await gone(pid))
  },
)

t.test("Ctrl-C ends a worker that hears nothing, with what it started", async (t) => {
  const running = unrulyProject(t).start(acting("loop-with-grandchild"))
  const pids = await printedPids(t, running, "loop-with-grandchild")
  running.child.kill("SIGINT")
  t.equal((await running.ended).code, 130)
  for (const pid of pids) t.ok(await gone(pid))
})

t.test(
  "a process that left the group, and holds what the worker printed to, keeps no run from its end",
  async (t) => {
    const running = unrulyProject(t).start(acting("detached-grandchild", "behave"))
    const [pid] = await printedPids(t, running, "detached-grandchild")
    const { code } = await running.ended
    t.equal(code, 0)
    t.ok(isAlive(pid!), "it was still there")
  },
)
