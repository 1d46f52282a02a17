// Policy: how the tasks of a stage are run, and never what they compute; it is in no key. Pure; it runs nothing.
import { suggest } from "../suggest.ts"
import { valueText } from "../value-text.ts"
import { bytesOf, type Size, sizeWanted } from "./size.ts"

/** How tasks are run. Said of a stage by itself, of an experiment, of a project, or on the command line. */
export interface Policy {
  /** Seconds after which an attempt is stopped and fails. Default none; `Infinity` takes away what was set elsewhere. */
  readonly timeout?: number | undefined
  /** Further tries after a failure of the stage itself; a lost worker is always tried once more. Default 0. */
  readonly retries?: number | undefined
  /** What a task takes of the machine: it starts when so much is free. */
  readonly resources?: Resources | undefined
  /**
   * Tasks of one mutex, such as `"gpu"`, never run at once, whatever their stages: nor do those of other pipelines on the same store
   * and machine. An empty name takes away what was set elsewhere.
   */
  readonly mutex?: string | undefined
}

export interface Resources {
  /** Of those that `--jobs` gives the run. Default 1, and idle ones where it can use several; what is said is just what it has. */
  readonly cores?: number | undefined
  /** Of what the machine has, or of `limits.memory` of the configuration. Default none. */
  readonly memory?: Size | undefined
}

/** By the name of a stage. */
export type Policies = Readonly<Record<string, Policy>>

/** The policy of one task, with nothing left open. */
export interface TaskPolicy {
  /** `Infinity`: no limit. */
  readonly timeout: number
  readonly retries: number
  /** Undefined: none is said. */
  readonly cores: number | undefined
  /** Bytes. */
  readonly memory: number
  readonly mutex: string | undefined
}

/**
 * What holds for the tasks of a stage, field by field: the first of `given` that says something, else what the stage says
 * of itself.
 *
 * @param given what counts most comes first
 */
export function policyOf(
  { stageName, definition }: { readonly stageName: string; readonly definition: Policy },
  given: ReadonlyArray<Policies>,
): TaskPolicy {
  const said: ReadonlyArray<Policy> = [
    ...given.flatMap((policies) => (Object.hasOwn(policies, stageName) ? [policies[stageName]!] : [])),
    definition,
  ]
  const first = <A>(field: (policy: Policy) => A | undefined): A | undefined => {
    for (const policy of said) {
      const value = field(policy)
      if (value !== undefined) return value
    }
    return undefined
  }
  const memory = first(({ resources }) => resources?.memory)
  return {
    timeout: first(({ timeout }) => timeout) ?? Number.POSITIVE_INFINITY,
    retries: first(({ retries }) => retries) ?? 0,
    cores: first(({ resources }) => resources?.cores),
    memory: memory === undefined ? 0 : bytesOf(memory)!,
    mutex: first(({ mutex }) => mutex) || undefined,
  }
}

interface Field {
  readonly wanted: string
  readonly takes: (value: unknown) => boolean
  /** Whether it is written as it stands, where another is a number. */
  readonly isText?: boolean
}

/** What each takes, by its path. */
const fields: Readonly<Record<string, Field>> = {
  timeout: {
    wanted: "a number of seconds above 0, or Infinity for no limit, is wanted",
    takes: (value) => typeof value === "number" && value > 0,
  },
  retries: {
    wanted: "a whole number from 0 is wanted",
    takes: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  },
  "resources.cores": {
    wanted: "a whole number from 1 is wanted",
    takes: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  },
  "resources.memory": {
    wanted: sizeWanted,
    takes: (value) => typeof value === "string" && bytesOf(value) !== undefined,
    isText: true,
  },
  mutex: {
    wanted:
      "a name of lower-case letters, digits and hyphens, a letter first, is wanted, or an empty one for none",
    takes: (value) => typeof value === "string" && /^([a-z][a-z0-9-]*)?$/.test(value),
    isText: true,
  },
}

/** Whether a policy has a field of this name, itself or with others in it. */
export const isPolicyField = (name: string): boolean =>
  Object.keys(fields).some((path) => path.split(".")[0] === name)

/** Whether a field is a text, and no number. */
export const isTextField = (path: string): boolean =>
  Object.hasOwn(fields, path) && fields[path]!.isText === true

/**
 * @param path of the field, such as `resources.memory`
 * @returns what is wrong with one field of a policy and what to do about it, if anything is
 */
export function wrongField(path: string, value: unknown): string | undefined {
  const field = Object.hasOwn(fields, path) ? fields[path]! : undefined
  if (field === undefined) return `a policy has no "${path}"${suggested(path)}`
  return value === undefined || field.takes(value)
    ? undefined
    : `${path} is ${valueText(value)}: ${field.wanted}`
}

/** One that was named without what it lies in is meant before any that is spelt alike. */
function suggested(wrong: string): string {
  const known = Object.keys(fields)
  const inner = known.find((path) => path.endsWith(`.${wrong}`))
  return inner === undefined ? suggest(wrong, known) : `; did you mean "${inner}"?`
}

/** @returns what is wrong with one policy, if anything is */
export function wrongPolicy(policy: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(policy)) {
    const wrong = name === "resources" ? wrongResources(value) : wrongField(name, value)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function wrongResources(resources: unknown): string | undefined {
  if (resources === undefined) return undefined
  if (!isRecord(resources)) return `resources is ${valueText(resources)}: { cores, memory } is wanted`
  for (const [name, value] of Object.entries(resources)) {
    const wrong = wrongField(`resources.${name}`, value)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** @returns what is wrong with policies by stage, if anything is */
export function wrongPolicies(policies: unknown): string | undefined {
  if (!isRecord(policies))
    return `policy is ${valueText(policies)}: policies by the name of a stage are wanted`
  for (const [stage, policy] of Object.entries(policies)) {
    if (!isRecord(policy))
      return `policy of "${stage}" is ${valueText(policy)}: { timeout, retries, resources, mutex } is wanted`
    const wrong = wrongPolicy(policy)
    if (wrong !== undefined) return `policy of "${stage}": ${wrong}`
  }
  return undefined
}

/** @returns that a policy names a stage that is none of `stages`, if it does */
export function wrongStage(policies: Policies, stages: ReadonlyArray<string>): string | undefined {
  const unknown = Object.keys(policies).find((name) => !stages.includes(name))
  return unknown === undefined ? undefined : `there is no stage "${unknown}"${suggest(unknown, stages)}`
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
