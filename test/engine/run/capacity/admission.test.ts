// Which task starts next, over random tasks that take random parts of a machine: a simulation without runner, ledger or time.
import fc from "fast-check"
import t from "tap"
import type { Limits } from "../../../../engine/declare/policy/limits.ts"
import { Admission } from "../../../../engine/run/capacity/admission.ts"
import { type Needs, needing } from "../../../../engine/run/capacity/needs.ts"
import { count } from "../../../counts.ts"

interface Task {
  readonly needs: Needs
  /** That it takes, whatever is expected of it. */
  readonly seconds: number
  /** When it becomes ready. */
  readonly ready: number
  /** Of those that become ready at the same time, which is added first. */
  readonly nth: number
}

/** Longest first, and of those that take as long the one that came first. */
const inOrder = (a: Task, b: Task): number => b.seconds - a.seconds || a.ready - b.ready || a.nth - b.nth

const all = { cores: 4, memory: 8 }
const limits: Limits = {
  memory: `${all.memory}B`,
  few: { stages: ["a", "b", "c"], atOnce: 2 },
  slow: { stages: ["c", "d"], perMinute: 3 },
}
const stages = ["a", "b", "c", "d", "e", "f", "g", "h"]

const resources = fc.record(
  { cores: fc.integer({ min: 1, max: 4 }), memory: fc.integer({ min: 0, max: 8 }) },
  { requiredKeys: [] },
)
const policies = fc.array(
  fc.record({ resources, mutex: fc.constantFrom("", "", "gpu", "disk") }, { requiredKeys: ["resources"] }),
  { minLength: stages.length, maxLength: stages.length },
)
const tasks = fc.array(
  fc.record({
    stage: fc.nat({ max: stages.length - 1 }),
    seconds: fc.integer({ min: 1, max: 30 }),
    expected: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
    ready: fc.integer({ min: 0, max: 60 }),
  }),
  { maxLength: 40 },
)
const drawn = fc.record({ policies, tasks })
type Drawn = typeof drawn extends fc.Arbitrary<infer A> ? A : never

/** The same, of stages that take nothing but cores and memory. */
const roomAlone = drawn.map(({ policies, tasks }) => ({
  policies: policies.map((policy) => ({ ...policy, mutex: "" as const })),
  tasks: tasks.map((task) => ({ ...task, stage: 4 + (task.stage % 4) })),
}))

interface Start {
  readonly task: Task
  readonly at: number
}

interface Moment {
  readonly admission: Admission<Task>
  /** With the time at which each ends. */
  readonly running: ReadonlyMap<Task, number>
  readonly starts: ReadonlyArray<Start>
  readonly now: number
}

/**
 * Runs them all by the clock of the tasks themselves.
 *
 * @param isKnown whether what is expected is what it takes
 * @param after looks each time that all has started which may
 */
function simulated(
  { policies, tasks }: Drawn,
  isKnown: boolean,
  after: (moment: Moment, waiting: ReadonlyArray<Task>) => void = () => {},
) {
  const given = Object.fromEntries(
    policies.map(({ resources: { cores, memory }, mutex }, i) => [
      stages[i]!,
      { resources: { cores, ...(memory === undefined ? {} : { memory: `${memory}B` as const }) }, mutex },
    ]),
  )
  let now = 0
  const admission = new Admission<Task>(all.cores, limits, () => now)
  const needsOf = needing([given], limits)
  const coming = tasks
    .map(({ stage, seconds, expected, ready }, nth) => ({
      task: {
        nth,
        needs: needsOf({ stageName: stages[stage]!, definition: {} }, "in a worker"),
        seconds,
        ready,
      },
      expected: isKnown ? seconds : expected,
    }))
    .sort((a, b) => a.task.ready - b.task.ready)
  const expectedOf = new Map(coming.map(({ task, expected }) => [task, expected]))
  const running = new Map<Task, number>()
  const starts: Array<Start> = []
  for (let turns = 0; turns < 10_000; turns++) {
    for (const [task, ends] of running)
      if (ends <= now) {
        running.delete(task)
        admission.ended(task)
      }
    while (coming.length > 0 && coming[0]!.task.ready <= now) {
      const { task, expected } = coming.shift()!
      admission.add(task, task.needs, expected)
    }
    admission.wake()
    for (let next = admission.next("in a worker"); next; next = admission.next("in a worker")) {
      const { item, needs } = next
      admission.take(needs)
      admission.started(item, needs, expectedOf.get(item))
      running.set(item, now + item.seconds)
      starts.push({ task: item, at: now })
    }
    assertWithin([...running.keys()], starts, now)
    const started = new Set(starts.map(({ task }) => task))
    const waiting = [...expectedOf.keys()].filter((task) => task.ready <= now && !started.has(task))
    after({ admission, running, starts, now }, waiting)
    const { wait } = admission
    const events = [
      ...running.values(),
      ...coming.slice(0, 1).map(({ task }) => task.ready),
      ...(wait === undefined ? [] : [now + wait]),
    ]
    if (events.length === 0) return { starts, isWaiting: admission.isWaiting("in a worker") }
    now = Math.max(now, Math.min(...events))
  }
  throw new Error("it goes on for ever")
}

