// Gates in words: which metric, its bounds, and whether they hold.
import type { EventOf } from "../events.ts"
import { numberText } from "./table.ts"

type Told = EventOf<"gate">

const heads: Readonly<Record<Told["status"], string>> = {
  kept: "gate kept       ",
  broken: "GATE BROKEN     ",
  "not-checked": "gate not checked",
}

export function gateLine(gate: Told): string {
  const { metric, status, value, why } = gate
  const found = value === null ? "" : ` ${numberText(value)}`
  return `  ${heads[status]}  ${metric}${found} (${boundsText(gate)})${why === null ? "" : `: ${why}`}`
}

/** "at least 0.89, and at least -0.005 above main's 0.9012". */
export function boundsText({ bounds, against }: Pick<Told, "bounds" | "against">): string {
  const { min, max, atLeast, atMost } = bounds
  const own = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
  ]
  if (against === undefined) return own.join(", ")
  const theirs = `${against.ref}'s${against.value === null ? "" : ` ${numberText(against.value)}`}`
  return [
    ...own,
    ...(atLeast === undefined ? [] : [`at least ${signed(atLeast)} from ${theirs}`]),
    ...(atMost === undefined ? [] : [`at most ${signed(atMost)} from ${theirs}`]),
  ].join(", ")
}

const signed = (value: number): string => (value < 0 ? `−${-value}` : `+${value}`)
