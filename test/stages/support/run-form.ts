// Runs a stage's function as a worker would, on inputs that are already decoded.
import { fileURLToPath } from "node:url"
import { LazyFolder } from "../../../engine/content/folder.ts"
import type { Contents, Folder, Outputs, Roles, RunContext, Stage } from "../../../engine/declare/index.ts"

const kernels = fileURLToPath(new URL("../../../ml/kernels/kernels.wasm", import.meta.url))

/** Of a stage that writes no file of its own. */
export const noPlace = (name: string): string => {
  throw new Error(`nothing is to be written, and "${name}" is`)
}

/** A folder that is held in memory. */
export const folderOf = (files: ReadonlyMap<string, Uint8Array>): Folder =>
  new LazyFolder([...files.keys()].sort(), { bytes: (name) => files.get(name)!, path: noPlace })

export async function runForm<P, I extends Roles, O extends Outputs, G>(
  stage: Stage<P, I, O, G>,
  params: P,
  inputs: RunContext<P, I>["inputs"],
  settings: Readonly<Record<string, string>> = {},
): Promise<Contents<O>> {
  const { definition } = stage
  if (!("run" in definition)) throw new TypeError(`${stage.stageName} is a chain`)
  return (await definition.run({
    params,
    inputs,
    files: { kernels },
    secrets: {},
    settings,
    place: noPlace,
    progress: async () => {},
    pause: async () => {},
    cores: () => 1,
    thread: () => {},
    log: () => {},
  })) as Contents<O>
}
