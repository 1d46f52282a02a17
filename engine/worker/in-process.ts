// Runs a stage in the coordinator: for stages that declare themselves synchronous and cheap. No traps, no process.
import * as Effect from "effect/Effect"
import type { Executor, News } from "./executor.ts"
import type { Host } from "./inside/host.ts"
import { importForm } from "./inside/import-stage.ts"
import { checkedBytes } from "./inside/input-bytes.ts"
import { giveBack, takeConsole } from "./inside/own-console.ts"
import { performTask } from "./inside/perform-task.ts"

/** @param sources where the stage's form and its inputs come from: elsewhere only in tests */
export const executeInProcess =
  (
    sources: Pick<Host, "form" | "read"> = { form: importForm, read: checkedBytes },
  ): Executor["Type"]["executeHere"] =>
  (task, folder, hear: (news: News) => void) => {
    const print = (text: string): void => hear({ nudge: "printed", text })
    return Effect.promise(() =>
      performTask(task, folder, {
        nudge: (nudge) => {
          if (nudge.nudge === "progress" || nudge.nudge === "link") hear(nudge)
        },
        print,
        enter: () => takeConsole(print),
        leave: () => giveBack(print),
        now: () => performance.now() / 1000,
        cores: () => 1,
        ...sources,
      }),
    )
  }
