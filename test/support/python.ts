// A Python of this machine, for oracles that are written in it; it knows no package by itself.
import { spawnSync } from "node:child_process"

const python = process.env.REFOLD_PYTHON ?? "python3"

/** Why these modules cannot be asked; false where they can. */
export function without(modules: ReadonlyArray<string>, packages = modules): false | string {
  const { status } = spawnSync(python, ["-c", `import ${modules.join(", ")}`], { encoding: "utf8" })
  if (status === 0) return false
  return `${python} has no ${modules.join(" and ")} (pip install ${packages.join(" ")}); REFOLD_PYTHON names another`
}

/** What it prints. @throws with all that it said, where it fails */
export function runPython(args: ReadonlyArray<string>, cwd?: string): string {
  // One thread: those of several get in each other's way where cores are shared.
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" }
  const { status, stdout, stderr } = spawnSync(python, args, {
    encoding: "utf8",
    cwd,
    env,
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`${python} ${args[0]} ended with ${status}:\n${stdout}${stderr}`)
  return stdout
}
