// alone: it starts processes, and kills them.
import t from "tap"
import { acting, gone, isAlive, printedPid, unrulyProject } from "../support/unruly.ts"

for (const act of ["loop", "grandchild-and-loop"]) {
  t.test(
    `kill -9 of the coordinator ends a worker that hears nothing, with what it started: ${act}`,
    async (t) => {
      const running = unrulyProject(t).start(acting(act))
      const pid = await printedPid(t, running)
      t.ok(isAlive(pid))
      running.child.kill("SIGKILL")
      t.ok(await gone(pid))
    },
  )

  t.test(`Ctrl-C ends a worker that hears nothing, with what it started: ${act}`, async (t) => {
    const running = unrulyProject(t).start(acting(act))
    const pid = await printedPid(t, running)
    running.child.kill("SIGINT")
    t.equal((await running.ended).code, 130)
    t.ok(await gone(pid))
  })
}

for (const act of ["grandchild", "orphan-grandchild"]) {
  t.test(`what a task leaves running ends with the task: ${act}`, async (t) => {
    const running = unrulyProject(t).start(acting(act, "loop"))
    const pid = await printedPid(t, running)
    await running.event("task-finished")
    t.ok(await gone(pid), "while the run goes on")
    running.child.kill("SIGINT")
    await running.ended
  })
}

t.test(
  "a process that left the group, and holds what the worker printed to, keeps no run from its end",
  async (t) => {
    const running = unrulyProject(t).start(acting("detached-grandchild", "behave"))
    const pid = await printedPid(t, running)
    const { code } = await running.ended
    t.equal(code, 0)
    t.ok(isAlive(pid), "it was still there")
  },
)
