// What programs run in and variables hold, where it is not at hand: as the lock says, so that their keys can be checked but for that. Pure but for what
// it is handed.
import { EnvironmentMissing } from "../code/programs/missing.ts"
import type { ProgramCode, Startable } from "../code/programs/program-code.ts"
import type { StageCode } from "../code/stage-code.ts"
import type { Json } from "../content/canonical.ts"
import { type Variable, variableHere } from "../key/environment.ts"
import type { Resolution } from "../key/resolve.ts"
import type { LockedStage } from "./lines.ts"
import type { Lock } from "./lock-file.ts"

/** Codes whose programs take their environment from the lock where it is missing, or is one of another platform. */
export const lockedWhereMissing = (
  { stages }: Lock,
  codes: ReadonlyMap<string, StageCode>,
): ReadonlyMap<string, StageCode> =>
  new Map(
    [...codes].map(([name, code]) => {
      const stage = Object.hasOwn(stages, name) ? stages[name] : undefined
      const isOne = code.program !== undefined && stage?.keyFormat?.startsWith("program-key/")
      return [name, isOne ? { ...code, program: new LockedProgram(code.program!, stage!) } : code]
    }),
  )

class LockedProgram implements ProgramCode {
  readonly sources: ProgramCode["sources"]
  /** Why its environment was taken from the lock. */
  unchecked: string | undefined
  readonly #own: ProgramCode
  readonly #stage: LockedStage

  constructor(own: ProgramCode, stage: LockedStage) {
    this.sources = own.sources
    this.#own = own
    this.#stage = stage
  }

  readonly startable = (name: string, threads: number): Startable => {
    try {
      const found = this.#own.startable(name, threads)
      const [here, there] = [found.identity, this.#stage.numerics].map(platformOf)
      if (here === there) return this.#withVariables(found)
      this.unchecked = `this is ${here}, and the lock was made on ${there}`
    } catch (failure) {
      if (!(failure instanceof EnvironmentMissing)) throw failure
      this.unchecked = failure.message
    }
    const { numerics: identity, packages } = this.#stage
    return {
      path: "",
      environment: {},
      identity,
      packages: packages as Startable["packages"],
      executables: [],
      installed: [],
    }
  }

  /** A variable that is not set here is what it was. */
  #withVariables(found: Startable): Startable {
    const [here, there] = [found.identity, this.#stage.numerics].map(
      (identity) => (fieldOf(identity, "variables") ?? {}) as Readonly<Record<string, Json>>,
    ) as [Readonly<Record<string, Json>>, Readonly<Record<string, Json>>]
    const unset = Object.keys(here).filter((name) => here[name] === null && (there[name] ?? null) !== null)
    if (unset.length === 0) return found
    this.unchecked = `${unset.join(", ")} ${unset.length === 1 ? "is" : "are"} not set here`
    const variables = { ...here, ...Object.fromEntries(unset.map((name) => [name, there[name]!])) }
    return { ...found, identity: { ...(found.identity as Readonly<Record<string, Json>>), variables } }
  }
}

const fieldOf = (identity: Json, name: string): Json | undefined =>
  (identity as Readonly<Record<string, Json>> | null)?.[name]

const platformOf = (identity: Json): string => String(fieldOf(identity, "platform"))

/**
 * What variables hold that stages declare: here, or where one is not set here, as the lock says, so that the keys of others can be
 * checked, and their tasks computed again.
 */
export const lockedWhereUnset = ({ stages }: Lock): Variable => {
  const locked = new Map(Object.values(stages).flatMap(({ environment = {} }) => Object.entries(environment)))
  return (name) => variableHere(name) ?? locked.get(name) ?? null
}

/** Why variables that a task's stage declares were not checked; undefined where they were. */
export function uncheckedVariables({ fingerprint: { environment = {} } }: Resolution): string | undefined {
  const unset = Object.keys(environment).filter(
    (name) => environment[name] !== null && variableHere(name) === null,
  )
  return unset.length === 0
    ? undefined
    : `${unset.join(", ")} ${unset.length === 1 ? "is" : "are"} not set here`
}

/** Why the environment of a task's program was not checked; undefined where it was. */
export const uncheckedEnvironment = ({ code: { program } }: Resolution): string | undefined =>
  program instanceof LockedProgram ? program.unchecked : undefined

/** Whether a task is of a program of which nothing says what is installed for it. */
export const isEnvironmentUnknown = ({ fingerprint: { command, numerics } }: Resolution): boolean =>
  command !== undefined && fieldOf(numerics, "environment") === "unknown"
