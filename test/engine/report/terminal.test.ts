import t from "tap"
import type { Event } from "../../../engine/report/events.ts"
import { terminal } from "../../../engine/report/readers/terminal.ts"

t.test("a terminal says how long it may take, from what tasks took before and took now", async (t) => {
  let clock = 0
  let screen = ""
  const { hear: tell } = terminal({ columns: () => 80, draw: (_, text) => (screen = text) }, () => clock)
  const task = (i: number) => ({ task: `cell@i=${i}`, stage: "cell" })
  const finished = (i: number, seconds: number): Event =>
    ({ event: "task-finished", ...task(i), status: "ran", key: "k", outputs: {}, seconds }) as Event
  const plan = [0, 1, 2, 3].map((i) => ({ ...task(i), expected: null }))
  tell({ event: "run-started", experiment: "grid", run: "r", jobs: 1, plan } as Event)
  tell({ event: "task-started", ...task(0), key: "k", why: [] } as Event)
  t.match(screen, /0 of 4 tasks done\n/, "nothing tells yet")
  clock = 10
  tell(finished(0, 10))
  tell({ event: "task-started", ...task(1), key: "k", why: [] } as Event)
  t.match(screen, /1 of 4 tasks done, about 30 s left\n/)
  clock = 30
  tell(finished(1, 20))
  tell({ event: "task-started", ...task(2), key: "k", why: [] } as Event)
  t.match(screen, /2 of 4 tasks done, about 30 s left\n/, "two more of 15 s, the mean")
})
