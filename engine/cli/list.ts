// `list`: the experiments of this project, with their params, defaults and docs.
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { paramDocs } from "../declare/params.ts"
import { textTable } from "../report/readers/table.ts"
import { experimentNames } from "../session/project.ts"
import type { CommandContext } from "./context.ts"
import { loadedExperiment } from "./loading.ts"
import { json } from "./options.ts"
import { print } from "./output.ts"

export const listCommand = (context: CommandContext) =>
  Command.make("list", { json }, (given) =>
    Effect.gen(function* () {
      for (const name of experimentNames(context.root)) {
        const experiment = yield* loadedExperiment(context.root, name)
        const params = paramDocs(experiment)
        if (given.json) print(JSON.stringify({ experiment: name, doc: experiment.doc, params }))
        else
          print(
            `${name}\n  ${experiment.doc}\n${
              params.length > 0
                ? `${textTable(
                    params.map(({ type: _, ...rest }) => rest),
                    "    ",
                  )}\n`
                : ""
            }`,
          )
      }
    }),
  ).pipe(Command.withDescription("Lists the experiments with their params, defaults and docs"))
