// The command line of a task of a program: what its declaration returns for the paths and params of the task, checked. Pure but for
// the author's function.
import { readdirSync } from "node:fs"
import { parse, win32 } from "node:path"
import type { ProgramSource } from "../../code/programs/sources.ts"
import { canonical, type Json } from "../../content/canonical.ts"
import type { ByRole } from "../../content/given.ts"
import { DeclarationError } from "../../declare/declaration-error.ts"
import { decodeParams } from "../../declare/params.ts"
import type { AnyCommand } from "../../declare/programs/command.ts"
import type { Roles } from "../../declare/roles.ts"
import type { Outputs } from "../../declare/run-context.ts"
import type { OutputRecord } from "../../ledger/records.ts"
import type { CommandLine } from "../fingerprint.ts"
import { inputPaths, outputPaths, shownPaths } from "./layout.ts"

/** A task's part in its command. */
export interface Asked {
  readonly label: string
  /** Calls what the author wrote, with whatever stands around it. */
  readonly call: <A>(own: () => A) => A
  readonly definition: {
    // biome-ignore lint/suspicious/noExplicitAny: of any program
    readonly params: any
    readonly inputs: Roles
    readonly outputs: Outputs
    readonly program: AnyCommand
  }
  /** As they are in the key. */
  readonly params: Json
  readonly inputs: ByRole<OutputRecord>
  readonly isOne: Parameters<typeof inputPaths>[1]
  readonly sources: ReadonlyArray<ProgramSource>
}

/**
 * @throws DeclarationError for what is no list of arguments, holds an absolute path, or is another one when asked again, and for what
 *   the author's function throws
 */
export function commandLineOf({
  label,
  call,
  definition,
  params,
  inputs,
  isOne,
  sources,
}: Asked): CommandLine {
  const { program } = definition
  const given = decodeParams(definition.params, params)
  const paths = {
    sources: Object.fromEntries(
      [...(program.sources ?? []), ...sources.map(({ name }) => name)].map((name) => [
        name,
        name.replace(/\/$/, ""),
      ]),
    ),
    inputs: shownPaths(inputPaths(inputs, isOne), definition.inputs),
    outputs: outputPaths(definition.outputs),
  }
  const own = <A>(field: "command" | "threads", ask: () => A): A => {
    try {
      return call(ask)
    } catch (failure) {
      const { message } = failure as Error
      const isRefusal = message.startsWith("the command of ") // which names the program, as its label does
      throw new DeclarationError(`${label}: ${isRefusal ? "" : `its \`${field}\` failed: `}${message}`, {
        cause: failure,
      })
    }
  }
  const asked = (): Json => own("command", () => program.command(paths as never, given) as Json)
  const argv = asked()
  const wrong = wrongArguments(argv)
  if (wrong !== undefined) throw new DeclarationError(`${label}: ${wrong}`)
  if (canonical(argv) !== canonical(asked()))
    throw new DeclarationError(
      `${label}: its \`command\` returned another list when it was called again: it is to depend on paths and params alone`,
    )
  const { threads: declared = 1 } = program
  const threads = typeof declared === "function" ? own("threads", () => declared(given)) : declared
  if (!Number.isSafeInteger(threads) || threads < 1)
    throw new DeclarationError(`${label}: \`threads\` is ${threads}, and it is a whole number, at least 1`)
  return {
    argv: argv as ReadonlyArray<string>,
    threads,
    stdin: program.stdin ?? null,
    stdout: program.stdout ?? null,
  }
}

function wrongArguments(argv: unknown): string | undefined {
  if (typeof argv === "string")
    return `its \`command\` returned a text (${JSON.stringify(argv.slice(0, 60))}): return a list, the program and each argument by itself, as no shell reads it; a script for a shell is a file, see shell()`
  if (!Array.isArray(argv) || argv.length === 0)
    return "its `command` returned no list of the program and its arguments"
  const strange = argv.find((word) => typeof word !== "string")
  if (strange !== undefined || argv.includes(undefined))
    return `its \`command\` returned ${JSON.stringify(strange) ?? "undefined"} among the arguments, which are texts: String(…) makes one of a number`
  if (argv.some((word: string) => word.includes("\0")))
    return "an argument holds a NUL, which no program can be given"
  const absolute = (argv as ReadonlyArray<string>).find(isAbsolutePath)
  return absolute === undefined
    ? undefined
    : `its argument ${JSON.stringify(absolute)} is an absolute path: what lies there is not in the key, and elsewhere it is not there. Wire it as an input (file("…")), declare it among the sources, or take a path that \`command\` is given`
}

/** Also behind `=`. What begins with a slash and with no folder of this machine is a pattern, or an address. */
function isAbsolutePath(word: string): boolean {
  return [word, word.slice(word.indexOf("=") + 1)].some((each) => {
    if (
      /^[A-Za-z]:[\\/]/.test(each) ||
      (process.platform === "win32" && win32.isAbsolute(each) && each.startsWith("\\"))
    )
      return true
    const [, first] = /^\/([^/]+)/.exec(each) ?? []
    return first !== undefined && topFolders().has(first)
  })
}

let known: ReadonlySet<string> | undefined

/** Folders at the root of this machine. */
function topFolders(): ReadonlySet<string> {
  known ??= new Set(process.platform === "win32" ? [] : readdirSync(parse(process.cwd()).root))
  return known
}
