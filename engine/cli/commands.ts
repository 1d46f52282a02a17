// Every command but the run itself: adding one touches its file and this table.
import { doctorCommand } from "./doctor.ts"
import { gcCommand } from "./gc.ts"
import { listCommand } from "./list.ts"
import { logsCommand } from "./logs.ts"
import type { Program } from "./program.ts"
import { runsCommand } from "./runs.ts"
import { showCommand } from "./show.ts"
import { statusCommand } from "./status.ts"
import { verifyCommand } from "./verify.ts"
import { whyCommand } from "./why.ts"

/** In the order of `--help`. */
export const commandsOf = (program: Program) =>
  [
    listCommand(program),
    whyCommand(program),
    statusCommand(program),
    showCommand(program),
    verifyCommand(program),
    logsCommand(program),
    runsCommand(program),
    gcCommand(program),
    doctorCommand(program),
  ] as const
