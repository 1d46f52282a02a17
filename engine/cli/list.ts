// `list`: the experiments of this project, with their params, defaults and docs.
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { paramDocs } from "../declare/params.ts"
import { textTable } from "../report/readers/table.ts"
import { experimentNames } from "../session/project.ts"
import { loadedExperiment } from "./experiment.ts"
import { json, type Surroundings } from "./place.ts"
import { print } from "./report.ts"

export const listCommand = (around: Surroundings) =>
  Command.make("list", { json }, (given) =>
    Effect.gen(function* () {
      for (const name of experimentNames(around.root)) {
        const experiment = yield* loadedExperiment(around.root, name)
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
