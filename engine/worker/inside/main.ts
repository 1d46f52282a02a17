// The worker process: takes the folders of attempts on standard input, one a line, and performs each.
// With a folder as argument it performs that one and exits: so a job elsewhere runs the same file.
import { releasePrinted } from "./telling/printing.ts"
import "../../code/lend-effect.ts"
import { readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import {
  type FromCoordinator,
  placesName,
  type ResultFile,
  resultFileName,
  type TaskFile,
  taskFileName,
} from "../protocol.ts"
import { Holding } from "./asking/holding.ts"
import { leave } from "./blobs.ts"
import { tellWhatEnds } from "./failing/dying.ts"
import { taskErrorOf } from "./failing/task-error.ts"
import { fixedVariables } from "./fixed-variables.ts"
import { placesIn } from "./given-paths.ts"
import { Growth } from "./growth.ts"
import { importForm, loadedBundles, loadedForm } from "./import-stage.ts"
import { checkedBytes } from "./input-bytes.ts"
import { performTask } from "./perform-task.ts"
import { performProgram } from "./programs/perform-program.ts"
import { haveProcessesStarted, watchProcesses } from "./started-processes.ts"
import { hide } from "./telling/masking.ts"
import { nudging } from "./telling/nudging.ts"
import { Globals } from "./traps/globals.ts"
import { Guard } from "./traps/guard.ts"
import { install } from "./traps/install.ts"
import { Scratch } from "./traps/scratch.ts"

const clock = performance.now.bind(performance)
const nudge = nudging()
watchProcesses()

// Whatever command started this worker: what a stage sees of dates must not depend on where it runs.
Object.assign(process.env, fixedVariables)
// Typed arrays have the machine's order of bytes, and artifacts are written from them.
if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
  process.stderr.write(
    "this machine is big-endian: a stage's bytes would differ from those everywhere else\n",
  )
  process.exit(1)
}
install()
Error.stackTraceLimit = 30 // the author's places may stand behind many of a package
tellWhatEnds(
  () => current,
  (thrown) => holding.takes(thrown),
)
process.on("SIGINT", () => {}) // on Windows Ctrl-C reaches it; the coordinator decides

/** The folder of the attempt at hand. */
let current: string | undefined
/** For temporary files of whatever task is at hand. */
let scratch: Scratch | undefined
/** How many cores the attempt at hand may use. */
let cores = 1
const growth = new Growth()
/** Of attempts that only wait, many at once. */
const holding = new Holding(nudge, () => clock() / 1000)
/** As they were before whatever task was first of those that loaded nothing. */
let globals: Globals | undefined

async function attempt(
  folder: string,
  number: number,
  secrets: Readonly<Record<string, string>>,
): Promise<void> {
  const task = JSON.parse(readFileSync(join(folder, taskFileName), "utf8")) as TaskFile
  current = folder
  const now = (): number => clock() / 1000
  const print = (text: string): void => void process.stdout.write(text)
  scratch ??= Scratch.beside(folder)
  if (task.program !== undefined) {
    const around = { print, now, read: checkedBytes, scratch: scratch.path, secrets }
    return end(folder, number, await performProgram(task, task.program, folder, around), false)
  }
  const guard = new Guard(task, { print, scratch, places: placesIn(folder) })
  const before = loadedBundles()
  const result = await performTask(task, folder, {
    nudge,
    print,
    enter: () => {
      // What is loaded may change them, and its own traps have seen to that.
      const isAsBefore = loadedBundles() === before && !task.isFresh && task.provider === undefined
      globals = (isAsBefore ? globals : undefined) ?? new Globals()
      guard.enter()
    },
    leave: () => guard.leave(),
    outside: (own) => guard.outside(own),
    draw: (purpose) => guard.draw(purpose),
    isShared: false,
    secrets,
    scratch: scratch.path,
    now,
    cores: () => cores,
    form: (task) => guard.loaded(loadedForm(task)) ?? guard.loading(() => importForm(task)),
    read: checkedBytes,
  })
  scratch.empty()
  const left = globals?.changed() ?? []
  if (left.length > 0)
    print(
      `stage "${task.stage}" left ${left.join(", ")} to whatever runs next in its process, which ends here for that: keep it in a variable of the module\n`,
    )
  end(folder, number, result, left.length > 0 || growth.isTooLarge(loadedBundles() > before))
}

/** Says what came of the attempt. @param isFull whether another worker is to take this one's place */
function end(folder: string, number: number, result: ResultFile, isFull: boolean): void {
  releasePrinted()
  const ended: ResultFile = { ...result, startedProcesses: haveProcessesStarted(), isFull }
  try {
    leave(folder, resultFileName, JSON.stringify(ended))
  } catch (failure) {
    // What a full disk has no result for is lost anyway, and is the room that the news of it needs.
    for (const name of readdirSync(folder))
      if (name.startsWith("blob-") || name === placesName)
        rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 })
    const error = taskErrorOf(failure)
    leave(folder, resultFileName, JSON.stringify({ ...ended, status: "failed", error } satisfies ResultFile))
  }
  current = undefined
  nudge({ nudge: "end", attempt: number })
}

const [folder] = process.argv.slice(2)
if (folder !== undefined) {
  void attempt(folder, 1, {})
} else {
  const lines = createInterface({ input: process.stdin })
  lines.on("close", () => process.exit(0)) // the coordinator is gone: leave no orphan
  let queue = Promise.resolve()
  lines.on("line", (line) => {
    const said = JSON.parse(line) as FromCoordinator
    cores = said.cores
    const { folder, attempt: number = 1, together, cancel, secrets = {} } = said
    hide(secrets)
    if (cancel !== undefined) holding.giveUp(cancel)
    else if (folder !== undefined && together === true) holding.start(folder, number, secrets)
    else if (folder !== undefined) queue = queue.then(() => attempt(folder, number, secrets))
  })
  nudge({ nudge: "ready" })
}
