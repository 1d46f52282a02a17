// What a stage's bundle exports, found in it by name.
import { pathToFileURL } from "node:url"
import { importModule } from "../../code/import-module.ts"
import type { AnyForm, Traits } from "../../declare/form.ts"
import type { TaskFile } from "../protocol.ts"

/** A stage, in one form or several. */
interface Exported {
  readonly _tag: "Stage"
  readonly stageName: string
  readonly definition: AnyForm & Traits & { readonly forms?: Readonly<Record<string, AnyForm>> }
}

/** The form of the stage that the task is of. */
export async function importForm(task: TaskFile): Promise<AnyForm> {
  const definition = await importDefinition(task)
  const form = task.form === null ? definition : definition.forms?.[task.form]
  return form ?? unknown(task)
}

/** The stage's definition as a whole. */
export async function importDefinition(
  task: Pick<TaskFile, "code" | "stage">,
): Promise<Exported["definition"]> {
  const { stage } = (await importModule(pathToFileURL(task.code).href)) as { stage?: Exported }
  return stage?._tag === "Stage" && stage.stageName === task.stage ? stage.definition : unknown(task)
}

function unknown({ code, stage }: Pick<TaskFile, "code" | "stage">): never {
  throw new Error(
    `${code} does not export the stage "${stage}": export it from its module under its own name`,
  )
}
