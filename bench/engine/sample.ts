// One whole process, measured from outside: wall time, and by GNU time, where it is installed, processor time and memory.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Command {
  readonly program: string
  readonly args: ReadonlyArray<string>
  readonly cwd: string
}

export interface Sample {
  readonly seconds: number
  /** Seconds in user and in system mode, children that were waited for included. */
  readonly cpu: number | undefined
  /** Peak resident memory of the largest process, in megabytes (10⁶ bytes). */
  readonly memory: number | undefined
}

const gnuTime = ["/usr/bin/time", "gtime"].find(
  (path) => spawnSync(path, ["-f", "%M", "true"], { stdio: "ignore" }).status === 0,
)

/** @throws Error with the end of what it printed, for a command that fails */
export function sample({ program, args, cwd }: Command): Sample {
  const scratch = mkdtempSync(join(tmpdir(), "refold-sample-"))
  const facts = join(scratch, "time")
  const [first, ...rest] =
    gnuTime === undefined ? [program, ...args] : [gnuTime, "-o", facts, "-f", "%U %S %M", program, ...args]
  try {
    const started = performance.now()
    const { status, stdout, stderr } = spawnSync(first!, rest, { cwd, encoding: "utf8", maxBuffer: 1 << 28 })
    const seconds = (performance.now() - started) / 1000
    if (status !== 0)
      throw new Error(`${program} ${args.join(" ")} failed (${status}): ${`${stdout}${stderr}`.slice(-800)}`)
    if (gnuTime === undefined) return { seconds, cpu: undefined, memory: undefined }
    const [user, system, kilobytes] = readFileSync(facts, "utf8").trim().split(" ").map(Number)
    return { seconds, cpu: user! + system!, memory: (kilobytes! * 1024) / 1e6 }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
