// Scripts, which are most programs: one of Python, of R or of a shell, declared by its file. Built on `program` alone.
import type { Schema } from "effect"
import { callingModule } from "../calling-module.ts"
import type { Given } from "../given.ts"
import type { Roles } from "../roles.ts"
import type { Outputs } from "../run-context.ts"
import type { Stage } from "../task.ts"
import type { Command, Paths } from "./command.ts"
import { renv, venv } from "./installed.ts"
import { declaredProgram, type ProgramDefinition } from "./program.ts"

type AnyParams = Schema.Schema.AnyNoContext

/** A program but for its command: what runs it, its version and what is installed follow from the sort of script. */
export type Script<P, I extends Roles, O extends Outputs, S extends string> = Omit<
  ProgramDefinition<P, I, O, S>,
  "command" | "version" | "installed"
> &
  Partial<Pick<Command<P, I, O, S>, "installed">> & {
    /** The script, beside the module that declares it. */
    readonly script: string
    /**
     * What stands behind the script. Default: an option for each input, output and param, in the order of their names, such as
     * `--depth 3 --rows inputs/rows.csv --scores outputs/scores.json`; a param that is a list is given as several words, and one
     * that is an object as JSON.
     */
    readonly arguments?: (paths: Paths<I, O, S>, params: P) => ReadonlyArray<string>
  }

type Declared<P extends AnyParams, I extends Roles, O extends Outputs> = Stage<
  Schema.Schema.Type<P>,
  I,
  O,
  Given<P>
>

/**
 * Declares a script of Python.
 *
 * @throws TypeError like `program`
 */
/* @__NO_SIDE_EFFECTS__ */
export function python<
  P extends AnyParams,
  const I extends Roles,
  const O extends Outputs,
  const S extends string = never,
>(
  name: string,
  definition: Script<Schema.Schema.Type<P>, I, O, S> & {
    readonly params: P
    /** The folder of a virtual environment, from the project's root. */
    readonly venv?: string
  },
): Declared<P, I, O> {
  const { venv: folder, ...script } = definition
  const interpreter = folder !== undefined || process.platform === "win32" ? "python" : "python3"
  const installed = folder === undefined ? {} : { installed: venv(folder) }
  return scripted(
    name,
    { ...installed, ...script },
    [interpreter],
    [interpreter, "--version"],
    callingModule(python),
  ) as never
}

/**
 * Declares a script of R, which neither profile nor saved workspace reaches.
 *
 * @throws TypeError like `program`
 */
/* @__NO_SIDE_EFFECTS__ */
export function rscript<
  P extends AnyParams,
  const I extends Roles,
  const O extends Outputs,
  const S extends string = never,
>(
  name: string,
  definition: Script<Schema.Schema.Type<P>, I, O, S> & {
    readonly params: P
    /** The folder of a project that renv has installed packages for, from the project's root. */
    readonly renv?: string
  },
): Declared<P, I, O> {
  const { renv: folder, ...script } = definition
  const installed = folder === undefined ? {} : { installed: renv(folder) }
  const command = ["Rscript", "--vanilla"]
  return scripted(
    name,
    { ...installed, ...script },
    command,
    ["Rscript", "--version"],
    callingModule(rscript),
  ) as never
}

/**
 * Declares a script of a shell: a file, as a text would be read by whatever shell there is. What it starts besides is named by `starts`.
 *
 * @throws TypeError like `program`
 */
/* @__NO_SIDE_EFFECTS__ */
export function shell<
  P extends AnyParams,
  const I extends Roles,
  const O extends Outputs,
  const S extends string = never,
>(
  name: string,
  definition: Script<Schema.Schema.Type<P>, I, O, S> & {
    readonly params: P
    /** Default `sh`. */
    readonly shell?: string
  },
): Declared<P, I, O> {
  const { shell: interpreter = "sh", ...script } = definition
  return scripted(name, script, [interpreter], undefined, callingModule(shell)) as never
}

// biome-ignore lint/suspicious/noExplicitAny: of any params and roles
type AnyScript = Script<any, any, any, string>

function scripted(
  name: string,
  { script, arguments: given = options, sources = [], ...definition }: AnyScript,
  command: ReadonlyArray<string>,
  version: ReadonlyArray<string> | undefined,
  module: string | undefined,
) {
  return declaredProgram(
    name,
    {
      ...definition,
      ...(version === undefined ? {} : { version }),
      sources: [...new Set([script, ...sources])],
      command: (paths, params) => [...command, script, ...given(paths as never, params)],
    },
    module,
  )
}

/** Each path and param as an option, by name. */
function options({ inputs, outputs }: Paths<Roles, Outputs, string>, params: unknown): ReadonlyArray<string> {
  const all: Readonly<Record<string, unknown>> = { ...(params as object), ...inputs, ...outputs }
  return Object.keys(all)
    .sort()
    .flatMap((name) => (all[name] === undefined ? [] : [`--${name}`, ...wordsOf(all[name])]))
}

const wordsOf = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.map(wordOf) : [wordOf(value)]

const wordOf = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value)
