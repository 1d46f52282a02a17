// A thread of a task: calls the `thread` of the stage's bundled code with what the task gave it, the traps up.
import { workerData } from "node:worker_threads"
import { loaded } from "./effect-stand-in.ts"
import { importDefinition } from "./import-stage.ts"
import type { ThreadTask } from "./threads.ts"
import { install, raise } from "./traps.ts"

const { task, given } = workerData as { readonly task: ThreadTask; readonly given: unknown }
install()
const { thread } = await importDefinition(task)
if (thread === undefined) throw new TypeError(`stage "${task.stage}" declares no \`thread\``)
loaded()
raise(task)
await thread(given as never)
