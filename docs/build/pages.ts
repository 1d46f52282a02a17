// Pages that are filled from their templates, and all that they use: docs/templates/NAME.md gives docs/NAME.md.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Artifacts } from "./artifacts.ts"
import { Figures, type Used } from "./figures.ts"
import { lockedExperiments } from "./locked.ts"
import { keptRuns } from "./other-runs.ts"
import { fill, PageError } from "./template.ts"

export interface Filled {
  /** Text by path, relative to the root. */
  readonly pages: ReadonlyMap<string, string>
  readonly tables: ReadonlyArray<Used>
  /** By the path that they are shown from, relative to docs/. */
  readonly pictures: ReadonlyMap<string, Used>
  readonly runs: ReadonlySet<string>
}

/** @throws PageError with all that is wrong or missing, a line each */
export async function filledPages(root: string, artifacts: Artifacts): Promise<Filled> {
  const figures = new Figures(await lockedExperiments(root), artifacts, keptRuns(root))
  const wrong: Array<string> = []
  const pages = new Map<string, string>()
  for (const name of readdirSync(join(root, "docs/templates")).sort()) {
    const path = `docs/templates/${name}`
    try {
      pages.set(`docs/${name}`, fill(readFileSync(join(root, path), "utf8"), figures.lookup))
    } catch (failure) {
      if (!(failure instanceof PageError)) throw failure
      wrong.push(...failure.message.split("\n").map((line) => `${path}, ${line}`))
    }
  }
  if (wrong.length > 0) throw new PageError(wrong.join("\n"))
  const { tables, pictures, runs } = figures
  return { pages, tables: [...tables.values()], pictures, runs }
}
