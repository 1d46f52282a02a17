// What a worker finds of a program: the folders that it runs in, where its sources lie as they were hashed, and how it is started.
import { mkdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { homesIn } from "../../code/programs/surroundings.ts"
import { diskMessageOf } from "../../content/disk-failure.ts"
import type { CommandLine } from "../../key/fingerprint.ts"
import { inputPaths, outputPaths } from "../../key/programs/layout.ts"
import { isRecord, type Resolution } from "../../key/resolve.ts"
import type { OutputRecord } from "../../ledger/records.ts"
import type { PlannedTask } from "../../plan/planned.ts"
import { StoreError } from "../../store/store.ts"
import { type InputFile, type ProgramTask, placesName, programFolders } from "../../worker/protocol.ts"

/**
 * Nothing of a stage that is none.
 *
 * @param folder of the attempt. @param command as the key has it. @param place where what is handed over as a path lies
 * @throws StoreError where a folder cannot be made, EnvironmentMissing where the executable has gone
 */
export function placeProgram(
  { node }: PlannedTask,
  { code: { program }, inputs }: Pick<Resolution, "code" | "inputs">,
  folder: string,
  command: CommandLine | undefined,
  place: (file: OutputRecord) => InputFile,
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
  } catch (failure) {
    const disk = diskMessageOf(failure, resolve(folder, "..", ".."))
    const message =
      disk ?? `the folders that the program runs in cannot be made: ${(failure as Error).message}`
    throw new StoreError(message, { cause: failure })
  }
  const { outputs } = node.stage.definition
  const paths = outputPaths(outputs)
  return {
    program: {
      executable: path,
      argv,
      sources: program.sources.map(({ name, digest, size }) => {
        const { path, disk } = place({ kind: "file", digest, size })
        return { name, digest, path, disk: disk! }
      }),
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
