// Runs a stage in the coordinator: for stages that declare themselves synchronous and cheap. No traps, no process.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { News } from "./executor.ts"
import { perform } from "./perform-task.ts"
import { logFileName, type ResultFile, type TaskFile } from "./protocol.ts"

export const executeInProcess = (
  task: TaskFile,
  folder: string,
  hear: (news: News) => void,
): Effect.Effect<ResultFile> =>
  Effect.promise(() =>
    perform(task, folder, {
      nudge: (nudge) => {
        if (nudge.nudge === "progress" || nudge.nudge === "link") hear(nudge)
      },
      print: (text) => writeFileSync(join(folder, logFileName), text, { flag: "a" }),
      enter: () => {},
      leave: () => {},
      now: () => performance.now() / 1000,
      cores: () => 1,
    }),
  )
