// `npm test`: makes what tests take for granted, then has tap run them, or the files that are named. What is slow runs where
// REFOLD_TEST_TIER is set: to `ci` by .ci/run, to `long` by `npm run test:long`.
import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs"
import { freemem, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { freshen } from "../engine/build/build.mjs"
import { alone, inTurn, slow } from "./all-in-one.mjs"

const path = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url))
const tap = (...args) =>
  spawnSync(process.execPath, [path("node_modules/tap/dist/esm/run.mjs"), ...args], { stdio: "inherit" })
    .status

/** Tap builds itself for the plugins that .taprc names, once after each install, but too late for its first run. */
const built = readFileSync(path("node_modules/@tapjs/test/test-built/dist/esm/index.js"), "utf8")
const left = [...readFileSync(path(".taprc"), "utf8").matchAll(/"!(@tapjs\/\w+)"/g)]
if (left.some(([, plugin]) => built.includes(`"${plugin}"`))) tap("build")

await freshen() // else the first tests would build the command line, each for itself

/**
 * A folder for all temporary files, in memory where the system has a place for such and room in it: tests make and remove some hundred
 * thousand small files, which on a disk is a third of what the laws of the engine take. Those of the long tier are large.
 */
function temporaryFolder() {
  const made = (place) => {
    const folder = mkdtempSync(join(place, "refold-tests-"))
    chmodSync(folder, 0o1777) // as any folder of the kind: laws of stores that belong to others start commands as another user
    return folder
  }
  const inMemory = "/dev/shm"
  if (process.env.TMPDIR !== undefined || process.env.REFOLD_TEST_TIER === "long" || !existsSync(inMemory))
    return made(tmpdir())
  const { bavail, bsize } = statfsSync(inMemory)
  if (Math.min(bavail * bsize, freemem()) < 6 * 2 ** 30) return made(tmpdir())
  const folder = made(inMemory)
  const program = join(folder, "program")
  writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 })
  if (spawnSync(program).status === 0) return folder
  rmSync(folder, { recursive: true }) // programs that tests write may not run there
  return made(tmpdir())
}

const folder = temporaryFolder()
process.env.TMPDIR = folder
process.on("SIGINT", () => {}) // tap hears of it too, and then the folder goes

const args = process.argv.slice(2)
const isNamed = args.some((arg) => !arg.startsWith("-"))
const chosen = (files) =>
  process.env.REFOLD_TEST_TIER ? files : files.filter((file) => !slow.includes(file))
if (isNamed) process.exitCode = tap(...args) ?? 1
else {
  if (!process.env.REFOLD_TEST_TIER && slow.length > 0)
    console.error(`${slow.length} files that take long are left to CI and to npm run test:long`)
  const queue = mkdtempSync(join(folder, "queue-"))
  process.env.REFOLD_TEST_QUEUE = JSON.stringify({ files: chosen(inTurn), folder: queue })
  const queues = [1, 2, 3, 4].map((n) => `test/queue-${n}.test.ts`)
  // Tap starts them by their names, as many at once as .taprc says: a queue takes the place of each that has ended.
  process.exitCode = tap(...args, "test/all-in-one.test.ts", ...chosen(alone), ...queues) ?? 1
}
rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
