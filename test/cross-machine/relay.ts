// One store that goes from hand to hand: each runner is another Node with another driver of SQLite, and is killed on its way.
import type { Event } from "../../engine/report/events.ts"
import { count } from "../counts.ts"
import { type Coordinator, type Ended, pipeline } from "../long/pipeline.ts"

export interface Runner {
  readonly name: string
  readonly coordinator: Coordinator
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** So many new events a runner may see before it is killed. */
const stretch = count(12, 3)

/** What an event says is finished for good, if it says so. */
const finishedBy = (event: Event): string | undefined => {
  if (event.event === "link-finished") return `${event.task}#${event.index}`
  return event.event === "task-finished" && event.status !== "failed" ? event.task : undefined
}

/** @returns how many were killed, and what went wrong */
export async function relay(
  runners: ReadonlyArray<Runner>,
  experiment: string,
  artifacts: string,
): Promise<{ readonly killed: number; readonly wrong: ReadonlyArray<string> }> {
  const finished = new Set<string>()
  const wrong: Array<string> = []
  let killed = 0
  for (const [i, runner] of runners.entries()) {
    const isLast = i === runners.length - 1
    const ended = await run(runner, experiment, artifacts, isLast ? undefined : 1 + finished.size + stretch)
    killed += Math.min(1, ended.killed)
    if (ended.killed === 0 && ended.code !== 0)
      wrong.push(`${runner.name} ended with ${ended.code ?? ended.signal}: ${ended.stderr}`)
    for (const event of ended.events) {
      const name = finishedBy(event)
      if (name === undefined) continue
      const isAgain = "status" in event && event.status === "ran" && finished.has(name)
      if (isAgain) wrong.push(`${runner.name} ran ${name} again although it had finished`)
      finished.add(name)
    }
  }
  return { killed, wrong }
}

const run = (
  { coordinator, cwd, env = {} }: Runner,
  experiment: string,
  artifacts: string,
  after: number | undefined,
): Promise<Ended> =>
  pipeline({
    ...{ coordinator, cwd, env },
    args: ["--exp", experiment, "--artifacts", artifacts, "--jobs", "2", "--json"],
    kill: after === undefined ? undefined : { victim: "both", moment: { event: after, wait: 0 } },
  })
