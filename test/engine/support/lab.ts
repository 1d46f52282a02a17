// The fixture of a small project whose stages can be told how to behave.
import { join } from "node:path"
import { repository } from "../../../engine/testing/command.ts"
import { type Project, project } from "../../../engine/testing/project.ts"
import type { Teardown } from "../../../engine/testing/temporary-folder.ts"

export const lab = join(repository, "test/fixtures/lab")

/** A copy of its own. */
export const labProject = (t: Teardown): Project => project(t, lab)
