/** Projects in temporary folders, and the command line run in them as a person would run it. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Schema from "effect/Schema"
import type { Test } from "tap"
import { Event, type EventOf } from "../../../engine/report/events.ts"
import { temporaryFolder, writeFiles } from "./folder.ts"
import { environment } from "./processes.ts"

export const repository = fileURLToPath(new URL("../../../", import.meta.url)).replace(/\/$/, "")
export const lab = join(repository, "test/fixtures/lab")

/** What a finished command left. Of a run with --json each line has been decoded by the schema of events. */
export interface Ran {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  readonly events: ReadonlyArray<Event>
  /** Task label → status. */
  readonly tasks: Readonly<Record<string, string>>
  readonly last: Event | undefined
  readonly of: <N extends Event["event"]>(name: N) => ReadonlyArray<EventOf<N>>
}

export interface Started {
  readonly child: ChildProcessWithoutNullStreams
  /** The first event of a name (that `is` one), also if it came already; rejects when the command ends without one. */
  readonly event: <N extends Event["event"]>(
    name: N,
    is?: (event: EventOf<N>) => boolean,
  ) => Promise<EventOf<N>>
  readonly ended: Promise<Ran>
}

export interface Project {
  readonly root: string
  readonly write: (files: Readonly<Record<string, string>>) => void
  readonly read: (path: string) => string
  readonly start: (args: ReadonlyArray<string>, env?: Readonly<Record<string, string>>) => Started
  /** `refold ...args --json`, one worker unless --jobs says otherwise: processes are what these tests cost. */
  readonly json: (...args: ReadonlyArray<string>) => Promise<Ran>
  /** `refold ...args` */
  readonly plain: (...args: ReadonlyArray<string>) => Promise<Ran>
}

/** A copy of a project: a fixture, or one that has been run already, with all that it remembers. */
export function project(t: Test, from = lab): Project {
  const root = temporaryFolder(t)
  cpSync(from, root, { recursive: true, verbatimSymlinks: true })
  mkdirSync(join(root, "node_modules"), { recursive: true })
  for (const [name, target] of [
    ["refold", repository],
    ["effect", join(repository, "node_modules/effect")],
  ] as const) {
    rmSync(join(root, "node_modules", name), { force: true })
    symlinkSync(target, join(root, "node_modules", name))
  }
  const start: Project["start"] = (args, env = {}) => launch(t, root, args, env)
  return {
    root,
    start,
    write: (files) => writeFiles(root, files),
    read: (path) => readFileSync(join(root, path), "utf8"),
    json: (...args) => start([...args, "--json", ...(args.includes("--jobs") ? [] : ["--jobs", "1"])]).ended,
    plain: (...args) => start(args).ended,
  }
}

/** The command line in this repository itself, on artifacts of the test's own. */
export function checkout(
  t: Test,
): Pick<Project, "start" | "json" | "plain"> & { readonly artifacts: string } {
  const artifacts = temporaryFolder(t)
  const start: Project["start"] = (args, env = {}) =>
    launch(t, repository, [...args, "--artifacts", artifacts], env)
  return {
    artifacts,
    start,
    json: (...args) => start([...args, "--json", ...(args.includes("--jobs") ? [] : ["--jobs", "1"])]).ended,
    plain: (...args) => start(args).ended,
  }
}

const decode = Schema.decodeUnknownSync(Event, { onExcessProperty: "error" })

function launch(
  t: Test,
  root: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
): Started {
  const child = spawn(process.execPath, [join(repository, "engine/build/launch.mjs"), ...args], {
    cwd: root,
    env: { ...environment, ...env },
  })
  t.teardown(() => child.kill("SIGKILL"))
  const isJson = args.includes("--json") && args[0]!.startsWith("--")
  const events: Array<Event> = []
  const waiting = new Set<() => void>()
  const told = (): void => {
    for (const look of waiting) look()
  }
  let stdout = ""
  let stderr = ""
  let failure: unknown
  createInterface({ input: child.stdout }).on("line", (line) => {
    stdout += `${line}\n`
    try {
      if (isJson) events.push(decode(JSON.parse(line)))
    } catch (cause) {
      failure ??= new Error(`not an event: ${line}`, { cause })
    }
    told()
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
  const ended = new Promise<Ran>((resolve, reject) =>
    child.on("close", (code, signal) => {
      told()
      if (failure !== undefined) return reject(failure)
      const finished = events.filter((event) => event.event === "task-finished")
      resolve({
        code,
        signal,
        stdout,
        stderr,
        events,
        tasks: Object.fromEntries(finished.map(({ task, status }) => [task, status])),
        last: events.at(-1),
        of: (name) => events.filter((event): event is never => event.event === name),
      })
    }),
  )
  const event: Started["event"] = (name, is = () => true) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = events.find((event) => event.event === name && is(event as never))
        const isOver = child.exitCode !== null || child.signalCode !== null
        if (found === undefined && !isOver) return
        waiting.delete(look)
        if (found === undefined) reject(new Error(`it ended without ${name}: ${stdout}${stderr}`))
        else resolve(found as never)
      }
      waiting.add(look)
      look()
    })
  return { child, event, ended }
}
