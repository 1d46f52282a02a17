// Processes that start as a person's do: tap would load its hooks into each, and double the time that it takes.
import { execFile } from "node:child_process"

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
