// The command of a worker that waits for a debugger before it does anything. It listens on this machine alone.
import type { WorkerCommand } from "./worker-command.ts"

/** Its exit code when its port cannot be had. */
export const portTaken = 12

/** Runs before the worker's script; in what the worker starts it does nothing. */
const preloaded = (port: number, script: string): string => `
import inspector from "node:inspector"
import { isMainThread } from "node:worker_threads"
if (isMainThread && process.argv[1] === ${JSON.stringify(script)}) {
  if (inspector.url() === undefined) inspector.open(${port}, "127.0.0.1")
  if (inspector.url() === undefined) process.exit(${portTaken})
  inspector.waitForDebugger()
}`

/** @param port 0 for any that is free */
export function inspected(command: WorkerCommand, port: number): WorkerCommand {
  const [program, ...args] = command
  const preload = `data:text/javascript,${encodeURIComponent(preloaded(port, args.at(-1)!))}`
  return [program, ...args.slice(0, -1), "--import", preload, args.at(-1)!]
}

interface Listening {
  readonly url: string
  readonly port: string
  /** What was written besides. */
  readonly rest: string
}

/** The address of the inspector, once Node has told it on standard error. */
export function inspectorUrl(text: string): Listening | undefined {
  const found = /Debugger listening on (ws:\/\/[^/\s]*?:(\d+)\/\S+)\n/.exec(text)
  if (found === null) return undefined
  const [line, url, port] = found
  return { url: url!, port: port!, rest: text.replace(line, "") }
}
