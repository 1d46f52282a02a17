// Who waits for whom: told once for each task that another pipeline keeps waiting, not each time that it is looked.
import type { Owner } from "../../ledger/claims.ts"
import type { PlannedTask } from "../../plan/planned.ts"
import type { Events } from "../../report/events.ts"

export class Waits {
  readonly #run: string
  readonly #emit: Events["Type"]["emit"]
  /** Whom each waits for, as far as that has been told. */
  readonly #told = new Map<PlannedTask, string>()

  /** @param run what this pipeline is at itself is seen anyway */
  constructor(run: string, emit: Events["Type"]["emit"]) {
    this.#run = run
    this.#emit = emit
  }

  /** @param mutex where not the task itself is another's, but what it is to hold */
  tell(task: PlannedTask, holder: Owner | undefined, mutex?: string): void {
    if (holder === undefined || holder.run === this.#run || this.#told.get(task) === holder.run) return
    this.#told.set(task, holder.run)
    const { run, pid, host, started } = holder
    const since = new Date(started).toISOString()
    const held = mutex === undefined ? {} : { mutex }
    this.#emit({
      event: "waiting",
      task: task.label,
      stage: task.stage,
      for: { run, pid, host, since },
      ...held,
    })
  }

  /** It waits no longer. */
  isOver(task: PlannedTask): void {
    this.#told.delete(task)
  }
}
