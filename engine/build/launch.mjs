#!/usr/bin/env node
// Starts the pipeline: brings dist/ up to date when this is a source checkout, then hands over to it.
import { closeSync, existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { runScript } from "./script.mjs"

// Until the command line listens itself, nothing has begun that an end would tear.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    for (const file of [0, 1, 2]) closeSync(file) // Node crashes when it sets a terminal back that has gone
    process.exit(130)
  })

const source = new URL("../../pipeline.ts", import.meta.url)
if (existsSync(source)) await (await import("./build.mjs")).freshen()
const dist = new URL("../../dist/", import.meta.url)
if (process.argv[2] === "setup-native") {
  process.argv.splice(2, 1)
  await import(new URL("native.mjs", dist).href)
} else {
  const isTypical = process.argv.includes("--exp")
  runScript(fileURLToPath(new URL("pipeline.js", dist)), isTypical ? "exit" : "never")
}
