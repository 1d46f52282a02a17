// `gc`: says what the store can let go, and lets it go when told to.
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { bytesOf, sizeWanted } from "../declare/policy/size.ts"
import { isFull } from "../ledger/failures.ts"
import { History } from "../ledger/history.ts"
import { LedgerError } from "../ledger/records.ts"
import { type Checkouts, pruneCheckouts } from "../session/checkouts/checkouts.ts"
import { pinningLocks } from "../session/checkouts/pinning-locks.ts"
import { expected, expectedLater } from "../session/expected.ts"
import { firstRoom } from "../session/first-room.ts"
import { collectGarbage, findGarbage } from "../session/garbage/collect.ts"
import type { Garbage, GcOptions } from "../session/garbage/decide.ts"
import { usualKeepRuns } from "../session/garbage/holds.ts"
import type { Item } from "../session/own-folders.ts"
import { artifactLayer, readingLayer } from "../session/place.ts"
import { kindOf, ledgerPath } from "../session/store-mark.ts"
import { type CommandContext, placeOf } from "./context.ts"
import { badUsage, Refusal } from "./failures.ts"
import { checkoutLines, garbageLines, reportOf, unreadableIn } from "./garbage-report.ts"
import { artifacts, json } from "./options.ts"
import { print } from "./output.ts"

const dryRun = Options.boolean("dry-run").pipe(
  Options.withDescription("Says what it would delete, and changes nothing"),
)
const keepRuns = Options.integer("keep-runs").pipe(
  Options.withPseudoName("N"),
  Options.withDescription(
    `Of each experiment, how many of its latest runs keep what they reach (default: ${usualKeepRuns})`,
  ),
  Options.withDefault(usualKeepRuns),
)
const keep = Options.text("keep").pipe(
  Options.withPseudoName("SIZE"),
  Options.withDescription(
    "Goes on with what only recent runs reach, dearest to keep and cheapest to make again first, until the store takes at most this: 5GB",
  ),
  Options.optional,
)
const withoutHistory = Options.boolean("without-history").pipe(
  Options.withDescription("Lets go, too, what only a ledger knew that was lost or replaced"),
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
      keep,
      pin: run("pin", "Keeps what this run reaches, whatever its age"),
      unpin: run("unpin", "Takes a pin back"),
      withoutHistory,
      artifacts,
      json,
    },
    (given) =>
      Effect.flatMap(placeOf(context, given), (place) => {
        const tell = (garbage: Garbage, options: GcOptions & { readonly checkouts: Checkouts }): void => {
          const deletes = !given.dryRun
          if (given.json)
            print(
              JSON.stringify({
                deletes,
                ...reportOf(garbage, options.keep),
                unreadable: unreadableIn(options),
                checkouts: options.checkouts,
              }),
            )
          else
            for (const line of [
              ...garbageLines(garbage, options, deletes),
              ...checkoutLines(options.checkouts),
            ])
              print(line)
        }
        const decided = Effect.gen(function* () {
          const pins = yield* pinned(yield* History, given, place.artifacts)
          const pinning = yield* expectedLater(() => pinningLocks(place.artifacts, context.root))
          const { locks, unreadable, checkouts } = pinning
          const { keepRuns, withoutHistory } = given
          const keep = Option.getOrUndefined(Option.flatMapNullable(given.keep, bytesOf))
          const options: GcOptions = {
            ...{ locks, unreadable, keepRuns, pins, withoutHistory, keep },
            artifacts: place.artifacts,
          }
          return { ...options, checkouts }
        })
        const found = Effect.gen(function* () {
          const options = yield* decided
          tell(yield* findGarbage(options), options)
        })
        const collected = (before: ReadonlyArray<Item>) =>
          Effect.gen(function* () {
            const options = yield* decided
            const history = yield* History
            if (Option.isSome(given.pin)) history.pin(given.pin.value)
            if (Option.isSome(given.unpin)) history.unpin(given.unpin.value)
            tell(yield* collectGarbage(options, before), options)
            pruneCheckouts(place.artifacts)
          })
        return Effect.gen(function* () {
          if (given.keepRuns < 0)
            return yield* Effect.fail(badUsage(`--keep-runs ${given.keepRuns}: 0 or more`))
          const wrongSize = Option.filter(given.keep, (size) => bytesOf(size) === undefined)
          if (Option.isSome(wrongSize))
            return yield* Effect.fail(badUsage(`--keep ${wrongSize.value}: ${sizeWanted}`))
          // A store is not made for being emptied.
          if ((yield* expected(() => kindOf(place.artifacts))) === "free")
            return yield* Effect.fail(
              badUsage(`there is no store in ${place.artifacts}: name its folder with --artifacts DIR`),
            )
          if (given.dryRun) return yield* Effect.provide(found, readingLayer(place.artifacts))
          const before = yield* firstRoom(place.artifacts, decided)
          yield* Effect.provide(collected(before), artifactLayer(place.artifacts, "free")).pipe(
            Effect.mapError((failure) => stillFull(failure, place.artifacts)),
          )
        })
      }),
  ).pipe(Command.withDescription("Frees what no lock, pin, recent run or running pipeline reaches"))

/** Not that `gc` may help. */
function stillFull(failure: Error, artifacts: string): Error {
  if (!(failure instanceof LedgerError) || !isFull(failure.cause, ledgerPath(artifacts))) return failure
  return new Refusal(
    failure._tag,
    `the disk of ${artifacts} is full, and what can go without the ledger being written is not enough to write it: move something else away from that disk, and say gc again`,
  )
}

/** The pins as they will be; fails for a run that is not known. */
function pinned(
  history: History["Type"],
  given: { readonly pin: Option.Option<string>; readonly unpin: Option.Option<string> },
  artifacts: string,
) {
  const known = new Set(history.runs(undefined, Number.MAX_SAFE_INTEGER).map(({ id }) => id))
  const [pin, unpin] = [Option.toArray(given.pin), Option.toArray(given.unpin)]
  const unknown = [...pin, ...unpin].find((id) => !known.has(id))
  if (unknown !== undefined) return Effect.fail(badUsage(`there is no run ${unknown} in ${artifacts}`))
  return Effect.succeed([...history.pins(), ...pin].filter((id) => !unpin.includes(id)))
}
