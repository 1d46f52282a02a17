// `gc`: says what the store can let go, and lets it go when told to.
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { History } from "../ledger/history.ts"
import { readLock } from "../lock/lock-file.ts"
import { expected } from "../session/expected.ts"
import { findGarbage } from "../session/gc.ts"
import { artifactLayer } from "../session/place.ts"
import { experimentNames } from "../session/project.ts"
import { type CommandContext, placeOf } from "./context.ts"
import { badUsage } from "./failures.ts"
import { artifacts, json } from "./options.ts"
import { print } from "./output.ts"

const dryRun = Options.boolean("dry-run").pipe(
  Options.withDescription("Says what it would delete, and deletes nothing"),
)
const keepRuns = Options.integer("keep-runs").pipe(
  Options.withPseudoName("N"),
  Options.withDescription(
    "Of each experiment, how many of its latest runs keep what they reach (default: 3)",
  ),
  Options.withDefault(3),
)
const run = (name: string, description: string) =>
  Options.text(name).pipe(
    Options.withPseudoName("RUN"),
    Options.withDescription(description),
    Options.optional,
  )

export const gcCommand = (context: CommandContext) =>
  Command.make(
    "gc",
    {
      dryRun,
      keepRuns,
      pin: run("pin", "Keeps what this run reaches, whatever its age"),
      unpin: run("unpin", "Takes a pin back"),
      artifacts,
      json,
    },
    (given) => {
      const place = placeOf(context, given)
      return Effect.gen(function* () {
        if (given.keepRuns < 0)
          return yield* Effect.fail(badUsage(`--keep-runs ${given.keepRuns}: 0 or more`))
        const history = yield* History
        const known = history.runs(undefined, Number.MAX_SAFE_INTEGER).map(({ id }) => id)
        for (const id of [given.pin, given.unpin].flatMap(Option.toArray)) {
          if (!known.includes(id))
            return yield* Effect.fail(badUsage(`there is no run ${id} in ${place.artifacts}`))
        }
        if (Option.isSome(given.pin)) history.pin(given.pin.value)
        if (Option.isSome(given.unpin)) history.unpin(given.unpin.value)
        const locks = yield* expected(() =>
          experimentNames(context.root).flatMap((name) => readLock(context.root, name) ?? []),
        )
        const { report, remove } = yield* findGarbage({
          artifacts: place.artifacts,
          locks,
          keepRuns: given.keepRuns,
        })
        if (given.json) {
          print(JSON.stringify({ deletes: !given.dryRun, ...report }))
        } else {
          const { objects, bytes, folders, temporary, kept, running } = report
          const size = (bytes / 1e6).toFixed(1)
          print(
            `${objects} artifacts (${size} MB), ${folders} folders of runs and ${temporary} temporary files can go`,
          )
          print(
            `${kept} artifacts stay: locks, pins and the last ${given.keepRuns} runs of each experiment reach them`,
          )
          if (running > 0) print(`${running} pipelines run on this store: nothing that they made or use goes`)
        }
        if (given.dryRun) return
        yield* expected(remove)
        if (!given.json) print("done")
      }).pipe(Effect.provide(artifactLayer(place.artifacts)))
    },
  ).pipe(Command.withDescription("Frees what no lock, pin, recent run or running pipeline reaches"))
