// The command line: parses, dispatches, and turns whatever goes wrong into one message and an exit code.
import * as Command from "@effect/cli/Command"
import type * as Usage from "@effect/cli/Usage"
import * as ValidationError from "@effect/cli/ValidationError"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { Differs } from "../session/run-lock.ts"
import { commandsOf } from "./commands.ts"
import type { CommandContext } from "./context.ts"
import { badUsage, NotReady, refusalOf, TasksFailed } from "./failures.ts"
import { plain } from "./output.ts"
import { runCommand, runOptions } from "./run.ts"
import { usageMessage } from "./usage.ts"

/** Runs the command line of `process.argv` and sets the exit code; never throws. */
export function commandLine(context: CommandContext): void {
  process.stdout.on("error", () => process.exit(0)) // `| head` is no failure
  const main = Command.make("pipeline", runOptions, runCommand(context)).pipe(
    Command.withDescription("Runs a declared experiment as a cached graph of content-hashed tasks"),
  )
  const commands = commandsOf(context)
  const parse = Command.run(main.pipe(Command.withSubcommands(commands)), {
    name: "refold",
    version: context.version,
  })
  const parsed = parse(process.argv).pipe(Effect.provide(NodeContext.layer), Effect.withConsole(quietConsole))
  const fiber = Effect.runFork(parsed)
  const interrupt = (): void => fiber.unsafeInterruptAsFork(fiber.id())
  process.once("SIGINT", interrupt)
  process.once("SIGTERM", interrupt)
  fiber.addObserver((exit) => {
    process.exitCode = report(exit, (failure) =>
      usageMessage(process.argv.slice(2), Command.getUsage(main), new Map(commands.map(named)), failure),
    )
    process.removeListener("SIGINT", interrupt)
    process.removeListener("SIGTERM", interrupt)
  })
}

// Commands of different options have no common type; what is read of them does not depend on it.
const named = (command: unknown): readonly [string, Usage.Usage] => [
  [...Command.getNames(command as never)][0]!,
  Command.getUsage(command as never),
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
  const refusal = ValidationError.isValidationError(failure) ? badUsage(usage(failure)) : refusalOf(failure)
  const { tag, message, origin } = refusal
  if (isJson()) process.stdout.write(`${JSON.stringify({ event: "refused", error: { tag, message } })}\n`)
  process.stderr.write(`${message}\n`)
  if (process.argv.includes("--verbose") && origin !== undefined) process.stderr.write(`${origin}\n`)
  return 2
}

/** The parser prints help with escape codes even into a pipe, and usage errors that `report` prints again. */
const quietConsole: Console.Console = (() => {
  const log = (...args: ReadonlyArray<unknown>) =>
    Effect.sync(() => {
      const text = args.join(" ").trimEnd()
      const isColored = process.stdout.isTTY && process.env.NO_COLOR === undefined
      process.stdout.write(`${isColored ? text : plain(text)}\n`)
    })
  const base = Effect.runSync(Console.consoleWith(Effect.succeed))
  return { ...base, log, error: () => Effect.void }
})()
