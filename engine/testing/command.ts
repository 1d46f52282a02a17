// The command line run as a person would run it, in a process of its own, its events recorded.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Schema from "effect/Schema"
import { Event, type EventOf } from "../report/events.ts"
import { EventRecorder } from "./event-recorder.ts"
import { environment } from "./processes.ts"
import type { Teardown } from "./temporary-folder.ts"

/** This checkout. */
export const repository = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "")

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

export interface CommandLine {
  /** `refold ...args`, killed when the test ends. */
  readonly start: (args: ReadonlyArray<string>, env?: Readonly<Record<string, string>>) => Started
  /** `refold ...args --json`, one worker unless --jobs says otherwise: processes are what these tests cost. */
  readonly json: (...args: ReadonlyArray<string>) => Promise<Ran>
  /** `refold ...args` */
  readonly plain: (...args: ReadonlyArray<string>) => Promise<Ran>
}

/** @param further arguments of each call */
export function commandLineIn(t: Teardown, folder: string, further: ReadonlyArray<string> = []): CommandLine {
  const start: CommandLine["start"] = (args, env = {}) => launch(t, folder, [...args, ...further], env)
  return {
    start,
    json: (...args) => start([...args, "--json", ...(args.includes("--jobs") ? [] : ["--jobs", "1"])]).ended,
    plain: (...args) => start(args).ended,
  }
}

function launch(
  t: Teardown,
  folder: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
): Started {
  const child = spawn(process.execPath, [join(repository, "engine/build/launch.mjs"), ...args], {
    cwd: folder,
    env: { ...environment, ...env },
  })
  t.teardown(() => child.kill("SIGKILL"))
  const heard = new Heard(args.includes("--json") && args[0]!.startsWith("--"))
  createInterface({ input: child.stdout }).on("line", (line) => heard.line(line))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (heard.stderr += text))
  const ended = new Promise<Ran>((resolve, reject) =>
    child.on("close", (code, signal) => {
      heard.recorder.end(`${heard.stdout}${heard.stderr}`)
      if (heard.failure !== undefined) reject(heard.failure)
      else resolve(heard.ran(code, signal))
    }),
  )
  return { child, event: (name, is) => heard.recorder.first(name, is), ended }
}

const decode = Schema.decodeUnknownSync(Event, { onExcessProperty: "error" })

/** What a command has said so far. */
class Heard {
  readonly recorder = new EventRecorder()
  stdout = ""
  stderr = ""
  failure: Error | undefined
  readonly #isJson: boolean

  constructor(isJson: boolean) {
    this.#isJson = isJson
  }

  line(line: string): void {
    this.stdout += `${line}\n`
    if (!this.#isJson) return
    try {
      this.recorder.emit(decode(JSON.parse(line)))
    } catch (cause) {
      this.failure ??= new Error(`not an event: ${line}`, { cause })
    }
  }

  ran(code: number | null, signal: string | null): Ran {
    const { recorder, stdout, stderr } = this
    const { events, tasks } = recorder
    return {
      code,
      signal,
      stdout,
      stderr,
      events,
      tasks,
      last: events.at(-1),
      of: (name) => recorder.of(name),
    }
  }
}
