import t from "tap"
import type { Event } from "../../../engine/report/events.ts"
import { EventLines } from "../../../engine/report/readers/plain.ts"

const started = (task: string, stage: string): Event =>
  ({ event: "task-started", task, stage, key: "k", why: [] }) as unknown as Event
const failed = (task: string, stage: string, message: string): Event =>
  ({
    event: "task-finished",
    ...{ task, stage, status: "failed", key: "k", outputs: {}, seconds: 1 },
    error: { tag: "HttpRefused", message, stack: [], causes: [] },
  }) as unknown as Event
const again = (task: string, message: string): Event =>
  ({
    event: "attempt-failed",
    task,
    again: true,
    error: { tag: "HttpRefused", message, stack: [], causes: [] },
  }) as unknown as Event

const told = (events: ReadonlyArray<Event>): ReadonlyArray<string> => {
  const lines = new EventLines()
  return [...events.flatMap((event) => lines.of(event)), ...lines.rest()]
}

const tasks = Array.from({ length: 40 }, (_, n) => `ask@n=${n}`)
const about = (lines: ReadonlyArray<string>, words: RegExp) => lines.filter((line) => words.test(line))

t.test("what fails many in the same way is told at the first, and once how many more there were", (t) => {
  const busy = "the server answered 503: busy"
  const lines = told([
    ...tasks.map((task) => started(task, "ask")),
    ...tasks.map((task) => again(task, busy)),
    ...tasks.map((task) => failed(task, "ask", busy)),
    failed("ask@n=odd", "ask", "the server answered 400: what?"),
    failed("read@n=1", "read", busy),
  ])
  t.same(
    about(lines, /FAILED .*503/).map((line) => line.slice(0, 30)),
    ["  FAILED   ask@n=0: the server", "  FAILED   read@n=1: the serve", "  FAILED   39 more tasks in th"],
  )
  t.match(about(lines, /FAILED .* more tasks/), [
    /39 more tasks .*\(the server answered 503: busy\): ask@n=1, .* and 31 more$/,
  ])
  t.equal(about(lines, /again .*503/).length, 2)
  t.match(about(lines, /again .* more tasks/), [/39 more tasks/])
  t.equal(about(lines, /400/).length, 1, "another message is another way")
  t.end()
})

t.test("a message that names its task is the same but for that; one task is not many", (t) => {
  const lines = told([
    ...tasks.map((task) => failed(task, "ask", `no answer for ${task}`)),
    failed("read@n=1", "read", "once"),
  ])
  t.equal(about(lines, /FAILED/).length, 3)
  t.equal(about(lines, /once/).length, 1)
  t.match(about(lines, /more/), [/39 more tasks in the same way/])
  t.end()
})