function assertWithin(running: ReadonlyArray<Task>, starts: ReadonlyArray<Start>, now: number): void {
  const sum = (of: (needs: Needs) => number): number =>
    running.reduce((total, { needs }) => total + of(needs), 0)
  if (sum(({ cores }) => cores) > all.cores) throw new Error("more cores than there are")
  if (sum(({ memory }) => memory) > all.memory) throw new Error("more memory than there is")
  for (const mutex of ["gpu", "disk"])
    if (sum((needs) => Number(needs.mutex === mutex)) > 1) throw new Error(`two hold ${mutex}`)
  if (sum(({ tokens }) => Number(tokens.includes("group few"))) > 2) throw new Error("three of few at once")
  const minute = starts.filter(({ task, at }) => at > now - 60 && task.needs.rates.includes("slow"))
  if (minute.length > 3) throw new Error("four of slow in a minute")
}

t.test(
  "whatever tasks take, and whatever is expected of them, all run, and never more than there is",
  async () => {
    fc.assert(
      fc.property(drawn, fc.boolean(), (given, isKnown) => {
        const { starts, isWaiting } = simulated(given, isKnown)
        return !isWaiting && starts.length === given.tasks.length
      }),
      { numRuns: count(300, 20_000, 1_000) },
    )
  },
)

/** When a task would start if nothing else did from now on. */
function alone({ cores, memory }: Needs, { running, now }: Moment): number {
  let free = [...running.keys()].reduce(
    (left, { needs }) => ({ cores: left.cores - needs.cores, memory: left.memory - needs.memory }),
    all,
  )
  let from = now
  for (const [{ needs }, ends] of [...running].sort(([, a], [, b]) => a - b)) {
    if (cores <= free.cores && memory <= free.memory) break
    free = { cores: free.cores + needs.cores, memory: free.memory + needs.memory }
    from = ends
  }
  return from
}

/** Whether nothing but cores and memory keeps it from starting. */
function isReady({ tokens, rates }: Needs, { running, starts, now }: Moment): boolean {
  const most: Readonly<Record<string, number>> = { "group few": 2, "mutex gpu": 1, "mutex disk": 1 }
  const isFree = (token: string): boolean =>
    [...running.keys()].filter(({ needs }) => needs.tokens.includes(token)).length < most[token]!
  const minute = starts.filter(({ task, at }) => at > now - 60 && task.needs.rates.includes("slow"))
  return tokens.every(isFree) && (rates.length === 0 || minute.length < 3)
}

