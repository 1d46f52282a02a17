// A project of its own with the stages that read data, as one who copies them has it, and files that a test writes.
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { repository } from "../../../engine/testing/command.ts"
import { type Project, project } from "../../../engine/testing/project.ts"
import type { Teardown } from "../../../engine/testing/temporary-folder.ts"

/** What the stages import, of the house and of others. */
const parts = ["ml/data", "ml/statistics", "stages/read"]
const packages = ["fast-png", "fflate", "jpeg-js", "iobuffer", "arquero", "@uwdata"]

export interface ReadingProject extends Project {
  readonly put: (files: Readonly<Record<string, Uint8Array | string>>) => void
}

/** @param experiment the body of `experiments/one.ts`, in which `read` is what the stages are imported as */
export function readingProject(t: Teardown, experiment: string): ReadingProject {
  const lab = project(t, { "experiments/one.ts": experiment, "package.json": '{ "type": "module" }' })
  for (const part of parts) cpSync(join(repository, part), join(lab.root, part), { recursive: true })
  for (const name of packages)
    symlinkSync(join(repository, "node_modules", name), join(lab.root, "node_modules", name), "junction")
  const put: ReadingProject["put"] = (files) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(lab.root, path)), { recursive: true })
      writeFileSync(join(lab.root, path), content)
    }
  }
  return { ...lab, put }
}
