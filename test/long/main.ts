// `npm run test:long`: the laws with full counts, those of pages in browsers among them, then random edits, runs that are killed, runs of very many tasks, and the command
// line under other versions of Node, PyTorch where there is one, one part after the other, and a table of what each did. It knows how to start a part and how to read its figures, and no law.
//
//   npm run test:long [-- [--only TEXT]... [--kills N] [--edits N] [--seed N] [--against lock|run]]
//
// --only runs the parts whose names contain one of the texts; --kills says how many processes meet one, --against with what their
// digests are compared; --edits how many edits are made, over three seeds; --seed draws other cases. Without one the laws and the
// edits draw those of seed 1 (and 2 and 3), and the kills a seed of their own, which is printed. Exit code 1 when a part failed.
import { spawn } from "node:child_process"
import { randomInt } from "node:crypto"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import {
  type Figures,
  ofBrowsers,
  ofCoordinators,
  ofEdits,
  ofKills,
  ofLaws,
  ofPytorch,
  ofScale,
} from "./figures.ts"
import { type Row, table } from "./table.ts"

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    kills: { type: "string", default: "300" },
    edits: { type: "string", default: "2000" },
    seed: { type: "string" },
    against: { type: "string", default: "lock" },
  },
})
const lawSeed = values.seed ?? "1"
const killSeed = values.seed ?? String(randomInt(1_000_000))

interface Part {
  readonly name: string
  /** What Node is started with. */
  readonly args: ReadonlyArray<string>
  readonly figures: (output: string) => Figures
}

const root = fileURLToPath(new URL("../..", import.meta.url))
const laws = (files: ReadonlyArray<string>): ReadonlyArray<string> => [
  "test/main.mjs",
  "--timeout=3600",
  ...files,
]
const {
  together,
  inTurn,
  alone,
}: Record<"together" | "inTurn" | "alone", ReadonlyArray<string>> = await import(
  new URL("../all-in-one.mjs", import.meta.url).href
)

const besidePytorch = join("test", "stages", "pytorch.test.ts")

const inBrowsers = join("test", "browsers", "explorer.test.ts")

/** Of those that share a process in `npm test` each has its own here: they fill all cores. */
const parts: ReadonlyArray<Part> = [
  { name: "laws of what computes", args: laws(together), figures: ofLaws },
  {
    name: "laws of what runs",
    args: laws([...inTurn, ...alone].filter((file) => file !== besidePytorch && file !== inBrowsers)),
    figures: ofLaws,
  },
  { name: "browsers", args: laws([inBrowsers]), figures: ofBrowsers },
  { name: "pytorch", args: laws([besidePytorch]), figures: ofPytorch },
  {
    name: `edits from seed ${lawSeed}`,
    args: ["--import=tsx", "test/long/edits.ts", "--edits", values.edits, "--seed", lawSeed],
    figures: ofEdits,
  },
  {
    name: `kills, seed ${killSeed}`,
    args: [
      ...["--import=tsx", "test/long/kill.ts"],
      ...["--kills", values.kills, "--seed", killSeed, "--against", values.against],
    ],
    figures: ofKills,
  },
  { name: "scale", args: ["--import=tsx", "test/long/scale.ts"], figures: ofScale },
  {
    name: "coordinators under other versions of Node",
    args: ["--import=tsx", "test/cross-machine/coordinators.ts"],
    figures: ofCoordinators,
  },
]

interface Ended {
  readonly code: number | null
  readonly output: string
}

const env = { ...process.env, REFOLD_TEST_TIER: "long", REFOLD_TEST_SEED: lawSeed }

const run = ({ args }: Part): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text))
    child.on("close", (code) => resolve({ code, output }))
  })

const rows: Array<Row> = []
for (const part of parts.filter(({ name }) => values.only?.some((text) => name.includes(text)) ?? true)) {
  console.log(`== ${part.name}`)
  const started = performance.now()
  const { code, output } = await run(part)
  const figures = part.figures(output)
  const isPassed = code === 0 && figures.failures.length === 0
  if (!isPassed) console.log(figures.failures.join("\n") || output.slice(-4000))
  const seconds = (performance.now() - started) / 1000
  rows.push({ part: part.name, counts: figures.counts, seconds, verdict: isPassed ? "passed" : "FAILED" })
}
console.log(table(rows))
process.exitCode = rows.length > 0 && rows.every(({ verdict }) => verdict === "passed") ? 0 : 1
