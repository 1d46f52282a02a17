// Reads a result back from the store, if it is cached for today's code, params and inputs.
import * as Effect from "effect/Effect"
import { Codebase, stageCodes } from "../code/stage-code.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import type { Branch, GroupOutput } from "../declare/task.ts"
import { lockedObservations } from "../lock/observations.ts"
import { plan } from "../plan/plan.ts"
import { outputTaken } from "../plan/taken.ts"
import { outputAt } from "../plan/unfolding.ts"
import { previewPlan } from "../run/preview/preview.ts"
import { Store } from "../store/store.ts"
import { storedContent } from "../store/stored-content.ts"
import { expected, expectedLater } from "./expected.ts"
import type { Place } from "./place.ts"

/** A result that is not there: what to run. */
class NotCached extends Error {
  readonly _tag = "NotCached"
  constructor(what: string, { name }: AnyExperiment) {
    super(`${what} is not cached: run the experiment "${name}" first`)
  }
}

/** @param pick names an output, or what a group gives, in what the experiment wires */
export const loading = Effect.fn("loading")(function* (
  place: Place,
  experiment: AnyExperiment,
  params: Readonly<Record<string, unknown>>,
  pick: (wired: unknown) => Branch["output"] | GroupOutput<string>,
) {
  const { root, numerics } = place
  const planned = plan({ ...experiment, wire: (params) => pick(experiment.wire(params)) }, params)
  const codes = yield* expectedLater(() => stageCodes(planned, new Codebase(root)))
  const previews = yield* previewPlan(planned, codes, {
    root,
    numerics,
    force: new Set(),
    locked: lockedObservations(root, planned.experiment),
  })
  const store = yield* Store
  const cached = new Map(previews.tasks.map((preview) => [preview.task, preview]))
  const read = (output: Branch["output"]): unknown => {
    const taken = outputTaken(output, previews.decide)
    if (taken === null) return undefined // not needed
    if (taken === undefined) throw new NotCached(`what decides on ${output.name}`, experiment)
    const { source, name, kind } = taken
    if (source._tag === "File") throw new TypeError(`${name} is a local file, not a result`)
    if (source._tag === "Item") return storedContent(store, { ...source.record, kind })
    const task = previews.plan.task(source)
    const { status, outputs } = cached.get(task)!
    if (status !== "cached") throw new NotCached(task.label, experiment)
    return storedContent(store, outputs[name]!)
  }
  const [group] = planned.grouped
  return yield* expected(() => {
    if (group === undefined) return read([...planned.results, ...planned.conditional][0]!.output)
    const opened = previews.plan.opened(planned.group(group.place.node))
    if (opened === undefined) throw new NotCached(`the list of ${group.name}`, experiment)
    return opened.entries.map(({ item, value }) => ({
      item: item.listed,
      name: item.name,
      content: read(outputAt(value, group.place)),
    }))
  })
})
