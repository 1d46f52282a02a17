// A project on disk whose stages' code is asked for as a new process would.
import { Codebase, type StageCode } from "../../../engine/code/stage-code.ts"
import type { AnyStage } from "../../../engine/declare/index.ts"
import { type Teardown, temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

export interface CodeProject {
  readonly root: string
  readonly write: (files: Readonly<Record<string, string>>) => void
  /** As a new process would find it. @param stage its full name, `evaluate.test` @param module relative to the root */
  readonly code: (stage?: string, module?: string) => Promise<StageCode>
}

export function codeProject(t: Teardown, files: Readonly<Record<string, string>>): CodeProject {
  const root = temporaryFolder(t)
  const write = (files: Readonly<Record<string, string>>): void => writeFiles(root, files)
  write({ "package.json": '{"type":"module"}', ...files })
  return {
    root,
    write,
    code: (stage = "train", module) => new Codebase(root).code(declared(stage, module)),
  }
}

/** As much of a stage as its code is found by. */
export function declared(
  name: string,
  module = `stages/${name.split(".")[0]}.ts`,
  more: Readonly<Record<string, unknown>> = {},
): AnyStage {
  const [stageName, form] = name.split(".")
  return { stageName, form, module, definition: {}, ...more } as unknown as AnyStage
}
