// What a worker finds of a program: copies of its sources as they were hashed, in the folder that it runs in, and how it is started.
import { mkdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { placeSources } from "../../code/programs/program-code.ts"
import { homesIn } from "../../code/programs/surroundings.ts"
import { diskMessageOf } from "../../content/disk-failure.ts"
import type { CommandLine } from "../../key/fingerprint.ts"
import { inputPaths, outputPaths } from "../../key/programs/layout.ts"
import { isRecord, type Resolution } from "../../key/resolve.ts"
import type { PlannedTask } from "../../plan/planned.ts"
import { StoreError } from "../../store/store.ts"
import { type ProgramTask, placesName, programFolders } from "../../worker/protocol.ts"

/**
 * Nothing of a stage that is none.
 *
 * @param folder of the attempt. @param command as the key has it
 * @throws StoreError where a copy cannot be written, EnvironmentMissing where the executable has gone
 */
export function placeProgram(
  { node }: PlannedTask,
  { code: { program }, inputs }: Pick<Resolution, "code" | "inputs">,
  folder: string,
  command: CommandLine | undefined,
): { readonly program?: ProgramTask } {
  if (program === undefined || command === undefined) return {}
  const { argv, threads, stdin, stdout } = command
  const { path, environment } = program.startable(argv[0]!, threads)
  const places = join(folder, placesName)
  const [at, home, temporary] = (["at", "home", "temporary"] as const).map((name) =>
    join(places, programFolders[name]),
  ) as [string, string, string]
  try {
    for (const each of [at, home, temporary]) mkdirSync(each, { recursive: true })
    placeSources(program.sources, at)
  } catch (failure) {
    const disk = diskMessageOf(failure, resolve(folder, "..", ".."))
    const message =
      disk ?? `the sources of the program cannot be copied for it: ${(failure as Error).message}`
    throw new StoreError(message, { cause: failure })
  }
  const { outputs } = node.stage.definition
  const paths = outputPaths(outputs)
  return {
    program: {
      executable: path,
      argv,
      environment: { ...environment, ...homesIn(home, temporary) },
      inputs: inputPaths(inputs, isRecord),
      outputs: Object.fromEntries(
        Object.entries(outputs as Readonly<Record<string, string>>).map(([name, kind]) => [
          name,
          { kind, path: paths[name]! },
        ]),
      ),
      stdin,
      stdout,
    },
  }
}
