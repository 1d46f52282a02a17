// The worker process: takes the folders of attempts on standard input, one a line, and performs each.
// With a folder as argument it performs that one and exits: so a job elsewhere runs the same file.
import "../../code/lend-effect.ts"
import { closeSync, openSync, readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { format } from "node:util"
import { writeWhole } from "../../store/whole-file.ts"
import {
  type FromCoordinator,
  logFileName,
  type Nudge,
  resultFileName,
  type TaskFile,
  taskFileName,
} from "../protocol.ts"
import { importForm } from "./import-stage.ts"
import { checkedBytes } from "./input-bytes.ts"
import { performTask } from "./perform-task.ts"
import { install, lower, raise } from "./traps.ts"

const clock = performance.now.bind(performance)
const say = process.stdout.write.bind(process.stdout)
const nudge = (nudge: Nudge): void => void say(`${JSON.stringify(nudge)}\n`)

/** What a stage prints goes to its attempt's log; standard output is the coordinator's. */
let logFile: number | undefined
const print = (text: string): boolean => {
  if (logFile !== undefined) writeSync(logFile, text)
  return true
}
process.stdout.write = ((text: string | Uint8Array) => print(String(text))) as typeof process.stdout.write
for (const level of ["log", "info", "debug", "warn", "error", "trace"] as const) {
  console[level] = (...args: ReadonlyArray<unknown>) => void print(`${format(...args)}\n`)
}

// Whatever command started this worker: what a stage sees of dates must not depend on where it runs.
process.env.TZ = "UTC"
// Typed arrays have the machine's order of bytes, and artifacts are written from them.
if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
  process.stderr.write(
    "this machine is big-endian: a stage's bytes would differ from those everywhere else\n",
  )
  process.exit(1)
}
install()
process.on("SIGINT", () => {}) // Ctrl-C reaches the whole group; the coordinator decides
process.stdout.on("error", () => process.exit(1)) // nobody listens any more

/** How many cores the attempt at hand may use. */
let cores = 1

async function attempt(folder: string): Promise<void> {
  const task = JSON.parse(readFileSync(join(folder, taskFileName), "utf8")) as TaskFile
  logFile = openSync(join(folder, logFileName), "a")
  const now = (): number => clock() / 1000
  const result = await performTask(task, folder, {
    nudge,
    print,
    enter: raise,
    leave: lower,
    now,
    cores: () => cores,
    form: importForm,
    read: checkedBytes,
  })
  writeWhole(join(folder, resultFileName), JSON.stringify(result))
  closeSync(logFile)
  logFile = undefined
  nudge({ nudge: "end" })
}

const [folder] = process.argv.slice(2)
if (folder !== undefined) {
  await attempt(folder)
} else {
  const lines = createInterface({ input: process.stdin })
  lines.on("close", () => process.exit(0)) // the coordinator is gone: leave no orphan
  let queue = Promise.resolve()
  lines.on("line", (line) => {
    const said = JSON.parse(line) as FromCoordinator
    cores = said.cores
    const { folder } = said
    if (folder !== undefined) queue = queue.then(() => attempt(folder))
  })
  nudge({ nudge: "ready" })
}