for (const [what, given] of [
  ["cores and memory alone", roomAlone],
  ["mutexes, limits and rates too", drawn],
] as const)
  t.test(
    `where it is known how long tasks take, one whose turn has come starts no later for any other: of ${what}`,
    async (t) => {
      let [held, passed] = [0, 0]
      fc.assert(
        fc.property(given, (given) => {
          /** What was first in order and did not fit, when it has to start, and how many had started. */
          let first: { needs: Needs; by: number; since: number } | undefined
          simulated(given, true, (moment, waiting) => {
            const { starts, now } = moment
            const own = starts.findIndex(
              ({ task }, i) => i >= (first?.since ?? 0) && task.needs === first?.needs,
            )
            if (first !== undefined && own >= 0) {
              if (starts[own]!.at > first.by)
                throw new Error(`it started at ${starts[own]!.at}, not by ${first.by}`)
              if (own > first.since) passed++
              first = undefined
            }
            if (first !== undefined && now > first.by) throw new Error(`it has not started by ${first.by}`)
            const busy = [...moment.running.keys()].reduce((sum, { needs }) => sum + needs.cores, 0)
            const [next] = waiting.filter(({ needs }) => isReady(needs, moment)).sort(inOrder)
            if (first !== undefined || next === undefined) return
            // Its turn has come once there is room, if not enough, or something behind it has taken that.
            const isPassed = starts.some(
              ({ task, at }, i) => i !== own && at === now && inOrder(next, task) < 0,
            )
            if (busy === all.cores && !isPassed) return
            first = { needs: next.needs, by: alone(next.needs, moment), since: starts.length }
            held++
          })
          return true
        }),
        { numRuns: count(300, 20_000, 1_000) },
      )
      t.ok(
        held > 50 && passed > 10,
        `${held} waited for room, ${passed} were passed by what ended before or took what was left`,
      )
    },
  )

t.test("what has a place reserved finds its mutex, its group and its minute as they were", async (t) => {
  for (const [what, limits, policy] of [
    ["a group's last place", { some: { stages: ["large", "small"], atOnce: 1 } }, {}],
    ["a minute's last start", { some: { stages: ["large", "small"], perMinute: 1 } }, {}],
    ["a mutex", {}, { mutex: "gpu" }],
  ] as const) {
    let now = 0
    const admission = new Admission<string>(4, limits, () => now)
    const needsOf = needing(
      [
        { before: { resources: { cores: 2 } } },
        { large: { resources: { cores: 3 }, ...policy }, small: { resources: { cores: 1 }, ...policy } },
      ],
      limits,
    )
    const add = (stageName: string, seconds: number): void =>
      admission.add(stageName, needsOf({ stageName, definition: {} }, "in a worker"), seconds)
    const start = (): ReadonlyArray<string> => {
      const started: Array<string> = []
      for (let next = admission.next("in a worker"); next; next = admission.next("in a worker")) {
        const { item, needs } = next
        admission.take(needs)
        admission.started(item, needs, item === "before" ? 10 : 5)
        started.push(item)
      }
      return started
    }
    add("before", 10)
    t.same(start(), ["before"])
    add("large", 20)
    add("small", 5) // it would end before, and leaves cores enough
    add("other", 5)
    t.same(start(), ["other"], `${what} is not taken from it`)
    now = 10
    admission.ended("before")
    admission.ended("other")
    t.ok(start().includes("large"), `with ${what} it starts as soon as it fits`)
  }
})

t.test(
  "what ends before it, or takes what is left beside it, passes what has a place reserved",
  async (t) => {
    for (const [cores, seconds, passes] of [
      [2, 5, true],
      [1, 100, true],
      [2, 100, false],
      [2, undefined, false],
    ] as const) {
      const admission = new Admission<string>(4, {}, () => 0)
      const takes = { before: 2, large: 3, other: cores }
      const needsOf = needing(
        [Object.fromEntries(Object.entries(takes).map(([name, cores]) => [name, { resources: { cores } }]))],
        {},
      )
      const start = (stageName: keyof typeof takes, seconds: number | undefined): string | undefined => {
        admission.add(stageName, needsOf({ stageName, definition: {} }, "in a worker"), seconds)
        const next = admission.next("in a worker")
        if (next === undefined) return undefined
        admission.take(next.needs)
        admission.started(next.item, next.needs, 10)
        return next.item
      }
      t.equal(start("before", 10), "before")
      t.equal(start("large", 200), undefined)
      t.equal(start("other", seconds), passes ? "other" : undefined, `${cores} cores for ${seconds} s`)
    }
  },
)
