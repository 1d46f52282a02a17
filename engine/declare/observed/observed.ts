// Whether what a stage gives is observed and not computed, and how long an observation stays good. Pure.
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

/** The seconds for which an observation of a stage is good; undefined where it is for ever, or a probe says. */
export const freshFor = ({ definition }: { readonly definition: Observing }): number | undefined =>
  typeof definition.fresh === "string" ? secondsOf(definition.fresh) : undefined

/** @returns what is wrong with `fresh`, if anything is */
export const wrongFresh = (fresh: unknown): string | undefined =>
  fresh === undefined || (typeof fresh === "string" && (secondsOf(fresh) ?? 0) > 0)
    ? undefined
    : `fresh is ${valueText(fresh)}: an age such as "7d", "12h" or "30m" is wanted`
