// The sample: drawn, computed again under today's code, and compared with what the code that first computed it gave.
import * as Effect from "effect/Effect"
import { groupedBy } from "../content/grouped.ts"
import { environmentOf } from "../key/numerics.ts"
import type { Resolution } from "../key/resolve.ts"
import type { Lines } from "../lock/compare-locks.ts"
import type { Gave } from "../lock/lines.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Capacity } from "../run/capacity/admitted.ts"
import type { Place } from "../session/place.ts"
import { type Chosen, whole } from "../verify/choose.ts"
import { recompute } from "../verify/recompute.ts"
import { localPool } from "../worker/local-pool.ts"
import { declaredSecrets } from "../worker/secrets.ts"
import { lineOf } from "./earlier-links.ts"
import { type Compared, isProven } from "./outcome.ts"
import { sampleOf } from "./sample.ts"

export interface SampleOptions {
  readonly seed: string
  /** Tasks of each stage, at the least. */
  readonly sample: number
  readonly capacity: Capacity
  readonly resolutions: ReadonlyMap<PlannedTask, Resolution>
  /** What earlier code gave, by label. */
  readonly earlier: Lines
}

/** @returns the pairs with what of them gave the same, and how the rest of the sample differs */
export const compareSample = Effect.fn("compareSample")(function* (
  place: Place,
  plan: Plan,
  pairs: ReadonlyArray<Compared>,
  { seed, sample, capacity, resolutions, earlier }: SampleOptions,
) {
  const open = pairs.filter((pair) => !isProven(pair))
  const drawn = [...groupedBy(open, ({ resolution }) => resolution.fingerprint.stage)].flatMap(([, all]) => {
    const candidates = all.map(({ task: { label, inside }, locked }) => ({
      ...{ label, name: inside?.name ?? label },
      links: locked.states?.length,
    }))
    return sampleOf(candidates, sample, seed)
  })
  const tasks = new Map<string, PlannedTask>(plan.tasks.map((task) => [task.label, task]))
  const chosen = drawn.map(({ label, links }): Chosen => {
    const task = tasks.get(label)!
    return links.length === 0 ? whole(task) : { task, links, finish: true }
  })
  const records = new Map(pairs.map(({ task, records }) => [task, records]))
  const { root, artifacts, settings, compare } = place
  const recomputing = recompute(chosen, {
    ...{
      plan,
      lines: today(earlier, plan, pairs),
      resolutions,
      root,
      artifacts,
      settings,
      capacity,
      compare,
    },
    metricsOf: (task, link) => records.get(task)?.[link - 1]?.metrics,
  })
  const { differences, compared } = yield* recomputing.pipe(
    Effect.scoped,
    Effect.provide(localPool(place.worker, environmentOf(place.numerics), declaredSecrets())),
  )
  const same = pairs.map((pair): Compared => {
    const names = compared.get(pair.task) ?? []
    return { ...pair, same: new Set([...pair.same, ...names]) }
  })
  return { pairs: same, differences }
})

/** The earlier digests under today's labels: what the sample is compared with, and what it is given. */
function today(earlier: Lines, plan: Plan, pairs: ReadonlyArray<Compared>): Lines {
  const lines = new Map(pairs.map((pair) => [pair.task, lineOf(pair)]))
  return Object.fromEntries(
    plan.tasks.flatMap((task): ReadonlyArray<readonly [string, Gave]> => {
      const line = lines.get(task) ?? earlier[task.label]
      return line === undefined ? [] : [[task.label, line]]
    }),
  )
}
