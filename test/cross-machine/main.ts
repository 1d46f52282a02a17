// Runs `smoke` from an empty store under every runtime that is present, and compares every digest that comes out.
// The lock file in git, made whenever and wherever, is compared too; and so is a residual network that is trained beside it.
//
//   npm run test:cross-machine [-- [--only TEXT]... [--worker CMD]... [--all]]
//
// --only runs the variants whose names contain one of the texts (and the first, which the others are compared with);
// --worker adds a runtime of one's own; --all counts a variant that is left out as a failure.
// Exit code 1 when anything differs.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { buildSync } from "esbuild"
import { readLock } from "../../engine/lock/lock-file.ts"
import { workerCommand } from "../../engine/worker/worker-command.ts"
import {
  countOf,
  type Difference,
  differences,
  lockedDigests,
  type RunDigests,
  readDigests,
} from "./digests.ts"
import { type Variant, variantsAt } from "./variants.ts"

const root = resolve(fileURLToPath(new URL("../..", import.meta.url)))
const runtimes = process.env.REFOLD_RUNTIMES ?? join(root, "node_modules", ".cache", "refold-runtimes")
const minutes = 15
/** Of native kernels: gone at the end. */
const libraries = mkdtempSync(join(tmpdir(), "refold-native-"))
process.on("exit", () => rmSync(libraries, { recursive: true, force: true, maxRetries: 5 }))

interface Outcome {
  readonly digests: RunDigests
  readonly folder: string
  readonly seconds: number
  /** Objects of the store whose bytes are not what their digest says: the worker did the hashing. */
  readonly misnamed: ReadonlyArray<string>
  readonly lastWords: string
}

/** Where the native kernels of a variant are, built for it. */
function nativeFolder(terms: ReadonlyArray<string>): string {
  const folder = join(libraries, terms.join("_") || "own")
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import=tsx", join(root, "setup", "native.ts"), "--dir", folder, ...terms],
    { cwd: root, encoding: "utf8" },
  )
  if (status !== 0) throw new Error(`setup:native failed:\n${stderr}`)
  return folder
}

function runSmoke({ worker, jobs, native }: Variant): Outcome {
  const folder = mkdtempSync(join(tmpdir(), "refold-cross-machine-"))
  const started = performance.now()
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, "engine", "build", "launch.mjs"),
      ...["--exp", "smoke", "--json", "--artifacts", folder, "--jobs", String(jobs)],
      ...(worker === null ? [] : ["--worker", worker]),
      ...["--kernels", native === undefined ? "portable" : "native"],
    ],
    {
      cwd: root,
      env: { ...process.env, ...(native === undefined ? {} : { REFOLD_NATIVE_DIR: nativeFolder(native) }) },
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      timeout: minutes * 60_000,
      stdio: ["ignore", "pipe", "pipe"],
    },
  )
  if (native !== undefined && stdout.includes("computed without it"))
    throw new Error(
      "a worker could not load the native kernels, and the portable ones proved nothing of them",
    )
  const digests = readDigests(stdout)
  return {
    digests,
    folder,
    seconds: (performance.now() - started) / 1000,
    misnamed: misnamedIn(folder, digests),
    lastWords: stderr.trim().split("\n").slice(-5).join("\n"),
  }
}

function misnamedIn(folder: string, { tasks }: RunDigests): ReadonlyArray<string> {
  const all = tasks.flatMap(({ task, digests }) =>
    Object.entries(digests).map(([output, digest]) => ({ task, output, digest })),
  )
  return all
    .filter(({ output, digest }) => {
      const path = join(folder, "objects", digest.slice(0, 2), digest.slice(2))
      if (!existsSync(path)) return !output.startsWith("state ") // a state's bytes may go; an output's may not
      return createHash("sha256").update(readFileSync(path)).digest("hex") !== digest
    })
    .map(({ task, output }) => `${task} ${output}`)
}

/** What the variant's command really starts, as that runtime tells itself. */
function versionOf({ worker }: Variant): string {
  const [program, ...args] = workerCommand(worker ?? undefined).slice(0, -1) as [string, ...Array<string>]
  const probe = fileURLToPath(new URL("./probe.mjs", import.meta.url))
  const { stdout, stderr, error } = spawnSync(program, [...args, probe], { encoding: "utf8" })
  try {
    const { name, version, arch } = JSON.parse(stdout) as { name: string; version: string; arch: string }
    return `${name} ${version} ${arch}`
  } catch {
    return `does not start: ${error?.message ?? stderr.trim().split("\n").at(-1)}`
  }
}

