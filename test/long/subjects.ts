// What is killed: `smoke` in this checkout, a project of chains whose links are milliseconds, one that trains a residual network, and one of
// groups in groups, with conditions. It knows no kill.
import { join } from "node:path"
import type { Digest } from "../../engine/content/digest.ts"
import type { LockedTask } from "../../engine/lock/lines.ts"
import { readLock } from "../../engine/lock/lock-file.ts"
import type { Event } from "../../engine/report/events.ts"
import { project } from "../../engine/testing/project.ts"
import { type Ended, type Invocation, pipeline, root } from "./pipeline.ts"

/** By task, the digests that it should give. */
export type Expected = Readonly<Record<string, Pick<LockedTask, "outputs" | "states">>>

export interface Subject {
  readonly name: string
  readonly cwd: string
  readonly expected: Expected
  /** A run that nobody disturbed. */
  readonly whole: Ended
}

/** A copy that goes when this process does. */
export const fixture = (name: string): string =>
  project({ teardown: (end) => void process.on("exit", () => void end()) }, join(root, "test/fixtures", name))
    .root

/** Runs each once, undisturbed. @throws when `smoke` does not give what its lock says, unless the lock is not asked */
export async function subjects(folder: string, against: "lock" | "run"): Promise<ReadonlyArray<Subject>> {
  const locked = against === "lock" ? readLock(root, "smoke")?.tasks : undefined
  const whole = [await subject("smoke", root, folder, locked)]
  for (const name of ["grind", "residual", "groups"]) whole.push(await subject(name, fixture(name), folder))
  return whole
}

/** Runs the subject's experiment in a store. */
export const runSubject = (
  { name, cwd }: Pick<Subject, "name" | "cwd">,
  artifacts: string,
  further: Pick<Invocation, "env" | "kill"> = {},
): Promise<Ended> =>
  pipeline({ cwd, args: ["--exp", name, "--artifacts", artifacts, "--jobs", "2", "--json"], ...further })

async function subject(name: string, cwd: string, folder: string, locked?: Expected): Promise<Subject> {
  const whole = await runSubject({ name, cwd }, join(folder, `${name}-whole`))
  const expected = locked ?? digestsIn(whole.events)
  const differing = compare(expected, whole.events)
  if (whole.code === 0 && differing.length === 0) return { name, cwd, expected, whole }
  throw new Error(
    `an undisturbed run of ${name} is not as expected:\n${[...differing, whole.stderr].join("\n")}`,
  )
}

/** @returns each digest that is not as expected */
export function compare(expected: Expected, events: ReadonlyArray<Event>): ReadonlyArray<string> {
  const found = digestsIn(events)
  const tasks = Object.entries(expected).flatMap(([task, { outputs }]) =>
    Object.entries(outputs).flatMap(([output, digest]) => {
      const given = found[task]?.outputs[output]
      return given === digest ? [] : [`${task} ${output} is ${given}`]
    }),
  )
  const links = events.flatMap((event) => {
    if (event.event !== "link-finished") return []
    const { task, index, state } = event
    return expected[task]?.states?.[index - 1] === state ? [] : [`${task}#${index} is ${state}`]
  })
  return [...tasks, ...links]
}

/** What events tell, the last of each task and link. */
function digestsIn(events: ReadonlyArray<Event>): Expected {
  const found: Record<string, { outputs: LockedTask["outputs"]; states: Array<Digest> }> = {}
  const of = (task: string) => (found[task] ??= { outputs: {}, states: [] })
  for (const event of events) {
    if (event.event === "task-finished" && event.status !== "not-needed")
      of(event.task).outputs = event.outputs as LockedTask["outputs"]
    if (event.event === "link-finished") of(event.task).states[event.index - 1] = event.state as Digest
  }
  return found
}
