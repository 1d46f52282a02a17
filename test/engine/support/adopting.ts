// `adopt` on the two chains of four rounds and what follows, which tests of verification lock: edits that move keys, and what came of them.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { type Lock, parseLock } from "../../../engine/lock/lock-file.ts"
import { Event } from "../../../engine/report/events.ts"
import type { Project } from "../../../engine/testing/project.ts"
import { lockFile } from "./verified.ts"

export const finishing = ["length", "patience", "takeBest"]

/** Renames a local of each stage, and has a chain's code lie in another file: no result can change. */
export function refactored(project: Project): Project {
  const grow = project.read("stages/grow.ts")
  const shout = project.read("stages/shout.ts")
  project.write({
    "stages/grow.ts": grow
      .replaceAll("extra", "further")
      .replace(/const lossOf.*\n/, 'import { lossOf } from "./loss.ts"\n'),
    "stages/loss.ts": `export ${/const lossOf.*\n/.exec(grow)![0]}`,
    "stages/shout.ts": shout
      .replace("({ params, inputs })", "(given)")
      .replace("inputs.hash", "given.inputs.hash")
      .replace("params.mark", "given.params.mark"),
  })
  return project
}

/** Edits a file; what is replaced must stand in it. */
export function replaced(project: Project, path: string, from: string, to: string): Project {
  const text = project.read(path)
  if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`)
  project.write({ [path]: text.replaceAll(from, to) })
  return project
}

const decode = Schema.decodeUnknownSync(Event, { onExcessProperty: "error" })

/** What `adopt --json` says on one worker, each event held to its schema. */
export async function adopted(project: Project, ...args: ReadonlyArray<string>) {
  const given = ["adopt", ...args, "--exp", "rounds", "--jobs", "1", "--json"]
  const { code, stdout, stderr } = await project.plain(...given)
  const all = stdout
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => decode(JSON.parse(line)))
  const of = <N extends Event["event"]>(name: N) =>
    all.filter((event): event is Extract<Event, { event: N }> => event.event === name)
  return {
    code,
    stderr,
    found: of("difference").map(({ difference }) => difference),
    again: of("recomputed"),
    stages: of("adopted"),
    last: all.at(-1),
  }
}

export const lockIn = (project: Project): Lock => parseLock(project.read(lockFile), lockFile)

/** A lock without the marks of what was adopted. */
export const unmarked = (lock: Lock): Lock => ({
  ...lock,
  tasks: Object.fromEntries(
    Object.entries(lock.tasks).map(([label, { adopted: _, ...task }]) => [label, task]),
  ),
})

/** The labels of tasks that bear a mark. */
export const marked = (lock: Lock): ReadonlyArray<string> =>
  Object.keys(lock.tasks).filter((label) => lock.tasks[label]!.adopted !== undefined)

/** Every page that a run left. */
export function pages({ root }: Project): ReadonlyArray<string> {
  const folder = join(root, "artifacts/runs")
  return readdirSync(folder)
    .map((run) => join(folder, run, "index.html"))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"))
}
