// A scratch project of trivial in-process tasks: cells that write a number, and one that adds them all up.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Peer } from "./peers.ts"
import type { Command } from "./sample.ts"

const repository = fileURLToPath(new URL("../..", import.meta.url))

const stages = "../stages"
const files = {
  "package.json": `{ "name": "trivial", "type": "module", "private": true }`,
  "stages/cell.ts": `import { Schema } from "effect"
import { stage } from "refold"

export const cell = stage("cell", {
  params: Schema.Struct({ value: Schema.Number }),
  inputs: {},
  outputs: { out: "value" },
  inProcess: true,
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

const tasks = Schema.Number.annotations({ default: 1000 })
const edited = Schema.Number.annotations({ default: 0 })

export default experiment("trivial", { tasks, edited }, ({ tasks, edited }) => {
  const cells = Array.from({ length: tasks - 1 }, (_, i) =>
    cell({ value: i === 7 ? 1e6 + edited : i }, {}, { cell: i }))
  return total({}, { cells: Object.fromEntries(cells.map(({ out }, i) => ["cell-" + i, out])) })
})
`,
}

export interface OwnProject {
  readonly version: Command
  readonly peer: (tasks: number) => Peer
}

export function ownProject(root: string): OwnProject {
  for (const [path, text] of Object.entries(files)) {
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
  return {
    version: refold("--version"),
    peer: (tasks) => {
      const artifacts = join(root, `artifacts-${tasks}`)
      const given = ["--exp", "trivial", "--artifacts", artifacts, "--set", `tasks=${tasks}`]
      return {
        command: refold(...given),
        change: (round) => refold(...given, "--set", `edited=${round + 1}`),
        forget: () => {
          for (const gone of [artifacts, join(root, "node_modules/.cache")])
            rmSync(gone, { recursive: true, force: true })
        },
      }
    },
  }
}
