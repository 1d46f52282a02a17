// Whether headline metrics keep the bounds that their experiment declares for them.
import * as Effect from "effect/Effect"
import type { Metrics } from "../content/kind.ts"
import type { Gate, Gates } from "../declare/policy/gates.ts"
import { suggest } from "../declare/suggest.ts"
import type { Plan } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import type { GateFacts } from "../report/page/facts.ts"
import { lockAt, type NoRefLock, type RefMetrics, refMetrics } from "./ref-lock.ts"

/** Judges gates, once there are metrics. */
export type Judge = (metrics: Metrics) => ReadonlyArray<GateFacts>

/**
 * Reads what gates are relative to.
 *
 * @param unchecked why they do not count, if they do not
 */
export const gateJudge = (
  root: string,
  plan: Plan,
  gates: Gates,
  unchecked: string | undefined,
): Effect.Effect<Judge> =>
  Effect.gen(function* () {
    if (unchecked !== undefined) return (): ReadonlyArray<GateFacts> => uncheckedGates(gates, unchecked)
    const named = new Set(Object.values(gates).flatMap(({ against }) => against ?? []))
    const refs = new Map<string, RefMetrics | NoRefLock>()
    for (const ref of named) {
      const found = yield* Effect.promise(() => lockAt(root, ref, plan.experiment))
      refs.set(ref, refMetrics(found, plan))
    }
    const judge: Judge = (metrics) => judgedGates(gates, metrics, refs)
    return judge
  })

export const uncheckedGates = (gates: Gates, why: string): ReadonlyArray<GateFacts> =>
  Object.entries(gates).map(([metric, gate]) => ({
    ...factsOf(metric, gate),
    status: "not-checked",
    value: null,
    why,
  }))

/** @param refs what gates are relative to, by the ref that they name */
export const judgedGates = (
  gates: Gates,
  metrics: Metrics,
  refs: ReadonlyMap<string, RefMetrics | NoRefLock>,
): ReadonlyArray<GateFacts> =>
  Object.entries(gates).map(([metric, gate]) => {
    const facts = factsOf(metric, gate)
    if (!Object.hasOwn(metrics, metric)) {
      const why = `there is no such headline metric${suggest(metric, Object.keys(metrics)) || ": no result is of kind metrics"}`
      return { ...facts, status: "broken", value: null, why }
    }
    const value = metrics[metric]!
    if (!Number.isFinite(value))
      return { ...facts, status: "broken", value: null, why: `it is ${value}, not a finite number` }
    const wrong = outside(value, gate.min, gate.max)
    if (gate.against === undefined) return { ...facts, ...verdict(wrong), value }
    const ref = refs.get(gate.against)!
    const theirs = "metrics" in ref && Object.hasOwn(ref.metrics, metric) ? ref.metrics[metric]! : undefined
    const against = { ref: gate.against, value: theirs ?? null }
    if (theirs !== undefined) {
      const moved = wrong ?? movedTooFar(value - theirs, gate)
      return { ...facts, ...verdict(moved), value, against }
    }
    const [isBroken, why] =
      "metrics" in ref
        ? [false, `the lock file of ${gate.against} has no such metric`]
        : [!ref.isNew, ref.why]
    return {
      ...facts,
      ...(wrong !== undefined || isBroken
        ? { status: "broken", why: wrong ?? why }
        : { status: "not-checked", why }),
      value,
      against,
    }
  })

const factsOf = (metric: string, { min, max, against, atLeast, atMost }: Gate) => ({
  metric,
  bounds: Object.fromEntries(
    Object.entries({ min, max, atLeast, atMost }).filter(([, bound]) => bound !== undefined),
  ) as GateFacts["bounds"],
  ...(against === undefined ? {} : { against: { ref: against, value: null } }),
})

const verdict = (wrong: string | undefined): Pick<GateFacts, "status" | "why"> =>
  wrong === undefined ? { status: "kept", why: null } : { status: "broken", why: wrong }

function outside(value: number, least?: number, most?: number): string | undefined {
  if (least !== undefined && value < least) return `${value} is less than ${least}`
  if (most !== undefined && value > most) return `${value} is more than ${most}`
  return undefined
}

function movedTooFar(difference: number, { against, atLeast, atMost }: Gate): string | undefined {
  const wrong = outside(Number(difference.toPrecision(12)), atLeast, atMost) // what a subtraction rounds is no news
  return wrong === undefined ? undefined : `its difference from ${against}, ${wrong}`
}

/** A run, or a lock, whose metrics break gates: exit 4, already reported. */
export class GatesBroken extends Error {
  readonly _tag = "GatesBroken"
}

/** Tells of each gate. @returns how many are broken */
export const tellGates = (gates: ReadonlyArray<GateFacts>): Effect.Effect<number, never, Events> =>
  Effect.map(Events, ({ emit }) => {
    for (const gate of gates) emit({ event: "gate", ...gate })
    return gates.filter(({ status }) => status === "broken").length
  })
