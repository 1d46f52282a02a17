// Runs with other than the default params whose figures pages use: no lock pins them, so that each is kept as a file of its own
// with the command that makes it.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Row } from "../../engine/content/kind.ts"

export interface DeclaredRun {
  readonly experiment: string
  /** What `--set` is given. */
  readonly set: ReadonlyArray<string>
  /** Tables that are kept; metrics and values always are. */
  readonly tables: ReadonlyArray<string>
}

/** What `npm run docs:runs -- NAME` writes to docs/figures/runs/NAME.json. */
export interface OtherRun {
  readonly command: string
  readonly metrics: Readonly<Record<string, number>>
  readonly values: Readonly<Record<string, unknown>>
  readonly params: Readonly<Record<string, unknown>>
  readonly tables: Readonly<Record<string, ReadonlyArray<Row>>>
}

/** By name: `{{run:NAME test.accuracy as 0.0000}}`. */
export const declaredRuns: Readonly<Record<string, DeclaredRun>> = {
  "eager-halving": {
    experiment: "hyperparameters",
    set: ["finalists=1", "eta=3", "leastEpochs=2"],
    tables: ["methods", "scores", "select@rung=1.scores"],
  },
  "grid-search": { experiment: "hyperparameters", set: ["search=grid"], tables: ["methods", "scores"] },
}

export const commandOf = ({ experiment, set }: DeclaredRun): string =>
  ["npm run pipeline -- --exp", experiment, ...set.map((assignment) => `--set ${assignment}`)].join(" ")

export const runPath = (name: string): string => `docs/figures/runs/${name}.json`

/** Those that are kept, of those that are declared. */
export const keptRuns = (root: string): ReadonlyMap<string, OtherRun> =>
  new Map(
    Object.keys(declaredRuns)
      .filter((name) => existsSync(join(root, runPath(name))))
      .map((name) => [name, JSON.parse(readFileSync(join(root, runPath(name)), "utf8")) as OtherRun]),
  )
