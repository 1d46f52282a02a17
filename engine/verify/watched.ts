// A task of a program that is watched as it runs again: how it is asked for, and what it opened and started that it may not.
import { realpathSync } from "node:fs"
import { join } from "node:path"
import type { Resolution } from "../key/resolve.ts"
import { placesName, type TaskFile, traceName } from "../worker/protocol.ts"
import { type Traced, tracedPaths } from "./opened-paths.ts"

/** @param tracer what writes down which paths it opens; with none, the same task */
export const watched = (file: TaskFile, tracer: string | undefined): TaskFile =>
  tracer === undefined || file.program === undefined
    ? file
    : { ...file, program: { ...file.program, tracer } }

/** @param folder of the attempt. @returns undefined where it was not watched */
export function tracedOf(
  { code: { program }, fingerprint: { command } }: Resolution,
  folder: string,
  { root, tracer }: { readonly root: string; readonly tracer?: string | undefined },
): Traced | undefined {
  if (tracer === undefined || program === undefined || command === undefined) return undefined
  const { installed, executables } = program.startable(command.argv[0]!, command.threads)
  const places = join(realpathSync(folder), placesName)
  const declared = { root: realpathSync(root), folders: [places, ...installed], executables }
  return tracedPaths(join(places, traceName), declared)
}