/** The script that trains a residual network, for any runtime; it goes when this process does. */
function residualScript(): string {
  const outfile = join(libraries, "residual.mjs")
  buildSync({
    entryPoints: [fileURLToPath(new URL("./residual.ts", import.meta.url))],
    ...{ bundle: true, platform: "node", format: "esm", outfile, logLevel: "error" },
  })
  return outfile
}

/** What the variant's runtime makes of it, or why it makes nothing. */
function residualDigest({ worker }: Variant, script: string): string {
  const [program, ...args] = workerCommand(worker ?? undefined).slice(0, -1) as [string, ...Array<string>]
  const kernels = join(root, "ml", "kernels", "kernels.wasm")
  const { stdout, stderr, error } = spawnSync(program, [...args, script, kernels], {
    encoding: "utf8",
    timeout: minutes * 60_000,
  })
  return stdout.trim() || `nothing: ${error?.message ?? stderr.trim().split("\n").at(-1)}`
}

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    worker: { type: "string", multiple: true, default: [] },
    all: { type: "boolean", default: false },
  },
})
const { present, leftOut } = variantsAt(runtimes)
const own = values.worker.map((worker): Variant => ({ name: `yours: ${worker}`, worker, jobs: 2 }))
const isWanted = ({ name }: Variant, i: number): boolean =>
  i === 0 || values.only === undefined || values.only.some((text) => name.includes(text))
const wanted = [...present.filter(isWanted), ...own]

const widths = [...wanted, { name: "the lock file in git" }].map(({ name }) => name.length)
const row = (name: string, ...cells: ReadonlyArray<string>): void =>
  console.log(
    [name.padEnd(Math.max(...widths)), ...cells.map((cell, i) => cell.padEnd([18, 5, 7, 7][i] ?? 0))]
      .join("  ")
      .trimEnd(),
  )

/** The first differences: what stands upstream comes first. */
function tell(found: ReadonlyArray<Difference>): void {
  for (const { task, output, expected, found: other } of found.slice(0, 3))
    console.log(`    ${task} ${output}: ${other ?? "nothing"} instead of ${expected ?? "nothing"}`)
  if (found.length > 3) console.log(`    and ${found.length - 3} more`)
}

row("variant", "version", "tasks", "digests", "seconds", "bits")
const script = residualScript()
let expected: RunDigests | undefined
let trained: string | undefined
let differing = 0
for (const variant of wanted) {
  const version = versionOf(variant)
  const { digests, folder, seconds, misnamed, lastWords } = runSmoke(variant)
  const found = expected === undefined ? [] : differences(expected, digests)
  const isWhole =
    countOf(digests) > 0 && digests.tasks.every(({ status }) => status === "ran" || status === "cached")
  const network = residualDigest(variant, script)
  trained ??= network
  const isSame = isWhole && found.length === 0 && misnamed.length === 0 && network === trained
  // Of an empty store what is cached was made by this run: the final model's training is a finalist's.
  const done = digests.tasks.filter(({ status }) => status === "ran" || status === "cached").length
  const verdict = !isSame ? "DIFFERS" : expected === undefined ? "expected of all" : "same"
  row(variant.name, version, String(done), String(countOf(digests)), seconds.toFixed(1), verdict)
  if (isSame) {
    rmSync(folder, { recursive: true, force: true })
    expected ??= digests
    continue
  }
  differing++
  for (const failure of digests.failures) console.log(`    failed: ${failure}`)
  if (!isWhole && lastWords !== "") console.log(`    ${lastWords.replaceAll("\n", "\n    ")}`)
  for (const each of misnamed.slice(0, 3))
    console.log(`    the bytes of ${each} are not what its digest says`)
  tell(found)
  if (network !== trained) console.log(`    the residual network: ${network} instead of ${trained}`)
  console.log(`    its store is kept: ${folder}`)
  if (expected === undefined) break // nothing to compare the others with
}

const lock = readLock(root, "smoke")
if (expected !== undefined && lock !== undefined) {
  const locked = statesOfRun(lockedDigests(lock), expected)
  const found = differences(expected, locked)
  if (found.length > 0) differing++
  const cells = [String(locked.tasks.length), String(countOf(locked)), ""] as const
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
