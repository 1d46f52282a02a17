// in turn: it starts processes.
import { setImmediate as nextTurn } from "node:timers/promises"
import t from "tap"
import { Readings } from "../../../engine/worker/inside/traps/standing-clock.ts"
import { acting, unrulyProject } from "../support/unruly.ts"

t.test(
  "a loop that waits for the clock fails, and says what it waits for; one that sleeps between is reported, once",
  async (t) => {
    const ran = await unrulyProject(t).start([...acting("clock-loop", "clock-timers"), "--keep-going"]).ended
    const [failed] = ran.of("task-finished").filter(({ status }) => status === "failed")
    t.match(failed, {
      task: "unruly@what=clock-loop",
      error: {
        tag: "StandingClock",
        message: /stage "unruly" read the clock ten million times.*stands still.*allow/,
      },
    })
    const printed = ran
      .of("printed")
      .map(({ text }) => text)
      .join("")
    t.equal(printed.match(/stage "unruly" has read the clock after each of 100 timers/g)?.length, 1)
    t.equal(ran.last?.event === "run-finished" && ran.last.failed, 1)
  },
)

t.test("readings in many turns are no loop, and long sleeps are a wait before there are many", async (t) => {
  const reports: Array<string> = []
  const readings = new Readings("stage", (line) => reports.push(line))
  for (let turn = 0; turn < 12; turn++) {
    for (let i = 0; i < 999_999; i++) readings.note()
    await nextTurn()
  }
  t.same(reports, [])
  for (let turn = 0; turn < 3; turn++) {
    t.same(reports, [])
    readings.slept(2000)
    readings.note()
    await nextTurn()
  }
  t.match(reports, [/stage "stage" .* 3 timers/])
})
