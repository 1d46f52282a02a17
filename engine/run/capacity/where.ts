// Where a task runs: in a worker, or in the coordinator, whose one thread such tasks take in turn.
import type { Resolution } from "../../key/resolve.ts"
import type { PlannedTask } from "../../plan/planned.ts"

export type Where = "here" | "in a worker"

/** New instances of modules are never let go: what needs them is a worker's, which is. */
export const whereOf = ({ node }: PlannedTask, { code }: Pick<Resolution, "code">): Where =>
  node.stage.definition.inProcess === true && !code.isStateful ? "here" : "in a worker"
