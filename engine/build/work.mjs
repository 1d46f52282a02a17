// Starts a worker: hands over to dist/, which is up to date since its coordinator is.
import { fileURLToPath } from "node:url"
import { runScript } from "./script.mjs"

runScript(fileURLToPath(new URL("../../dist/worker.js", import.meta.url)), "start")
