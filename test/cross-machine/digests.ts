// What a run gave, by digest, read from the events it printed; and where two runs differ first. Starts nothing.
import type { Lock } from "../../engine/lock/lock-file.ts"

/** Every output of every task, and every state of every chain, of one run. */
export interface RunDigests {
  /** In the order of the run's plan: a task stands after the tasks that it depends on. */
  readonly tasks: ReadonlyArray<TaskDigests>
  /** Anything that failed, in its own words. */
  readonly failures: ReadonlyArray<string>
}

export interface TaskDigests {
  readonly task: string
  readonly status: string
  /** `weights`, `svg`, …, and `state 1`, `state 2`, … for the states of a chain → SHA-256. */
  readonly digests: Readonly<Record<string, string>>
}

/** One thing that the two runs do not have in common; `undefined`: this run lacks it. */
export interface Difference {
  readonly task: string
  readonly output: string
  readonly expected: string | undefined
  readonly found: string | undefined
}

interface Event {
  readonly event: string
  readonly task?: string
  readonly plan?: ReadonlyArray<{ readonly task: string }>
  readonly index?: number
  readonly state?: string
  readonly status?: string
  readonly outputs?: Readonly<Record<string, string>> | null
  readonly error?: { readonly tag: string; readonly message: string } | null
}

/** @param jsonLines what `--exp NAME --json` printed; lines that are cut off count as absent */
export function readDigests(jsonLines: string): RunDigests {
  const found = new Map<string, { status: string; digests: Record<string, string> }>()
  const failures: Array<string> = []
  let plan: ReadonlyArray<string> = []
  const of = (task: string) => {
    const known = found.get(task) ?? { status: "never finished", digests: {} }
    found.set(task, known)
    return known
  }
  for (const event of parse(jsonLines)) {
    if (event.event === "run-started") plan = (event.plan ?? []).map(({ task }) => task)
    if (event.event === "link-finished") of(event.task!).digests[`state ${event.index}`] = event.state!
    if (event.event === "task-finished") {
      of(event.task!).status = event.status!
      Object.assign(of(event.task!).digests, event.outputs ?? {})
      if (event.error) failures.push(`${event.task}: ${event.error.message}`)
    }
    if (event.event === "refused" && event.error) failures.push(event.error.message)
  }
  const order = [...new Set([...plan, ...found.keys()])]
  return { tasks: order.map((task) => ({ task, ...of(task) })), failures }
}

function* parse(jsonLines: string): Generator<Event> {
  for (const line of jsonLines.split("\n")) {
    try {
      yield JSON.parse(line) as Event
    } catch {}
  }
}

/** The same from a lock file: what was the case where and when it was written. */
export const lockedDigests = ({ tasks }: Pick<Lock, "tasks">): RunDigests => ({
  tasks: Object.entries(tasks).map(([task, { outputs, states = [] }]) => ({
    task,
    status: "locked",
    digests: {
      ...outputs,
      ...Object.fromEntries(states.map((digest, i) => [`state ${i + 1}`, digest])),
    },
  })),
  failures: [],
})

/** How many digests there are to compare. */
export const countOf = (run: RunDigests): number =>
  run.tasks.reduce((sum, { digests }) => sum + Object.keys(digests).length, 0)

/** All differences, in the order of the expected run's tasks; what only the other run has comes last. */
export function differences(expected: RunDigests, found: RunDigests): ReadonlyArray<Difference> {
  const order = [...new Set([...expected.tasks, ...found.tasks].map(({ task }) => task))]
  return order.flatMap((task) => {
    const before = digestsOf(expected, task)
    const after = digestsOf(found, task)
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((output) => before[output] !== after[output])
      .map((output) => ({ task, output, expected: before[output], found: after[output] }))
  })
}

const digestsOf = (run: RunDigests, task: string): Readonly<Record<string, string>> =>
  run.tasks.find((each) => each.task === task)?.digests ?? {}
