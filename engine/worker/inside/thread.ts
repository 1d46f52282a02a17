// A thread of a task: calls the `thread` of the stage's bundled code with what the task gave it, the traps up.
import { workerData } from "node:worker_threads"
import { loaded } from "./effect-stand-in.ts"
import { importDefinition } from "./import-stage.ts"
import { accelerating } from "./provided.ts"
import type { ThreadTask } from "./threads.ts"
import { Guard } from "./traps/guard.ts"
import { install } from "./traps/install.ts"
import { Scratch } from "./traps/scratch.ts"

const { task, given } = workerData as { readonly task: ThreadTask; readonly given: unknown }
install()
const guard = new Guard(task, {
  print: (text) => void process.stderr.write(text),
  scratch: new Scratch(task.scratch),
  places: task.places,
  thread: task.thread,
})
const accelerator = await accelerating(task.accelerator, (line) => void process.stderr.write(`${line}\n`))
const { thread } = await guard.loading(() => importDefinition(task))
if (thread === undefined) throw new TypeError(`stage "${task.stage}" declares no \`thread\``)
loaded()
guard.enter()
await thread(given as never, { accelerator })
