// in turn, in CI: it starts processes.
// A value or metric that a lock quotes, edited apart from its digest: every run says so, not only `verify`.
import { join } from "node:path"
import t from "tap"
import type { LockedTask } from "../../../engine/lock/lines.ts"
import { labProject } from "../support/lab.ts"

const path = "experiments/grid.lock.json"

t.test("a run that changes nothing names the task whose quoted value was edited in the lock", async (t) => {
  const lab = labProject(t)
  await lab.json("--exp", "grid", "--update-lock")
  const lock = JSON.parse(lab.read(path)) as Record<string, unknown>
  const [line, task] = Object.entries(lock).find(
    ([name, value]) => name.startsWith("task ") && Object.keys((value as LockedTask).contents).length > 0,
  ) as [string, LockedTask]
  const [output = ""] = Object.keys(task.contents)
  const edited = { ...task, contents: { ...task.contents, [output]: 12345 } }
  lab.write({ [path]: JSON.stringify({ ...lock, [line]: edited }) })

  const ran = await lab.json("--exp", "grid")
  t.equal(ran.code, 0)
  t.match(ran.of("difference"), [
    { difference: { what: "content", task: line.slice("task ".length), output } },
  ])
  t.match(ran.of("lock"), [{ status: "differs", differences: 1 }])
  const { stdout } = await lab.plain("--exp", "grid")
  t.match(
    stdout,
    new RegExp(`what the lock quotes of ${output} is not what its digest says; one of them was edited`),
  )
  t.match(stdout, `differs from the lock file ${join(lab.root, path)}: 1 difference; --update-lock renews it`)

  await lab.json("--exp", "grid", "--update-lock")
  t.same(JSON.parse(lab.read(path)), lock, "renewed, it says again what was computed")
  t.match((await lab.json("--exp", "grid")).of("lock"), [{ status: "same" }])
})
