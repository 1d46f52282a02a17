// Limits: what tasks may take together. Of groups of stages, how many of their tasks run at once and start in a minute. Pure.
import { suggest } from "../suggest.ts"
import { valueText } from "../value-text.ts"
import { isRecord } from "./policy.ts"
import { bytesOf, type Size, sizeWanted } from "./size.ts"

/** What bounds the tasks of a group of stages together. */
export interface Limit {
  /** The names of the stages. */
  readonly stages: ReadonlyArray<string>
  /** How many of their tasks run at once. */
  readonly atOnce?: number | undefined
  /** How many attempts at their tasks start in any minute. */
  readonly perMinute?: number | undefined
}

/** Groups under names of one's own, and what the memory of all tasks may come to. */
export interface Limits {
  /** Of all tasks that run at once, as far as they declare it. Default: what the machine has. */
  readonly memory?: Size | undefined
  readonly [group: string]: Limit | Size | undefined
}

/** The groups alone. */
export const groupsOf = (limits: Limits): ReadonlyArray<readonly [string, Limit]> =>
  Object.entries(limits).filter((entry): entry is [string, Limit] => typeof entry[1] === "object")

const known: ReadonlyArray<keyof Limit> = ["stages", "atOnce", "perMinute"]

/** @returns what is wrong with limits, if anything is */
export function wrongLimits(limits: unknown): string | undefined {
  if (!isRecord(limits)) return `limits is ${valueText(limits)}: limits by name are wanted`
  for (const [name, limit] of Object.entries(limits)) {
    const wrong = name === "memory" ? wrongMemory(limit) : wrongLimit(name, limit)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function wrongMemory(memory: unknown): string | undefined {
  const isSize = typeof memory === "string" && (bytesOf(memory) ?? 0) > 0
  return memory === undefined || isSize ? undefined : `limits.memory is ${valueText(memory)}: ${sizeWanted}`
}

function wrongLimit(name: string, limit: unknown): string | undefined {
  const at = `limits.${name}`
  if (limit === undefined) return undefined
  if (!isRecord(limit))
    return `${at} is ${valueText(limit)}: { stages, atOnce, perMinute } is wanted, and a size of memory alone${typeof limit === "string" ? '; did you mean "limits.memory"?' : ""}`
  const unknown = Object.keys(limit).find((field) => !known.includes(field as keyof Limit))
  if (unknown !== undefined) return `${at} has no "${unknown}"${suggest(unknown, known)}`
  const { stages, atOnce, perMinute } = limit
  if (!Array.isArray(stages) || stages.length === 0 || stages.some((stage) => typeof stage !== "string"))
    return `${at}.stages is ${valueText(stages)}: a list of names of stages is wanted`
  const wrong = Object.entries({ atOnce, perMinute }).find(([, bound]) => !isBound(bound))
  if (wrong !== undefined)
    return `${at}.${wrong[0]} is ${valueText(wrong[1])}: a whole number from 1 is wanted`
  return atOnce === undefined && perMinute === undefined
    ? `${at} bounds nothing: atOnce or perMinute is wanted`
    : undefined
}

const isBound = (value: unknown): boolean =>
  value === undefined || (Number.isSafeInteger(value) && (value as number) >= 1)
