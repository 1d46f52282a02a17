// Where a task runs: in a worker, in the coordinator, whose one thread such tasks take in turn, or, as it only waits for what it asks,
// together with others in one worker.
import { recordingOf } from "../../declare/observed/recorded.ts"
import type { Resolution } from "../../key/resolve.ts"
import type { PlannedTask } from "../../plan/planned.ts"

export type Where = "here" | "in a worker" | "together"

/** New instances of modules are never let go: what needs them is a worker's, which is. */
export const whereOf = ({ node }: PlannedTask, { code }: Pick<Resolution, "code">): Where =>
  recordingOf(node.stage.definition) !== undefined
    ? "together"
    : node.stage.definition.inProcess === true && !code.isStateful
      ? "here"
      : "in a worker"

/** Of tasks that run here so many are claimed at once: they take turns anyway, and to claim one can take longer than it does. */
export const hereAtOnce = 32

/** Of what only waits so much is under way at once, whatever its limits: each has a folder and a claim. */
export const askedAtMost = 512
