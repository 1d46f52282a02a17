// Runs a program and says what it said when it fails.
import { spawnSync } from "node:child_process"

/** Standard output; throws Error with the end of what was printed, or saying that the program is missing. */
export function run(program: string, args: ReadonlyArray<string>, cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    shell: process.platform === "win32" && /^np[mx]$/.test(program), // there they are scripts of the shell
  })
  if (error !== undefined) throw new Error(`${program} cannot be run: ${error.message}`)
  if (status !== 0)
    throw new Error(`${program} ${args.join(" ")} failed:\n${`${stdout}\n${stderr}`.trim().slice(-2000)}`)
  return stdout
}
