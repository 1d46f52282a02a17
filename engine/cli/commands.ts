// Every command but the run itself: adding one touches its file and this table.

import { adoptCommand } from "./adopt.ts"
import { checkCommand } from "./check.ts"
import type { CommandContext } from "./context.ts"
import { datasetCommand } from "./dataset/command.ts"
import { debugCommand } from "./debug.ts"
import { doctorCommand } from "./doctor.ts"
import { forgetCommand } from "./forget/command.ts"
import { gcCommand } from "./gc.ts"
import { listCommand } from "./list.ts"
import { logsCommand } from "./logs.ts"
import { runsCommand } from "./runs.ts"
import { showCommand } from "./show.ts"
import { statusCommand } from "./status.ts"
import { verifyCommand } from "./verify.ts"
import { whyCommand } from "./why.ts"

/** In the order of `--help`. */
export const commandsOf = (context: CommandContext) =>
  [
    listCommand(context),
    whyCommand(context),
    statusCommand(context),
    showCommand(context),
    checkCommand(context),
    verifyCommand(context),
    adoptCommand(context),
    logsCommand(context),
    debugCommand(context),
    runsCommand(context),
    forgetCommand(context),
    gcCommand(context),
    datasetCommand(context),
    doctorCommand(context),
  ] as const
