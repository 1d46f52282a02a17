// The command line: parses, dispatches, and turns whatever goes wrong into one message and an exit code.
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Command from "@effect/cli/Command"
import type * as Usage from "@effect/cli/Usage"
import * as ValidationError from "@effect/cli/ValidationError"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { RunCutOff } from "../session/cut-off.ts"
import { GatesBroken } from "../session/gates.ts"
import { Differs } from "../session/run-lock.ts"
import { commandsOf } from "./commands.ts"
import type { CommandContext } from "./context.ts"
import { badUsage, NotReady, Refusal, refusalOf, TasksFailed } from "./failures.ts"
import { complain, finish, print, printStyled, takeOver } from "./output.ts"
import { growSparingly } from "./process/heap.ts"
import { leave } from "./process/leave.ts"
import { listenForEnd } from "./process/signals.ts"
import { runCommand, runOptions } from "./run.ts"
import { isCommand, usageMessage } from "./usage.ts"

/** Runs the command line of `process.argv` and ends the process with its exit code; never throws. */
export function commandLine(context: CommandContext): void {
  takeOver(isJson())
  const main = Command.make("refold", runOptions, runCommand(context)).pipe(
    Command.withDescription(
      "Runs a declared experiment as a cached graph of content-hashed tasks. Beside the commands below: setup-native builds native kernels, which give the same bits (setup-native --help)",
    ),
  )
  const commands = commandsOf(context)
  const here = <A, E, R>(handler: Effect.Effect<A, E, R>) => Effect.zipRight(inProject(context.root), handler)
  const usages = new Map(commands.map(named))
  const [, , ...args] = process.argv
  const isHelp = args.some((arg) => helping.has(arg))
  const about = { name: "refold", version: context.version }
  const parse =
    isHelp || isCommand(args, Command.getUsage(main), usages)
      ? Command.run(main.pipe(Command.withSubcommands(commands), Command.transformHandler(here)), about)
      : Command.run(main.pipe(Command.transformHandler(here)), about)
  const parsed = parse(process.argv).pipe(Effect.provide(NodeContext.layer), Effect.withConsole(quietConsole))
  growSparingly()
  const fiber = Effect.runFork(parsed)
  const signals = listenForEnd(
    () => fiber.unsafeInterruptAsFork(fiber.id()),
    () => leave(interrupted),
  )
  fiber.addObserver((exit) => {
    signals.over()
    const usage: Explained = (failure) => usageMessage(args, Command.getUsage(main), usages, failure)
    // What still stands open, such as a process that a stage left, must not keep what has ended from ending.
    void finish(report(exit, usage, signals.wasAsked())).then(leave)
  })
}

/** Fails where there is no project: before anything is made there. */
const inProject = (root: string) =>
  existsSync(join(root, "package.json"))
    ? Effect.void
    : Effect.fail(
        new Refusal(
          "NoProject",
          `there is no project here: neither ${root} nor a folder above it has a package.json; change into your project's folder, or make one with npm init -y`,
        ),
      )

// Commands of different options have no common type; what is read of them does not depend on it.
const named = (command: unknown): readonly [string, Usage.Usage] => [
  [...Command.getNames(command as never)][0]!,
  Command.getUsage(command as never),
]

/** Options that the parser itself answers, for commands too. */
const helping: ReadonlySet<string> = new Set(["--help", "-h", "--version", "--wizard", "--completions"])

const isJson = (): boolean => process.argv.includes("--json")

const interrupted = 130

type Explained = (failure: ValidationError.ValidationError) => string

/** @returns the exit code: 0 done, 1 a task failed, 2 bad usage or declaration, 3 a difference, 4 a gate broken, 130 interrupted */
function report(exit: Exit.Exit<unknown, unknown>, usage: Explained, wasAsked: boolean): number {
  if (Exit.isSuccess(exit)) return 0
  if (Cause.isInterruptedOnly(exit.cause) || (wasAsked && Cause.isInterrupted(exit.cause))) {
    complain("interrupted; what had finished is kept, and the next run goes on from there")
    return interrupted
  }
  const failure = Cause.squash(exit.cause)
  if (failure instanceof TasksFailed || failure instanceof NotReady) return 1
  if (failure instanceof Differs) return 3
  if (failure instanceof GatesBroken) return 4
  const refusal = ValidationError.isValidationError(failure) ? badUsage(usage(failure)) : refusalOf(failure)
  const { tag, message, origin } = refusal
  if (isJson()) print(JSON.stringify({ event: "refused", error: { tag, message } }))
  complain(message)
  if (process.argv.includes("--verbose") && origin !== undefined) complain(origin)
  return failure instanceof RunCutOff ? 1 : 2
}

/** The parser prints help with escape codes even into a pipe, and usage errors that `report` prints again. */
const quietConsole: Console.Console = (() => {
  const log = (...args: ReadonlyArray<unknown>) => Effect.sync(() => printStyled(args.join(" ").trimEnd()))
  const base = Effect.runSync(Console.consoleWith(Effect.succeed))
  return { ...base, log, error: () => Effect.void }
})()
