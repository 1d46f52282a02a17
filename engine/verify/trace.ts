// What `--trace` runs again, and with what: one task of each program, watched by strace.
import { Executables } from "../code/programs/executables.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { type Chosen, inOrder, whole } from "./choose.ts"

/** Nothing can be watched: why, and what to do. */
export class CannotTrace extends Error {
  readonly _tag = "CannotTrace"
}

/** Where strace is. @param root the project's. @throws CannotTrace */
export function tracerHere(root: string): string {
  if (process.platform !== "linux")
    throw new CannotTrace(
      "--trace watches programs with strace, which there is on Linux alone: run it there, as in CI",
    )
  try {
    return new Executables(root, []).find("strace").path
  } catch {
    throw new CannotTrace(
      "--trace watches programs with strace, and there is none in PATH: install it, such as apt install strace",
    )
  }
}

/** One task of each program, which the seed decides. @param tasks whose environment is at hand. @throws CannotTrace for none */
export function ofEachProgram(tasks: ReadonlyArray<PlannedTask>, seed: string): ReadonlyArray<Chosen> {
  const programs = inOrder(
    tasks.filter(({ node }) => "program" in node.stage.definition),
    seed,
  )
  const first = new Map([...programs].reverse().map((task) => [task.stage, task]))
  if (first.size > 0) return [...first.values()].map(whole)
  throw new CannotTrace("--trace watches programs, and there is none here whose environment is at hand")
}
