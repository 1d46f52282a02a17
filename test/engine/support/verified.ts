// Two chains of four rounds and what follows, run and locked, for tests of verification: copies, clones, edits of the lock.
import { rmSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import type { Test } from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import type { LockedTask } from "../../../engine/lock/lines.ts"
import { formatLock, parseLock } from "../../../engine/lock/lock-file.ts"
import { Event } from "../../../engine/report/events.ts"
import type { Project } from "../../../engine/testing/project.ts"
import { chained, rounds, walked } from "./chain.ts"

export const lockFile = "experiments/rounds.lock.json"
export const other = digestOf("something else")

/** Run once and locked: tests take copies. */
export async function lockedRounds(t: Test) {
  const warm = chained(t)
  warm.write({
    "experiments/rounds.ts": warm
      .read("experiments/rounds.ts")
      .replace("Schema.Int), [1]", "Schema.Int), [1, 2]"),
  })
  const first = await rounds(warm, "--update-lock")
  walked(warm)
  for (const seed of [1, 2]) putStates(warm, seed)
  const full = (): Project => chained(t, warm.root)
  return {
    warm,
    first,
    locked: parseLock(warm.read(lockFile), lockFile),
    full,
    /** A clone: the store is empty. */
    clone: (): Project => {
      const cloned = full()
      rmSync(join(cloned.root, "artifacts"), { recursive: true })
      return cloned
    },
  }
}

/** All states of a chain, as while it ran: of a part that is done again then no more than the part is. */
function putStates(project: Project, seed: number): void {
  let hash = `${seed} ${project.read("data/salt.txt")}`
  for (let n = 1; n <= 4; n++) {
    hash = digestOf(`${hash} ${n}`)
    const digest = digestOf(hash)
    project.write({ [`artifacts/objects/${digest.slice(0, 2)}/${digest.slice(2)}`]: hash })
  }
}

export const verify = (project: Project, ...args: ReadonlyArray<string>) =>
  project.plain("verify", "--exp", "rounds", ...args)

const decode = Schema.decodeUnknownSync(Event, { onExcessProperty: "error" })

/** What `verify --json` says, each event held to its schema. */
export async function verified(project: Project, ...args: ReadonlyArray<string>) {
  const { code, stdout } = await verify(project, ...args, "--json")
  const all = stdout
    .trim()
    .split("\n")
    .map((line) => decode(JSON.parse(line)))
  const of = <N extends Event["event"]>(name: N) =>
    all.filter((event): event is Extract<Event, { event: N }> => event.event === name)
  return {
    code,
    found: of("difference").map(({ difference }) => difference),
    again: of("recomputed"),
    last: all.at(-1),
  }
}

/** Changes what the lock says of a task. */
export function edit(project: Project, task: string, change: Partial<LockedTask>): void {
  const lock = parseLock(project.read(lockFile), lockFile)
  const tasks = { ...lock.tasks, [task]: { ...lock.tasks[task]!, ...change } }
  project.write({ [lockFile]: formatLock({ ...lock, tasks }) })
}
