// Performs a task of a program: puts inputs where it finds them, runs it, takes what it left, and says what came of it.
import { join } from "node:path"
import { pauser, taken } from "../../../content/steps.ts"
import {
  type ProgramTask,
  placesName,
  programFolders,
  type ResultFile,
  type TaskFile,
} from "../../protocol.ts"
import { taskErrorOf } from "../failing/task-error.ts"
import { HandedPaths } from "../handed-paths.ts"
import type { Host } from "../host.ts"
import { writeOutputs } from "../inputs-and-outputs.ts"
import { looking } from "../looking.ts"
import { secretsOf } from "../telling/masking.ts"
import { placeInputs, placeSources } from "./program-inputs.ts"
import { makeRoom, OutputRefused, outputsLeft } from "./program-outputs.ts"
import { type LastWords, startProgram } from "./start-program.ts"

/** Leaves its blobs in `folder`, and says what came of it, whatever happens. */
export async function performProgram(
  task: TaskFile,
  program: ProgramTask,
  folder: string,
  host: Pick<Host, "print" | "now" | "read" | "scratch" | "secrets">,
): Promise<ResultFile> {
  const started = host.now()
  const seconds = (): number => host.now() - started
  const at = join(folder, placesName, programFolders.at)
  try {
    const pause = pauser(host.now)
    const handed = new HandedPaths({ ...host, outside: (own) => own() })
    await taken(placeSources(program, at, handed), pause)
    await taken(placeInputs(task, program, at, host, handed), pause)
    makeRoom(program, at)
    const environment = { ...program.environment, ...secretsOf(task, host.secrets) }
    const words = await startProgram({ ...program, environment, files: redirected(program) }, at, host.print)
    await taken(handed.check(), pause)
    const kinds = Object.fromEntries(Object.entries(program.outputs).map(([name, { kind }]) => [name, kind]))
    const contents = left(program, at, words)
    const outputs = await taken(
      writeOutputs(task.stage, kinds, contents, folder, looking(task, [folder], host)),
      pause,
    )
    return { status: "done", outputs, progress: [], seconds: seconds() }
  } catch (failure) {
    // Where in the worker's own code that was says nothing to whoever wrote the program.
    const { stack: _, ...error } = taskErrorOf(failure)
    return { status: "failed", error, seconds: seconds() }
  }
}

function redirected({ stdin, stdout, inputs, outputs }: ProgramTask) {
  const from = stdin === null ? undefined : inputs[stdin]
  return {
    ...(typeof from === "string" ? { stdin: from } : {}),
    ...(stdout === null ? {} : { stdout: outputs[stdout]!.path }),
  }
}

function left(program: ProgramTask, at: string, words: LastWords): Readonly<Record<string, unknown>> {
  try {
    return outputsLeft(program, at)
  } catch (failure) {
    if (!(failure instanceof OutputRefused)) throw failure
    throw new OutputRefused(
      `\`${program.argv.join(" ")}\` ended with 0, but ${failure.message}${words.quoted}`,
    )
  }
}
