// Policy: how the tasks of a stage are run, and never what they compute; it is in no key. Pure; it runs nothing.
import { suggest } from "./suggest.ts"
import { valueText } from "./value-text.ts"

/** How tasks are run. Said of a stage by itself, of an experiment, of a project, or on the command line. */
export interface Policy {
  /** Seconds after which an attempt is stopped and fails. Default none; `Infinity` takes away what was set elsewhere. */
  readonly timeout?: number | undefined
  /** Further tries after a failure of the stage itself; a lost worker is always tried once more. Default 0. */
  readonly retries?: number | undefined
}

/** By the name of a stage. */
export type Policies = Readonly<Record<string, Policy>>

/** The policy of one task, with nothing left open. */
export interface TaskPolicy {
  /** `Infinity`: no limit. */
  readonly timeout: number
  readonly retries: number
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
  const first = (field: keyof Policy): number | undefined =>
    said.find((policy) => policy[field] !== undefined)?.[field]
  return { timeout: first("timeout") ?? Number.POSITIVE_INFINITY, retries: first("retries") ?? 0 }
}

/** What a field takes. */
const fields: Readonly<
  Record<keyof Policy, { readonly wanted: string; readonly takes: (value: unknown) => boolean }>
> = {
  timeout: {
    wanted: "a number of seconds above 0, or Infinity for no limit,",
    takes: (value) => typeof value === "number" && value > 0,
  },
  retries: {
    wanted: "a whole number from 0",
    takes: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  },
}

/** @returns what is wrong with one field of a policy and what to do about it, if anything is */
export function wrongField(name: string, value: unknown): string | undefined {
  if (!Object.hasOwn(fields, name)) return `a policy has no "${name}"${suggest(name, Object.keys(fields))}`
  const { wanted, takes } = fields[name as keyof Policy]
  return value === undefined || takes(value)
    ? undefined
    : `${name} is ${valueText(value)}: ${wanted} is wanted`
}

/** @returns what is wrong with policies by stage, if anything is */
export function wrongPolicies(policies: unknown): string | undefined {
  if (!isRecord(policies))
    return `policy is ${valueText(policies)}: policies by the name of a stage are wanted`
  for (const [stage, policy] of Object.entries(policies)) {
    if (!isRecord(policy))
      return `policy of "${stage}" is ${valueText(policy)}: { timeout, retries } is wanted`
    for (const [name, value] of Object.entries(policy)) {
      const wrong = wrongField(name, value)
      if (wrong !== undefined) return `policy of "${stage}": ${wrong}`
    }
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
