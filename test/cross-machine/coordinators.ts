// Runs the command line itself under other versions of Node, in a copy of this checkout where better-sqlite3 has no
// binary: what `npm ci --ignore-scripts` leaves, and what an upgrade of Node leaves.
//
//   npm run test:coordinators [-- --install] [--all]
//
// Under each Node that setup.sh has installed: the laws of the ledger, `smoke` against its lock, three tasks computed
// again, what doctor says of SQLite. One store that goes from driver to driver, its runners killed. Node 20 without any SQLite.
// --install (and REFOLD_TEST_TIER=long) makes the copy by a real `npm ci --ignore-scripts`; --all counts a Node that is left
// out as a failure. Exit code 1 when something is not as it should be.
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { betterSqlite3 } from "../../engine/ledger/sqlite/better-sqlite3.ts"
import { count, isLong } from "../counts.ts"
import { ofLaws } from "../long/figures.ts"
import { type Row, table } from "../long/table.ts"
import { installedCheckout, linkedCheckout } from "./checkout.ts"
import { type Runner, relay } from "./relay.ts"
import { nodesAt } from "./variants.ts"

const { values } = parseArgs({
  options: { install: { type: "boolean", default: isLong }, all: { type: "boolean", default: false } },
})
const root = resolve(fileURLToPath(new URL("../..", import.meta.url)))
const runtimes = process.env.REFOLD_RUNTIMES ?? join(root, "node_modules", ".cache", "refold-runtimes")
const folder = mkdtempSync(join(tmpdir(), "refold-coordinators-"))
const copy = join(folder, "checkout")
const launcher = "engine/build/launch.mjs"

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What runs under another Node runs with reduced counts, and chooses its driver itself. */
const { NODE_OPTIONS: _, REFOLD_SQLITE: __, REFOLD_TEST_TIER: ___, ...environment } = process.env

/** In the copy. */
const start = (node: string, ...args: ReadonlyArray<string>): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(node, args, { cwd: copy, env: environment, stdio: ["ignore", "pipe", "pipe"] })
    let [stdout, stderr] = ["", ""]
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.on("close", (code) => resolve({ code, stdout, stderr }))
  })

interface Found {
  readonly counts: string
  readonly failures: ReadonlyArray<string>
}

const expectEnd = ({ code, stdout, stderr }: Ended, what: string, expected = 0): ReadonlyArray<string> =>
  code === expected ? [] : [`${what} ended with ${code}:\n${stdout.slice(-2000)}${stderr.slice(-2000)}`]

const ledgerLaws = ["ledger", "sqlite", "sqlite-choice"].map((name) => `test/engine/ledger/${name}.test.ts`)

/** Those of the ledger; in the long tier all that there are. */
async function laws(node: string): Promise<Found> {
  const runs: Array<Ended> = []
  if (isLong) runs.push(await start(node, "test/main.mjs", "--timeout=3600"))
  for (const file of isLong ? [] : ledgerLaws)
    runs.push(await start(node, "--import=tsx", "--import=./test/seed.mjs", file))
  const { counts, failures } = ofLaws(runs.map(({ stdout }) => stdout).join("\n"))
  return { counts, failures: [...failures, ...runs.flatMap((ran) => expectEnd(ran, "the laws"))] }
}

async function smoke(node: string, artifacts: string): Promise<Found> {
  const options = ["--exp", "smoke", "--artifacts", artifacts]
  const ran = await start(node, launcher, ...options, "--locked")
  const computed = await start(node, launcher, "verify", ...options, "--recompute", "3")
  const doctor = await start(node, launcher, "doctor", "--seconds", "0", "--artifacts", artifacts)
  const sqlite = /^ +ok +SQLite +(.*)$/m.exec(doctor.stdout)?.[1] ?? "no SQLite"
  return {
    counts: sqlite,
    failures: [
      ...expectEnd(ran, "smoke"),
      ...expectEnd(computed, "verify"),
      ...expectEnd(doctor, "doctor"),
      ...(/node:sqlite, as better-sqlite3 does not load: /.test(sqlite) ? [] : [doctor.stdout]),
      ...(/Warning/.test(ran.stderr) ? [`a warning is printed: ${ran.stderr}`] : []),
    ],
  }
}

