// Gates: bounds that an experiment's headline metrics must keep. They decide how a run ends, and are in no key. Pure.

import { suggest } from "../suggest.ts"
import { valueText } from "../value-text.ts"
import { isRecord } from "./policy.ts"

/** Bounds of one metric; all that are given must hold. */
export interface Gate {
  /** The least that it may be. */
  readonly min?: number
  /** The most. */
  readonly max?: number
  /** A git ref, such as `main`: `atLeast` and `atMost` bound by how much the metric differs from that in the ref's lock file. */
  readonly against?: string
  /** The least that this run's may be above the ref's: `-0.005` lets it fall by as much. */
  readonly atLeast?: number
  /** The most that it may be above it. */
  readonly atMost?: number
}

/** By the name of a metric, as `show` prints it: `test.accuracy`. */
export type Gates = Readonly<Record<string, Gate>>

const bounds = ["min", "max", "atLeast", "atMost"] as const
const known: ReadonlyArray<string> = ["min", "max", "against", "atLeast", "atMost"]
const wanted = `bounds such as { min: 0.89 } or { against: "main", atLeast: -0.005 } are wanted`

/** @returns what is wrong with gates by metric, if anything is */
export function wrongGates(gates: unknown): string | undefined {
  if (!isRecord(gates)) return `gates is ${valueText(gates)}: bounds by the name of a metric are wanted`
  for (const [metric, gate] of Object.entries(gates)) {
    const wrong = wrongGate(gate)
    if (wrong !== undefined) return `the gate "${metric}" ${wrong}`
  }
  return undefined
}

function wrongGate(gate: unknown): string | undefined {
  if (!isRecord(gate)) return `is ${valueText(gate)}: ${wanted}`
  const unknown = Object.keys(gate).find((name) => !known.includes(name))
  if (unknown !== undefined) return `has no "${unknown}"${suggest(unknown, known)}`
  const wrong = bounds.find((name) => gate[name] !== undefined && !Number.isFinite(gate[name]))
  if (wrong !== undefined)
    return `has ${wrong} ${valueText(gate[wrong])}: a finite number is wanted${typeof gate[wrong] === "string" ? ", without quotes" : ""}`
  const { min, max, against, atLeast, atMost } = gate as Gate
  if (against !== undefined && (typeof against !== "string" || !/^[^-\s]\S*$/.test(against)))
    return `is against ${valueText(against)}: a git ref is wanted, such as "main" or "origin/main"`
  const isRelative = atLeast !== undefined || atMost !== undefined
  if (isRelative && against === undefined)
    return `has ${atLeast === undefined ? "atMost" : "atLeast"} and no "against": say which git ref's lock file it is compared with`
  if (!isRelative && against !== undefined)
    return `is against ${against} without a bound: add atLeast or atMost, such as atLeast: -0.005`
  if (!isRelative && min === undefined && max === undefined) return `bounds nothing: ${wanted}`
  if (min !== undefined && max !== undefined && min > max) return `has min ${min} above max ${max}`
  if (atLeast !== undefined && atMost !== undefined && atLeast > atMost)
    return `has atLeast ${atLeast} above atMost ${atMost}`
  return undefined
}
