// Which end of a metric is the better one, as an experiment declares it: nobody guesses it from a name. In no key. Pure.
import { suggest } from "../suggest.ts"
import { valueText } from "../value-text.ts"
import { isRecord } from "./policy.ts"

export type Direction = "max" | "min"

/** By the name of a metric that is measured by step, `validationLoss` or `train.validationLoss`: its best step counts, as well as its last. */
export type Best = Readonly<Record<string, Direction>>

/** @returns what is wrong, if anything is */
export function wrongBest(best: unknown): string | undefined {
  if (!isRecord(best))
    return `best is ${valueText(best)}: { validationLoss: "min" } is wanted, by the name of a metric`
  const wrong = Object.entries(best).find(([, end]) => end !== "max" && end !== "min")
  if (wrong === undefined) return undefined
  const [metric, end] = wrong
  return `best of "${metric}" is ${valueText(end)}: "max" or "min" is wanted${suggest(String(end), ["max", "min"])}`
}

/** Which end of a stage's metric is declared to be the better one. */
export const declaredEnd = (best: Best, stage: string, metric: string): Direction | undefined =>
  [`${stage}.${metric}`, metric].flatMap((name) => (Object.hasOwn(best, name) ? [best[name]!] : []))[0]
