// What a stage's bundle exports, found in it by name.
import { readFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
import { importModule } from "../../code/import-module.ts"
import { digestOf } from "../../content/digest.ts"
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
  return formIn(await importDefinition(task), task)
}

/** The same at once, where this process has loaded its bundle already and needs no fresh instance of it. */
export function loadedForm(task: TaskFile): AnyForm | undefined {
  const exported = task.isFresh ? undefined : loaded.get(task.code)
  return exported === undefined ? undefined : formIn(definitionIn(exported, task), task)
}

function formIn(definition: Exported["definition"], task: TaskFile): AnyForm {
  const form = task.form === null ? definition : definition.forms?.[task.form]
  return form ?? unknown(task)
}

/** A bundle that is not what its digest promises. */
class CodeChanged extends Error {
  readonly _tag = "CodeChanged"
}

/** What a bundle's module exports. */
interface Module {
  readonly stage?: Exported
}

/** Bundles that this process has loaded, by path, each as it was loaded first. */
const loaded = new Map<string, Module>()
/** How many times one was loaded anew: none of that is ever let go. */
let instances = 0

/** How many bundles this process has loaded, each counted once. */
export const loadedBundles = (): number => loaded.size

/** The stage's definition as a whole. @throws CodeChanged */
export async function importDefinition(
  task: Pick<TaskFile, "code" | "codeDigest" | "stage"> & Partial<Pick<TaskFile, "isFresh">>,
): Promise<Exported["definition"]> {
  const isAgain = loaded.has(task.code)
  const isAnew = isAgain && task.isFresh === true
  if (!isAgain || isAnew) checkDigest(task)
  if (isAnew) instances++
  const url = pathToFileURL(task.code).href
  const module = (await importModule(isAnew ? `${url}?instance=${instances}` : url)) as Module
  if (!isAgain) loaded.set(task.code, module)
  return definitionIn(module, task)
}

function definitionIn({ stage }: Module, task: Pick<TaskFile, "stage">): Exported["definition"] {
  return stage?._tag === "Stage" && stage.stageName === task.stage ? stage.definition : unknown(task)
}

function checkDigest({ code, codeDigest, stage }: Pick<TaskFile, "code" | "codeDigest" | "stage">): void {
  const found = digestOf(readFileSync(code))
  if (found !== codeDigest)
    throw new CodeChanged(
      `${code}, the code of the stage "${stage}", has the digest ${found}, not ${codeDigest}: it was changed since it was bundled; remove it and run again`,
    )
}

function unknown({ stage }: Pick<TaskFile, "stage">): never {
  throw new Error(
    `its module does not export the stage "${stage}" under its own name: write export const … = stage("${stage}", …) at the top level of the module that declares it`,
  )
}
