// Processes that start as a person's do: tap would load its hooks into each, and double the time that it takes.
import { execFile } from "node:child_process"
import { setTimeout as wait } from "node:timers/promises"

interface Wrapped {
  readonly unwrap: () => void
}
const wrapped = (globalThis as Record<symbol, unknown>)[Symbol.for("process-on-spawn@*:singletonId")]
;(wrapped as Wrapped | undefined)?.unwrap()

const { NODE_OPTIONS: _, ...rest } = process.env
export const environment: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  Object.entries(rest).filter(([name]) => !/^_?TAP/.test(name)),
)

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; `environment` unless `env` says more. */
export const execute = (
  cwd: string,
  program: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(program, args, { cwd, env: { ...environment, ...env } }, (failure, stdout, stderr) =>
      resolve({ code: failure === null ? 0 : Number(failure.code ?? 1), stdout, stderr }),
    )
  })

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Looks again and again, at most for so many milliseconds. */
export async function until(isSo: () => boolean, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds
  while (!isSo() && performance.now() < end) await wait(10)
}

/** Resolves once no process has this id; the bound only keeps a failing test from hanging. */
export async function gone(pid: number): Promise<boolean> {
  await until(() => !isAlive(pid), 20_000)
  return !isAlive(pid)
}
