// Which folders of runs hold copies of artifacts. It removes none: a run's page and its table of results quote them, too.
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import type { Digest } from "../../content/digest.ts"
import { atOnce } from "../../content/steps.ts"
import { readRunFolder } from "../../session/folder/results-file.ts"
import { runsFolder } from "../../session/folder/run-folder.ts"

/** @returns the names of the folders, sorted */
export function runsWithCopies(artifacts: string, digests: ReadonlySet<Digest>): ReadonlyArray<string> {
  const folder = runsFolder(artifacts)
  if (digests.size === 0 || !existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .filter((name) => {
      const outputs = atOnce(readRunFolder(join(folder, name)))?.outputs ?? {}
      return Object.values(outputs).some(({ digest }) => digests.has(digest as Digest))
    })
}
