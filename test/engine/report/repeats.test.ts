import t from "tap"
import type { Difference } from "../../../engine/report/differences.ts"
import type { Event } from "../../../engine/report/events.ts"
import { EventLines, linesOf } from "../../../engine/report/readers/plain.ts"

const differs = (difference: Difference): Event => ({ event: "difference", difference })
const moved = (task: string, path: string): Event =>
  differs({ what: "key", task, why: [{ reason: "source", path, change: "edited" }] })
const told = (events: ReadonlyArray<Event>): ReadonlyArray<string> => {
  const lines = new EventLines()
  return [...events.flatMap((event) => lines.of(event)), ...lines.rest()]
}

t.test("what 41 tasks share is told once, with how many there are and the names of some", async (t) => {
  const cells = Array.from({ length: 41 }, (_, i) => [
    moved(`train@fold=${i}`, "ml/epoch.ts"),
    moved(`evaluate@fold=${i}`, "ml/loss.ts"),
  ]).flat()
  const lines = told([...cells, moved("split", "ml/split.ts")])
  t.equal(lines.length, 6)
  t.match(lines[0], /^ {2}41 tasks have another key than the lock: train@fold=0, .* and 33 more$/)
  t.equal(lines[1], "      ml/epoch.ts edited")
  t.match(lines[2], /^ {2}41 tasks have another key than the lock: evaluate@fold=0, /)
  t.same(lines.slice(4), ["  split has another key than the lock", "      ml/split.ts edited"])
})

t.test("differences are told before what comes after them, and none is left out", async (t) => {
  const finished = {
    event: "verify-finished",
    experiment: "grid",
    level: "current",
    checked: 1,
    stored: null,
    recomputed: null,
    seed: null,
    unproven: [],
    differences: 4,
  } as Event
  const lines = told([
    ...["a", "b"].map((task) => differs({ what: "not-locked", task })),
    ...["c", "d"].map((task) => differs({ what: "content", task, output: "metrics" })),
    finished,
  ])
  t.match(lines[0], "2 tasks are not in the lock file: a, b")
  t.match(lines[1], /c: what the lock quotes of metrics/)
  t.match(lines[2], /d: what the lock quotes of metrics/)
  t.match(lines[4], /grid: 4 differences/)
  t.match(lines[5], /1 key checked/)
})

t.test("a line that comes 41 times in a row is told once, and how often it came again", async (t) => {
  const quarantined = { event: "artifact-quarantined", task: "a", digest: "d" } as Event
  const other = { event: "artifact-quarantined", task: "b", digest: "d" } as Event
  const lines = told([...Array.from({ length: 41 }, () => quarantined), other, other])
  t.equal(lines.length, 4)
  t.match(lines[1], /… 40 times more/)
  t.match(lines[2], /b needs it/)
  t.match(lines[3], /… 1 time more/)
})

t.test("one of a thing is not told in the plural", async (t) => {
  const all: ReadonlyArray<Event> = [
    {
      event: "results",
      ...{ experiment: "grid", run: "r", folder: "runs/r", metrics: {}, values: {}, summaries: [] },
      pictures: ["a.png"],
      inexact: { numerics: "cpu", tasks: ["a"] },
    },
    {
      event: "run-started",
      experiment: "grid",
      run: "r",
      jobs: 1,
      plan: [{ task: "a", stage: "a", expected: null }],
    },
    { event: "lock", path: "grid.lock.json", status: "differs", differences: 1 },
    {
      event: "run-finished",
      ...{ experiment: "grid", run: "r", tasks: 1, ran: 1, cached: 0, failed: 0, skipped: 0, seconds: 1 },
    },
    {
      event: "plan-finished",
      ...{ experiment: "grid", tasks: 1, cached: 0, willRun: 1, undecided: 0, least: null, most: null },
    },
  ]
  for (const event of all)
    t.notMatch(
      linesOf(event).join("\n"),
      /\b1 (stored )?(tasks|pictures|keys|differences|artifacts|runs)\b/,
      event.event,
    )
})

t.test("a run without pictures does not count them", async (t) => {
  const results: Event = {
    event: "results",
    ...{ experiment: "grid", run: "r", folder: "runs/r", metrics: {}, values: {}, summaries: [] },
    pictures: [],
  }
  t.match(linesOf(results).join("\n"), /^ {2}every result: runs\/r$/m)
  t.notMatch(linesOf(results).join("\n"), /picture/)
})
