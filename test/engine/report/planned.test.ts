// What people are told of plans and of reasons: what is equal once, and never more lines than are read.
import t from "tap"
import type { Reason } from "../../../engine/key/explain.ts"
import type { Event, EventOf } from "../../../engine/report/events.ts"
import { Answers } from "../../../engine/report/readers/answers.ts"
import { EventLines } from "../../../engine/report/readers/plain.ts"

const edited: ReadonlyArray<Reason> = [{ reason: "source", path: "stages/cell.ts", change: "edited" }]
const param = (before: number, after: number): ReadonlyArray<Reason> => [
  { reason: "param", path: "value", before, after },
]
const planned = (
  i: number,
  status: EventOf<"planned">["status"],
  why: ReadonlyArray<Reason> = [],
  waitsFor: ReadonlyArray<string> = [],
): Event => ({
  ...{ event: "planned", task: `cell@i=${i}`, stage: "cell", status, key: null, why, waitsFor },
})
const finished: Event = {
  ...{ event: "plan-finished", experiment: "grid", tasks: 1, cached: 0, willRun: 1, undecided: 0 },
  ...{ least: null, most: null },
}
const told = (events: ReadonlyArray<Event>): ReadonlyArray<string> => {
  const lines = new EventLines()
  return [...events.flatMap((event) => lines.of(event)), ...lines.rest()]
}
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

t.test("a plan of few tasks is told task by task, in its order", async (t) => {
  const events = [
    planned(0, "cached"),
    planned(1, "will-run", edited),
    planned(2, "undecided", [], ["a", "b"]),
  ]
  t.same(told([...events, finished]).slice(0, 3), [
    "  cached     cell@i=0",
    "  will run   cell@i=1  (stages/cell.ts edited)",
    "  undecided  cell@i=2  (waits for a, b)",
  ])
  t.same(told(events).length, 3, "also when nothing follows")
})

t.test(
  "of a plan of many tasks, what is the same of several is told once, with how many they are",
  async (t) => {
    const events = upTo(2000).map((i) =>
      i % 2 === 0 ? planned(i, "cached") : planned(i, "will-run", i === 7 ? param(7, 8) : edited),
    )
    t.same(told([...events, finished]).slice(0, -2), [
      "  cached     1000 tasks: cell@i=0, cell@i=2, cell@i=4, cell@i=6, cell@i=8, cell@i=10, cell@i=12, cell@i=14 and 992 more",
      "  will run   999 tasks: cell@i=1, cell@i=3, cell@i=5, cell@i=9, cell@i=11, cell@i=13, cell@i=15, cell@i=17 and 991 more  (stages/cell.ts edited)",
      "  will run   1 task: cell@i=7  (value 7 → 8)",
    ])
  },
)

t.test("a plan of many tasks, each with another reason, is some lines and the rest in one", async (t) => {
  const lines = told([...upTo(3000).map((i) => planned(i, "will-run", param(i, i + 1))), finished])
  t.ok(lines.length < 30, `${lines.length} lines`)
  const counts = lines.flatMap((line) => /will run {3}(\d+) tasks?:/.exec(line)?.[1] ?? [])
  t.equal(
    counts.reduce((sum, count) => sum + Number(count), 0),
    3000,
    "all of them are counted",
  )
  t.match(lines.join("\n"), /2980 tasks: .* \(for other reasons: --json tells each/)
})

t.test("no reason is looked for of a cached task that is told to people", async (t) => {
  let asked = 0
  const cached = (i: number): Event =>
    Object.defineProperty(planned(i, "cached"), "why", { get: () => void asked++ })
  told([...upTo(100).map(cached), finished])
  t.equal(asked, 0)
})

t.test(
  "answers that many tasks share are told once, and of too many others only how many they are",
  async (t) => {
    const answers = new Answers()
    const head = (isOne: boolean): string => `${isOne ? "is" : "are"} cached`
    for (const i of upTo(500)) answers.add(`same@${i}`, { head, details: ["never ran"] })
    answers.add("one", { head, details: ["forced"] })
    for (const i of upTo(500)) answers.add(`own@${i}`, { head, details: [`value ${i}`] })
    const lines = answers.lines()
    t.match(lines[0], /^500 tasks \(same@0, .* and 492 more\) are cached$/)
    t.same(lines.slice(1, 4), ["  never ran", "one is cached", "  forced"])
    t.equal(lines.length, 2 * 20 + 1)
    t.match(lines.at(-1), /^and 482 tasks for other reasons \(own@18, .* and 474 more\)/)
  },
)
