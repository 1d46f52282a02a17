// The command line: parses, dispatches, and turns whatever goes wrong into one message and an exit code.
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import type * as HelpDoc from "@effect/cli/HelpDoc"
import * as ValidationError from "@effect/cli/ValidationError"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { Differs } from "../session/run-lock.ts"
import { doctorCommand } from "./doctor.ts"
import { NotReady, Refusal, refusalOf, TasksFailed } from "./failure.ts"
import { gcCommand } from "./gc.ts"
import { listCommand } from "./list.ts"
import { logsCommand } from "./logs.ts"
import type { Surroundings } from "./place.ts"
import { runCommand, runOptions } from "./run.ts"
import { runsCommand } from "./runs.ts"
import { showCommand } from "./show.ts"
import { statusCommand } from "./status.ts"
import { plain, usageMessage } from "./usage.ts"
import { verifyCommand } from "./verify.ts"
import { whyCommand } from "./why.ts"

/** Runs the command line of `process.argv` and sets the exit code; never throws. */
export function commandLine(around: Surroundings): void {
  process.stdout.on("error", () => process.exit(0)) // `| head` is no failure
  const main = Command.make("pipeline", runOptions, runCommand(around)).pipe(
    Command.withDescription("Runs a declared experiment as a cached graph of content-hashed tasks"),
  )
  const subcommands = [
    listCommand(around),
    whyCommand(around),
    statusCommand(around),
    showCommand(around),
    verifyCommand(around),
    logsCommand(around),
    runsCommand(around),
    gcCommand(around),
    doctorCommand(around),
  ] as const
  const command = main.pipe(Command.withSubcommands(subcommands))
  const parse = Command.run(command, { name: "refold", version: around.version })
  const program = parse(process.argv).pipe(
    Effect.provide(NodeContext.layer),
    Effect.withConsole(quietConsole),
  )
  const fiber = Effect.runFork(program)
  const interrupt = (): void => fiber.unsafeInterruptAsFork(fiber.id())
  process.once("SIGINT", interrupt)
  process.once("SIGTERM", interrupt)
  fiber.addObserver((exit) => {
    process.exitCode = report(exit, (failure) =>
      usageMessage(process.argv.slice(2), helpOf(main), new Map(subcommands.map(named)), failure),
    )
    process.removeListener("SIGINT", interrupt)
    process.removeListener("SIGTERM", interrupt)
  })
}

// Commands of different options have no common type; what is read of them does not depend on it.
const helpOf = (command: unknown): HelpDoc.HelpDoc =>
  Command.getHelp(command as never, CliConfig.defaultConfig)
const named = (command: unknown): readonly [string, HelpDoc.HelpDoc] => [
  [...Command.getNames(command as never)][0]!,
  helpOf(command),
]

const isJson = (): boolean => process.argv.includes("--json")

/** @returns the exit code: 0 done, 1 a task failed, 2 bad usage or declaration, 3 a difference, 130 interrupted */
function report(
  exit: Exit.Exit<unknown, unknown>,
  usage: (failure: ValidationError.ValidationError) => string,
): number {
  if (Exit.isSuccess(exit)) return 0
  if (Cause.isInterruptedOnly(exit.cause)) {
    process.stderr.write("interrupted; what had finished is kept, and the next run goes on from there\n")
    return 130
  }
  const failure = Cause.squash(exit.cause)
  if (failure instanceof TasksFailed || failure instanceof NotReady) return 1
  if (failure instanceof Differs) return 3
  const refusal = ValidationError.isValidationError(failure)
    ? new Refusal({ tag: "Usage", message: usage(failure) })
    : refusalOf(failure)
  if (isJson()) {
    process.stdout.write(
      `${JSON.stringify({ event: "refused", error: { tag: refusal.tag, message: refusal.message } })}\n`,
    )
  }
  process.stderr.write(`${refusal.message}\n`)
  if (process.argv.includes("--verbose") && refusal.stack_ !== undefined)
    process.stderr.write(`${refusal.stack_}\n`)
  return 2
}

/** The parser prints help with escape codes even into a pipe, and usage errors that `report` prints again. */
const quietConsole: Console.Console = (() => {
  const silent = Effect.void
  const log = (...args: ReadonlyArray<unknown>) =>
    Effect.sync(() => {
      const text = args.join(" ").trimEnd()
      const isColored = process.stdout.isTTY && process.env.NO_COLOR === undefined
      process.stdout.write(`${isColored ? text : plain(text)}\n`)
    })
  const base = Effect.runSync(Console.consoleWith(Effect.succeed))
  return { ...base, log, error: () => silent }
})()
