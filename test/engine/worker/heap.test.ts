// in turn, in CI: it starts processes.
import t from "tap"
import { acting, unrulyProject } from "../support/unruly.ts"

t.test(
  "a heap that is exhausted is called so, with what to do about it, and is not tried again",
  async (t) => {
    const small = [
      ...acting("heap", "thread-heap"),
      "--keep-going",
      "--worker",
      "node --max-old-space-size=40",
    ]
    const ran = await unrulyProject(t).start(small).ended
    const [heap, thread] = ran.of("task-finished")
    for (const task of [heap, thread])
      t.match(task, {
        status: "failed",
        error: {
          tag: "HeapExhausted",
          message: /heap was exhausted at 40 MB.*--worker "node --max-old-space-size=8192"/,
        },
      })
    t.equal(ran.of("attempt-failed").length, 2)
    t.equal(ran.code, 1)
  },
)
