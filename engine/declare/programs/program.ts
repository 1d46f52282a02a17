// Declaring a program: a stage that is a command. It knows neither keys nor processes.
import type { Schema } from "effect"
import { callingModule } from "../calling-module.ts"
import type { Given } from "../given.ts"
import { type Policy, wrongPolicy } from "../policy/policy.ts"
import { wrongVariables } from "../policy/variables.ts"
import type { Roles } from "../roles.ts"
import type { Outputs } from "../run-context.ts"
import { checkName, declared } from "../stage.ts"
import type { Stage } from "../task.ts"
import type { AnyCommand, Command } from "./command.ts"

/** What a program takes and gives, and what it is. Its policy is a default, as a stage's. */
export type ProgramDefinition<P, I extends Roles, O extends Outputs, S extends string> = {
  // biome-ignore lint/suspicious/noExplicitAny: the encoded side is whatever the schema says
  readonly params: Schema.Schema<P, any>
  readonly inputs: I
  readonly outputs: O
  /** One sentence for `list` and pages. */
  readonly doc?: string
  /** Variables that it is given as this process has them, and that are no part of its key: kept nowhere, masked everywhere. */
  readonly secrets?: ReadonlyArray<string>
} & Policy &
  Command<P, I, O, S>

type AnyParams = Schema.Schema.AnyNoContext

/**
 * Declares a program: a stage that is a command, such as Python, R, a script for a shell or a binary. It runs in a folder of its own
 * and an environment that starts empty, and what its results depend on is in its key.
 *
 * @throws TypeError for a name that would not be safe in a label, a policy that is none, and sources that lie elsewhere
 */
/* @__NO_SIDE_EFFECTS__ */
export function program<
  P extends AnyParams,
  const I extends Roles,
  const O extends Outputs,
  const S extends string = never,
>(
  name: string,
  definition: ProgramDefinition<Schema.Schema.Type<P>, I, O, S> & { readonly params: P },
): Stage<Schema.Schema.Type<P>, I, O, Given<P>> {
  return declaredProgram(name, definition, callingModule(program)) as never
}

/** @param module that declares it */
export function declaredProgram(
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: a program of any params, roles and sources
  definition: ProgramDefinition<any, any, any, string>,
  module: string | undefined,
) {
  checkName("program", name)
  const { params, inputs, outputs, doc, secrets, timeout, retries, resources, mutex, ...command } = definition
  const policy = { timeout, retries, resources, mutex }
  const wrong =
    wrongPolicy(policy) ?? wrongCommand(command, inputs, outputs) ?? wrongSecrets(command, secrets)
  if (wrong !== undefined) throw new TypeError(`program "${name}": ${wrong}`)
  const about = {
    ...policy,
    ...(doc === undefined ? {} : { doc }),
    ...(secrets === undefined ? {} : { secrets }),
  }
  return declared(name, undefined, { params, inputs, outputs, ...about, program: command }, module)
}

/** What a program declares of its environment may replace what is the same for all of them, and so is looked at for secrets alone. */
const wrongSecrets = (
  { environment = [] }: AnyCommand,
  secrets: ReadonlyArray<string> = [],
): string | undefined =>
  wrongVariables({ environment: environment.filter((name) => secrets.includes(name)), secrets })

const isList = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((each) => typeof each === "string")

/** Folders of the folder that a program runs in, which are not its own. */
const taken: ReadonlyArray<string> = ["inputs", "outputs"]

function wrongCommand(given: AnyCommand, inputs: Roles, outputs: Outputs): string | undefined {
  const { command, sources = [], version, starts = [], environment = [], stdin, stdout } = given
  if (typeof command !== "function")
    return `its \`command\` is ${typeof command === "string" ? "a text" : "none"}: it is a function that returns the program and its arguments, (paths, params) => ["python", paths.sources["fit.py"], …]`
  for (const [field, value] of Object.entries({ sources, version: version ?? [""], starts, environment }))
    if (!isList(value))
      return `its \`${field}\` is no list of texts${field === "version" ? ', such as ["python", "--version"]' : ""}`
  if (version?.length === 0) return "its `version` names no program"
  for (const source of sources) {
    const wrong = wrongSource(source)
    if (wrong !== undefined) return `its source ${JSON.stringify(source)} ${wrong}`
  }
  if (stdin !== undefined && typeof inputs[stdin] !== "string")
    return `its \`stdin\` is ${JSON.stringify(stdin)}, which is no role that takes one input`
  if (stdout !== undefined && !Object.hasOwn(outputs, stdout))
    return `its \`stdout\` is ${JSON.stringify(stdout)}, which is no output`
  return undefined
}

function wrongSource(source: string): string | undefined {
  if (source.startsWith("/") || /^[A-Za-z]:/.test(source))
    return "is an absolute path: it is relative to the folder of the module that declares the program"
  const parts = source.replace(/\/$/, "").split("/")
  if (source.includes("\\") || parts.some((part) => part === "" || part === "." || part === ".."))
    return "is no plain path with forward slashes that leads down from the folder of the module that declares the program: declare it in a module further up, or move the file"
  if (taken.includes(parts[0]!))
    return `lies in "${parts[0]}", where a program finds its ${parts[0]}: give that folder another name`
  return undefined
}
