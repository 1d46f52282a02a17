// `list`: the experiments of this project, with their params, defaults and docs.
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { AnyExperiment } from "../declare/experiment.ts"
import { paramDocs } from "../declare/params.ts"
import { textTable } from "../report/readers/table.ts"
import { experimentNames } from "../session/project.ts"
import type { CommandContext } from "./context.ts"
import { errorOf } from "./failures.ts"
import { loadedExperiment, settled } from "./loading.ts"
import { json } from "./options.ts"
import { print } from "./output.ts"

export const listCommand = (context: CommandContext) =>
  Command.make("list", { json }, (given) =>
    Effect.gen(function* () {
      for (const name of experimentNames(context.root)) {
        const loaded = yield* settled(loadedExperiment(context.root, name))
        if (Either.isLeft(loaded)) tellBroken(given.json, name, loaded.left)
        else tell(given.json, name, loaded.right)
      }
    }),
  ).pipe(Command.withDescription("Lists the experiments with their params, defaults and docs"))

function tell(json: boolean, name: string, experiment: AnyExperiment): void {
  const params = paramDocs(experiment)
  const rows = params.map(({ type: _, ...rest }) => rest)
  if (json) print(JSON.stringify({ experiment: name, doc: experiment.doc, params }))
  else print(`${name}\n  ${experiment.doc}\n${rows.length > 0 ? `${textTable(rows, "    ")}\n` : ""}`)
}

function tellBroken(json: boolean, name: string, failure: Error): void {
  if (json) print(JSON.stringify({ experiment: name, error: errorOf(failure) }))
  else print(`${name}\n  cannot be loaded: ${failure.message}\n`)
}
