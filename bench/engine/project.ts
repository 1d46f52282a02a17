// A scratch project of trivial tasks: cells that write a number, and one that adds them all up.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Peer } from "./peers.ts"
import type { Command } from "./sample.ts"

const repository = fileURLToPath(new URL("../..", import.meta.url))

const stages = "../stages"
const filesOf = (tasks: number, areInWorkers: boolean): Readonly<Record<string, string>> => ({
  "package.json": `{ "name": "trivial", "type": "module", "private": true }`,
  "stages/cell.ts": `import { Schema } from "effect"
import { stage } from "refold"

export const cell = stage("cell", {
  params: Schema.Struct({ value: Schema.Number }),
  inputs: {},
  outputs: { out: "value" },
  inProcess: ${!areInWorkers},
  run: ({ params }) => ({ out: params.value * 2 }),
})
`,
  "stages/total.ts": `import { Schema } from "effect"
import { many, stage } from "refold"

export const total = stage("total", {
  params: Schema.Struct({}),
  inputs: { cells: many("value") },
  outputs: { sum: "value" },
  inProcess: true,
  run: ({ inputs }) => ({ sum: Object.values(inputs.cells).reduce((sum, each) => sum + each, 0) }),
})
`,
  "experiments/trivial.ts": `import { Schema } from "effect"
import { experiment } from "refold"
import { cell } from "${stages}/cell.ts"
import { total } from "${stages}/total.ts"

const tasks = Schema.Number.annotations({ default: ${tasks} })
const edited = Schema.Number.annotations({ default: 0 })

export default experiment("trivial", { tasks, edited }, ({ tasks, edited }) => {
  const cells = Array.from({ length: tasks - 1 }, (_, i) =>
    cell({ value: i === 7 ? 1e6 + edited : i }, {}, { cell: i }))
  return total({}, { cells: Object.fromEntries(cells.map(({ out }, i) => ["cell-" + i, out])) })
})
`,
})

/** What is asked of a run that is over. */
export const questions = ["plan", "status", "why", "gc"] as const

export interface OwnProject extends Peer, Readonly<Record<(typeof questions)[number], Command>> {
  readonly version: Command
}

/** @param areInWorkers whether cells run in worker processes; the coordinator runs them itself else */
export function ownProject(root: string, tasks: number, areInWorkers = false): OwnProject {
  for (const [path, text] of Object.entries(filesOf(tasks, areInWorkers))) {
    mkdirSync(join(root, path, ".."), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  mkdirSync(join(root, "node_modules"))
  symlinkSync(repository, join(root, "node_modules/refold"))
  symlinkSync(join(repository, "node_modules/effect"), join(root, "node_modules/effect"))
  const refold = (...args: ReadonlyArray<string>): Command => ({
    program: process.execPath,
    args: [join(repository, "engine/build/launch.mjs"), ...args],
    cwd: root,
  })
  const run = ["--exp", "trivial"]
  return {
    version: refold("--version"),
    command: refold(...run),
    change: (round) => refold(...run, "--set", `edited=${round + 1}`),
    plan: refold(...run, "--plan"),
    status: refold("status"),
    why: refold("why", "cell", ...run),
    gc: refold("gc", "--dry-run"),
    forget: () => {
      for (const gone of ["artifacts", "node_modules/.cache"])
        rmSync(join(root, gone), { recursive: true, force: true })
    },
  }
}
