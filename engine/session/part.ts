// The part of an experiment that a person names. What a group is made of is known where its list is cached, so that is asked first.
import * as Effect from "effect/Effect"
import { Codebase, stageCodes } from "../code/stage-code.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import { lockedObservations } from "../lock/observations.ts"
import { ambiguous, stepsNamed } from "../plan/named.ts"
import type { Plan } from "../plan/plan.ts"
import { isGroup, type PlannedGroup } from "../plan/planned.ts"
import { restrictTo } from "../plan/restrict.ts"
import { previewPlan } from "../run/preview/preview.ts"
import { expected, expectedLater } from "./expected.ts"
import { type Place, readingLayer } from "./place.ts"

/** @param name a task, a group or a stage. Fails with DeclarationError for an unknown one, or one that nobody can know yet */
export const partOf = Effect.fn("partOf")(function* (place: Place, whole: Plan, name: string) {
  const hasGroups = whole.steps.some(isGroup)
  // Bodies may wire more tasks of a stage.
  const stage = name.replace(/^stage:/, "")
  const isStages = whole.tasks.some((task) => task.stage === stage)
  if (hasGroups && isStages) return yield* inGroups(place, whole, name)
  return yield* expected(() => restrictTo(whole, name)).pipe(
    Effect.catchAll((unknown) => (hasGroups ? inGroups(place, whole, name) : Effect.fail(unknown))),
  )
})

/** What stands in groups whose lists are cached. */
const inGroups = Effect.fn("inGroups")(function* (place: Place, whole: Plan, name: string) {
  const { plan, open } = yield* openedPlan(place, whole)
  return yield* expected(() => {
    const unclear = ambiguous(plan, name)
    if (unclear !== undefined) throw new DeclarationError(unclear)
    const isKnown = stepsNamed(whole, name).length > 0
    const isSure = stepsNamed(plan, name).every((step) => {
      const around = isGroup(step) ? step.axes : (step.inside?.scope ?? {})
      return Object.keys(around).every((group) => open.has(group))
    })
    const shut = plan.steps.flatMap((step) => (isGroup(step) && !open.has(step.node.name) ? [step] : []))
    const isLater = stepsNamed(plan, name).length > 0 ? !isSure : shut.length > 0
    if (isLater && !isKnown) throw notKnown(plan, name, shut)
    return restrictTo(plan, name)
  })
})

/** The plan with what groups are made of, as far as lists are cached, and the names of groups of which all is known. */
export const openedPlan = Effect.fn("openedPlan")(function* (place: Place, whole: Plan) {
  const { root, numerics } = place
  const codes = yield* expectedLater(() => stageCodes(whole, new Codebase(root)))
  const previewing = previewPlan(whole, codes, {
    root,
    numerics,
    force: new Set(),
    locked: lockedObservations(root, whole.experiment),
  })
  const { plan, groups } = yield* previewing.pipe(Effect.provide(readingLayer(place.artifacts)))
  const open = new Set(groups.map(({ group }) => group.node.name))
  for (const { group, items, waitsFor } of groups)
    if (items === undefined || waitsFor.length > 0) open.delete(group.node.name)
  return { plan, open }
})

function notKnown(plan: Plan, name: string, shut: ReadonlyArray<PlannedGroup>): DeclarationError {
  const [first] = shut
  const list = first?.upstream.map(({ label }) => label).join(", ")
  return new DeclarationError(
    `"${name}" is no task or stage that is known yet: the tasks of the group ${first?.label} are known once ${list} has run (--exp ${plan.experiment} --to ${list})`,
  )
}
