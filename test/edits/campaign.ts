// Many edits of many random projects from one seed. What is not as it should be is told with the fewest edits that show it.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { projectFiles } from "./project/write-project.ts"
import { type Step, Trial } from "./trial.ts"
import { Workers } from "./workers.ts"

export interface Campaign {
  readonly seed: number
  readonly edits: number
  /** Where projects and stores are made; what is made there goes again. */
  readonly folder: string
}

export interface Figures {
  readonly edits: number
  readonly projects: number
  /** How tasks ended on warm stores. */
  readonly ran: number
  readonly cached: number
  /** Names of the kinds of edits that were made. */
  readonly kinds: ReadonlySet<string>
  /** For people: projects and edits after which something was wrong. */
  readonly failures: ReadonlyArray<string>
}

/** Edits of one project. */
const editsEach = 20
/** Runs of a failing project with fewer edits. */
const shrinkings = 40

export async function campaign({ seed, edits, folder }: Campaign): Promise<Figures> {
  const workers = new Workers()
  const kinds = new Set<string>()
  const failures: Array<string> = []
  const counts = { edits: 0, projects: 0, ran: 0, cached: 0 }
  try {
    while (counts.edits < edits) {
      const nth = counts.projects++
      const perform = (replayed: ReadonlyArray<Step> | undefined, most: number) =>
        attempt({ seed, nth, folder, workers, replayed, most })
      const { steps, wrong, tally, ...rest } = await perform(
        undefined,
        Math.min(editsEach, edits - counts.edits),
      )
      counts.edits += steps.length
      counts.ran += tally.ran
      counts.cached += tally.cached
      for (const { kind } of steps) kinds.add(kind)
      if (wrong.length === 0) continue
      const replay = (fewer: ReadonlyArray<Step>) => perform(fewer, fewer.length)
      const least = await shrunk({ steps, wrong, ...rest }, replay)
      failures.push(report(seed, nth, least))
    }
  } finally {
    await workers.close()
  }
  return { ...counts, kinds, failures }
}

interface Attempted {
  readonly steps: ReadonlyArray<Step>
  readonly wrong: ReadonlyArray<string>
  readonly files: Readonly<Record<string, string>>
  readonly before: Readonly<Record<string, string>>
}

interface Asked {
  readonly seed: number
  readonly nth: number
  readonly folder: string
  readonly workers: Workers
  /** In place of edits that are drawn. */
  readonly replayed: ReadonlyArray<Step> | undefined
  readonly most: number
}

/** One project, up to the first edit after which something is wrong. */
async function attempt({ seed, nth, folder, workers, replayed, most }: Asked) {
  mkdirSync(folder, { recursive: true })
  const own = mkdtempSync(join(folder, "trial-"))
  const trial = new Trial(own, workers, seed, nth)
  const steps: Array<Step> = []
  let before = projectFiles(trial.project).files
  try {
    let wrong = await trial.look()
    while (wrong.length === 0 && steps.length < most) {
      const step = replayed?.[steps.length] ?? trial.drawStep(steps.length)
      before = projectFiles(trial.project).files
      const told = await trial.make(step)
      steps.push(step)
      wrong = [...told, ...(await trial.look())]
    }
    return { steps, wrong, before, files: projectFiles(trial.project).files, tally: trial.tally }
  } finally {
    await trial.close()
    rmSync(own, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Leaves edits out while something is wrong all the same: many at first, then one by one. */
async function shrunk(
  failing: Attempted,
  replay: (steps: ReadonlyArray<Step>) => Promise<Attempted>,
): Promise<Attempted> {
  let least = failing
  let left = shrinkings
  for (let size = least.steps.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < least.steps.length && left > 0; ) {
      const fewer = least.steps.filter((_, i) => i < at || i >= at + size)
      const found = await replay(fewer)
      left--
      if (found.wrong.length > 0) least = found
      else at += size
    }
  }
  return least
}

function report(seed: number, nth: number, { steps, wrong, files, before }: Attempted): string {
  const edited = Object.keys({ ...before, ...files }).filter((path) => before[path] !== files[path])
  const own = Object.keys(files).filter((path) => /^(lib|stages|experiments)\//.test(path))
  return [
    `project ${nth} of seed ${seed}, after ${steps.length} edits:`,
    ...steps.map(({ kind, seed }) => `  ${kind} (${seed})`),
    "is wrong in this:",
    ...wrong.map((line) => `  ${line}`),
    "the last edit changed",
    ...edited.map(
      (path) =>
        `--- ${path} before\n${before[path] ?? "(no file)"}\n--- ${path} after\n${files[path] ?? "(no file)"}`,
    ),
    "the project by then",
    ...own.map((path) => `--- ${path}\n${files[path]}`),
  ].join("\n")
}
