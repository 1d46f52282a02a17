// A project of its own with the stages that read data, as one who copies them has it, and files that a test writes.
import { cpSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { repository } from "../../../engine/testing/command.ts"
import { type Project, project } from "../../../engine/testing/project.ts"
import type { Teardown } from "../../../engine/testing/temporary-folder.ts"

export interface ReadingProject extends Project {
  readonly put: (files: Readonly<Record<string, Uint8Array | string>>) => void
}

/** @param experiment the body of `experiments/one.ts`, in which `read` is what the stages are imported as */
export function readingProject(t: Teardown, experiment: string): ReadingProject {
  const lab = project(t, { "experiments/one.ts": experiment, "package.json": '{ "type": "module" }' })
  cpSync(join(repository, "stages/read"), join(lab.root, "stages/read"), { recursive: true })
  const put: ReadingProject["put"] = (files) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(lab.root, path)), { recursive: true })
      writeFileSync(join(lab.root, path), content)
    }
  }
  return { ...lab, put }
}
