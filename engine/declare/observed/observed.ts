// Whether what a stage gives is observed and not computed, and how long an observation stays good: for a time, or for as long as a
// probe gives the same. Pure; it probes nothing.
import { valueText } from "../value-text.ts"

/** How long an observation is good, such as `"7d"`, counted from when it was made: `s`, `m`, `h`, `d` or `w`. */
export type Age = `${number}${"s" | "m" | "h" | "d" | "w"}`

const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const

/** @returns the seconds of an age; undefined for what is none */
export function secondsOf(age: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(age) ?? []
  return amount === undefined ? undefined : Number(amount) * seconds[unit as keyof typeof seconds]
}

/** What of a stage's definition says that it observes. */
interface Observing {
  /** Of a command what it promises of its outputs. */
  readonly program?: { readonly deterministic?: boolean | undefined } | undefined
  readonly observed?: boolean | undefined
  readonly fresh?: unknown
}

/**
 * Whether what a stage gives are observations: its key then has a dated list of answers, none of which is an alarm, and what follows
 * is exact given the one that counts.
 */
export const isObserved = ({ definition }: { readonly definition: Observing }): boolean =>
  definition.observed === true ||
  definition.fresh !== undefined ||
  (definition.program !== undefined && definition.program.deterministic !== true)

/** How long an observation is good. */
export interface Freshness {
  /** As it is declared; undefined of a probe that each run asks. */
  readonly age: Age | undefined
  /** 0 of a probe that each run asks. */
  readonly seconds: number
  /** Whether a probe says, once they have passed, if it is good for as long again. */
  readonly isProbed: boolean
}

/** @returns undefined where an observation is good for ever */
export function freshnessOf({ definition }: { readonly definition: Observing }): Freshness | undefined {
  const { fresh } = definition
  if (fresh === undefined) return undefined
  const age = (isProbe(fresh) ? fresh.every : fresh) as Age | undefined
  return { age, seconds: age === undefined ? 0 : (secondsOf(age) ?? 0), isProbed: isProbe(fresh) }
}

const isProbe = (fresh: unknown): fresh is { readonly probe: unknown; readonly every?: unknown } =>
  typeof fresh === "object" && fresh !== null && "probe" in fresh

const isAge = (age: unknown): boolean => typeof age === "string" && (secondsOf(age) ?? 0) > 0

/** @param mayProbe whether the stage is a recorded one. @returns what is wrong with `fresh`, if anything is */
export function wrongFresh(fresh: unknown, mayProbe: boolean): string | undefined {
  if (fresh === undefined || isAge(fresh)) return undefined
  if (!isProbe(fresh))
    return `fresh is ${valueText(fresh)}: an age such as "7d", "12h" or "30m" is wanted${mayProbe ? ", or { probe, every }" : ""}`
  if (!mayProbe)
    return "fresh has a probe, whose code would be a part of the stage's, and so of every key: let a recorded stage of its own give what the probe would, and take that as an input"
  if (typeof fresh.probe !== "function")
    return `the probe of fresh is ${valueText(fresh.probe)}: a function of the request is wanted`
  return fresh.every === undefined || isAge(fresh.every)
    ? undefined
    : `every of fresh is ${valueText(fresh.every)}: an age such as "7d", "12h" or "30m" is wanted`
}
