// Runs `smoke` from an empty store under every runtime that is present, and compares every digest that comes out. The lock file in
// git, made whenever and wherever, is compared too. Then a project of a residual network, augmentation and baselines likewise: there
// every runtime is killed while it trains, and goes on. Another Node with native kernels does the latter alone.
//
//   npm run test:cross-machine [-- [--only TEXT]... [--worker CMD]... [--all]]
//
// --only runs the variants whose names contain one of the texts (and the first, which the others are compared with);
// --worker adds a runtime of one's own; --all counts a variant that is left out as a failure.
// Exit code 1 when anything differs.
import { randomInt } from "node:crypto"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { readLock } from "../../engine/lock/lock-file.ts"
import { root } from "../long/pipeline.ts"
import { fixture } from "../long/subjects.ts"
import { countOf, type Difference, differences, lockedDigests, type RunDigests } from "./digests.ts"
import { type Outcome, runUnder, versionOf, type Work } from "./run-under.ts"
import { type Variant, variantsAt } from "./variants.ts"

const runtimes = process.env.REFOLD_RUNTIMES ?? join(root, "node_modules", ".cache", "refold-runtimes")
/** Of the residual network; small, as arm64 is emulated. */
const EPOCHS = 10

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    worker: { type: "string", multiple: true, default: [] },
    all: { type: "boolean", default: false },
  },
})
const { present, leftOut } = variantsAt(runtimes)
const own = values.worker.map((worker): Variant => ({ name: `yours: ${worker}`, worker, jobs: 1 }))
const isWanted = ({ name }: Variant, i: number): boolean =>
  i === 0 || values.only === undefined || values.only.some((text) => name.includes(text))
const wanted = [...present.filter(isWanted), ...own]

const widths = [...wanted, { name: "the lock file in git" }].map(({ name }) => name.length)
const row = (name: string, ...cells: ReadonlyArray<string>): void =>
  console.log(
    [name.padEnd(Math.max(...widths)), ...cells.map((cell, i) => cell.padEnd([18, 30, 5, 7, 7][i] ?? 0))]
      .join("  ")
      .trimEnd(),
  )

/** The first differences: what stands upstream comes first. */
function tell(found: ReadonlyArray<Difference>): void {
  for (const { task, output, expected, found: other } of found.slice(0, 3))
    console.log(`    ${task} ${output}: ${other ?? "nothing"} instead of ${expected ?? "nothing"}`)
  if (found.length > 3) console.log(`    and ${found.length - 3} more`)
}

const smoke: Work = { experiment: "smoke", cwd: root }
const whole: Work = {
  ...{ experiment: "residual", cwd: fixture("residual") },
  settings: ["--set", `epochs=${EPOCHS}`],
}
const named = ({ experiment, killedAfter }: Work): string =>
  killedAfter === undefined ? experiment : `${experiment}, killed after epoch ${killedAfter}`

/** By experiment, what the first variant gave. */
const expected = new Map<string, RunDigests>()
let differing = 0

/** @returns whether it gave what is expected of all, or is the first that did anything */
function isAsExpected(variant: Variant, version: string, work: Work, outcome: Outcome): boolean {
  const { digests, folder, seconds, wrong, lastWords } = outcome
  const first = expected.get(work.experiment)
  const found = first === undefined ? [] : differences(first, digests)
  // Of an empty store what is cached was made by this run: the final model's training is a finalist's.
  const made = digests.tasks.filter(({ status }) => status === "ran" || status === "cached").length
  const isWhole = countOf(digests) > 0 && made === digests.tasks.length
  const isSame = isWhole && found.length === 0 && wrong.length === 0
  const verdict = !isSame ? "DIFFERS" : first === undefined ? "expected of all" : "same"
  row(variant.name, version, named(work), String(made), String(countOf(digests)), seconds.toFixed(1), verdict)
  if (isSame) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    if (first === undefined) expected.set(work.experiment, digests)
    return true
  }
  for (const failure of digests.failures) console.log(`    failed: ${failure}`)
  if (!isWhole && lastWords !== "") console.log(`    ${lastWords.replaceAll("\n", "\n    ")}`)
  for (const each of wrong.slice(0, 3)) console.log(`    ${each}`)
  tell(found)
  console.log(`    its store is kept: ${folder}`)
  return false
}

type Done = readonly [work: Work, outcome: Outcome]

async function done(variant: Variant, works: ReadonlyArray<Work>): Promise<ReadonlyArray<Done>> {
  const all: Array<Done> = []
  for (const work of works) all.push([work, await runUnder(variant, work)])
  return all
}

const killed = (): Work => ({ ...whole, killedAfter: randomInt(1, EPOCHS / 2) })
/** Those that take minutes run beside all others. */
const begun = new Map(
  wanted
    .filter(({ isEmulated }, i) => isEmulated && i > 0)
    .map((variant) => [variant, done(variant, [smoke, killed()])]),
)
for (const run of begun.values()) run.catch(() => {}) // it is told in its turn

row("variant", "version", "experiment", "tasks", "digests", "seconds", "bits")
for (const [i, variant] of wanted.entries()) {
  const version = versionOf(variant)
  let isSame = true
  const works = variant.onlyTrains ? [killed()] : i === 0 ? [smoke, whole, killed()] : [smoke, killed()]
  for (const [work, outcome] of await (begun.get(variant) ?? done(variant, works)))
    isSame = isAsExpected(variant, version, work, outcome) && isSame
  if (!isSame) differing++
  if (expected.size < 2) break // nothing to compare the others with
}

const lock = readLock(root, "smoke")
const given = expected.get("smoke")
if (given !== undefined && lock !== undefined) {
  const locked = statesOfRun(lockedDigests(lock), given)
  const found = differences(given, locked)
  if (found.length > 0) differing++
  const cells = ["smoke", String(locked.tasks.length), String(countOf(locked)), ""] as const
  row("the lock file in git", "", ...cells, found.length > 0 ? "DIFFERS" : "same")
  tell(found)
  if (found.length > 0)
    console.log(
      "    what changed: npm run pipeline -- verify --exp smoke; if it is meant: --exp smoke --update-lock",
    )
}
for (const { name, because } of leftOut) console.log(`left out: ${name} (${because})`)
console.log(
  differing === 0
    ? `One set of digests; variants that gave it: ${wanted.length}, left out: ${leftOut.length}.`
    : `${differing} differ.`,
)
process.exitCode = differing > 0 || (values.all && leftOut.length > 0) ? 1 : 0

/** Without the states of trainings that were cached: a run tells those of a training when it is done, not when it is found. */
function statesOfRun(locked: RunDigests, { tasks }: RunDigests): RunDigests {
  const cached = new Set(tasks.filter(({ status }) => status === "cached").map(({ task }) => task))
  const told = ({ task, ...rest }: RunDigests["tasks"][number]) => {
    if (!cached.has(task)) return { task, ...rest }
    const outputs = Object.entries(rest.digests).filter(([name]) => !name.startsWith("state "))
    return { task, ...rest, digests: Object.fromEntries(outputs) }
  }
  return { ...locked, tasks: locked.tasks.map(told) }
}
