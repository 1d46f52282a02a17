// `npm test`: makes what tests take for granted, then has tap run them, or the files that are named. What is slow runs where
// REFOLD_TEST_TIER is set: to `ci` by .ci/run, to `long` by `npm run test:long`.
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { freshen } from "../engine/build/build.mjs"
import { alone, slow } from "./all-in-one.mjs"

const path = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url))
const tap = (...args) =>
  spawnSync(process.execPath, [path("node_modules/tap/dist/esm/run.mjs"), ...args], { stdio: "inherit" })
    .status

/** Tap builds itself for the plugins that .taprc names, once after each install, but too late for its first run. */
const built = readFileSync(path("node_modules/@tapjs/test/test-built/dist/esm/index.js"), "utf8")
const left = [...readFileSync(path(".taprc"), "utf8").matchAll(/"!(@tapjs\/\w+)"/g)]
if (left.some(([, plugin]) => built.includes(`"${plugin}"`))) tap("build")

await freshen() // else the first tests would build the command line, each for itself

const args = process.argv.slice(2)
const isNamed = args.some((arg) => !arg.startsWith("-"))
const chosen = process.env.REFOLD_TEST_TIER ? alone : alone.filter((file) => !slow.includes(file))
if (!isNamed && chosen.length < alone.length)
  console.error(`${slow.length} files that take long are left to CI and to npm run test:long`)
process.exitCode = tap(...args, ...(isNamed ? [] : ["test/all-in-one.test.ts", ...chosen])) ?? 1
