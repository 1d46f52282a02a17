// A task of a program that is watched as it runs again: how it is asked for, and what it opened that it may not.
import { realpathSync } from "node:fs"
import { join } from "node:path"
import type { Resolution } from "../key/resolve.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Difference } from "../report/differences.ts"
import { placesName, type TaskFile, traceName } from "../worker/protocol.ts"
import { undeclaredPaths } from "./opened-paths.ts"

/** @param tracer what writes down which paths it opens; with none, the same task */
export const watched = (file: TaskFile, tracer: string | undefined): TaskFile =>
  tracer === undefined || file.program === undefined
    ? file
    : { ...file, program: { ...file.program, tracer } }

/** @param folder of the attempt. @returns undefined where it opened nothing, or was not watched */
export function undeclaredReads(
  { label }: PlannedTask,
  { code: { program }, fingerprint: { command } }: Resolution,
  folder: string,
  { root, tracer }: { readonly root: string; readonly tracer?: string | undefined },
): Difference | undefined {
  if (tracer === undefined || program === undefined || command === undefined) return undefined
  const { installed } = program.startable(command.argv[0]!, command.threads)
  const places = join(realpathSync(folder), placesName)
  const declared = { root: realpathSync(root), folders: [places, ...installed] }
  const paths = undeclaredPaths(join(places, traceName), declared)
  return paths.length === 0 ? undefined : { what: "undeclared", task: label, paths }
}