async function handed(nodes: ReadonlyArray<string>): Promise<Found> {
  const artifacts = join(folder, "handed")
  const first: Runner = {
    name: "better-sqlite3",
    coordinator: { node: process.execPath, launcher: join(root, launcher) },
    cwd: root,
    env: { REFOLD_SQLITE: "better-sqlite3" },
  }
  const others = nodes.map(
    (node): Runner => ({
      name: node,
      coordinator: { node, launcher: join(copy, launcher) },
      cwd: copy,
    }),
  )
  const round = others.flatMap((other) => [first, other])
  const runners = [...Array.from({ length: count(1, 4) }, () => round).flat(), first]
  const { killed, wrong } = await relay(runners, "smoke", artifacts)
  const stored = ["verify", "--exp", "smoke", "--stored", "--artifacts", artifacts]
  const whole = ["--exp", "smoke", "--locked", "--artifacts", artifacts, "--json"]
  const read = await start(nodes[0]!, launcher, ...whole)
  return {
    counts: `${killed} of ${runners.length} runners killed`,
    failures: [
      ...wrong,
      ...(killed < nodes.length ? [`only ${killed} runners were killed`] : []),
      ...expectEnd(await start(nodes[0]!, launcher, ...stored), "verify --stored"),
      ...expectEnd(read, "smoke, read by the other driver"),
      ...(/"ran":0,/.test(read.stdout) ? [] : [`it is not all cached:\n${read.stdout.slice(-500)}`]),
    ],
  }
}

/** Where there is no SQLite at all. */
async function without(node: string): Promise<Found> {
  const commands = [["--exp", "smoke"], ["--exp", "smoke", "--plan"], ["status"], ["runs"], ["gc"]]
  const failures: Array<string> = []
  for (const command of commands) {
    const ended = await start(node, launcher, ...command, "--artifacts", join(folder, "without"))
    const isOneSentence = /^there is no SQLite: .*; use Node 22[^\n]*\n$/.test(ended.stderr)
    if (!isOneSentence || ended.code !== 2 || ended.stdout !== "")
      failures.push(`${command.join(" ")} exits with ${ended.code}, and says\n${ended.stdout}${ended.stderr}`)
  }
  return { counts: `${commands.length} commands`, failures }
}

const loads = (): boolean => {
  try {
    return betterSqlite3() !== undefined
  } catch {
    return false
  }
}

const rows: Array<Row> = []
async function part(name: string, run: () => Promise<Found>): Promise<void> {
  console.log(`== ${name}`)
  const started = performance.now()
  const { counts, failures } = await run().catch((failure: Error) => ({
    counts: "",
    failures: [failure.message],
  }))
  for (const failure of failures) console.log(failure)
  const seconds = (performance.now() - started) / 1000
  rows.push({ part: name, counts, seconds, verdict: failures.length === 0 ? "passed" : "FAILED" })
}

const { present, leftOut } = nodesAt(runtimes)
const withSqlite = present.filter(({ major }) => major >= 22)
const oldest = present.find(({ major }) => major === 20)
try {
  await part(values.install ? "npm ci --ignore-scripts" : "a checkout without the binary", async () => {
    const last = withSqlite.at(-1)?.path ?? process.execPath
    if (values.install) installedCheckout(root, copy, last)
    else linkedCheckout(root, copy)
    return { counts: "", failures: [] }
  })
  for (const { major, path } of withSqlite) {
    await part(`Node ${major}: smoke, verify, doctor`, () => smoke(path, join(folder, `smoke-${major}`)))
    await part(`Node ${major}: laws`, () => laws(path))
  }
  if (withSqlite.length > 0 && loads())
    await part("one store, both drivers in turn", () => handed(withSqlite.map(({ path }) => path)))
  if (oldest !== undefined) await part("Node 20 without SQLite", () => without(oldest.path))
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
console.log(table(rows))
for (const { name, because } of leftOut) console.log(`left out: ${name} (${because})`)
const isWrong = rows.some(({ verdict }) => verdict === "FAILED") || (values.all && leftOut.length > 0)
process.exitCode = isWrong ? 1 : 0
