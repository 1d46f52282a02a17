// What of a plan comes from lock files of other experiments. Pure.
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import type { PlannedTask } from "./planned.ts"
import { type Source, sourceOfList, sourcesOf, sourcesOfChoice } from "./wired-outputs.ts"

export interface LockedInput {
  readonly experiment: string
  readonly result: string
  readonly kind: string
  readonly digest: Digest
  readonly content: Json | undefined
}

/** What a lock line calls one: an experiment's name has no space. */
export const lockedName = ({ experiment, result }: Pick<LockedInput, "experiment" | "result">): string =>
  `${experiment} ${result}`

/** By those names, each once. */
export function lockedInputs(tasks: ReadonlyArray<PlannedTask>): ReadonlyMap<string, LockedInput> {
  const found = new Map<string, LockedInput>()
  for (const { node } of tasks)
    for (const from of givingOf(sourcesOf(node))) {
      if (from._tag !== "Item" || from.locked === undefined) continue
      const { experiment, result, content } = from.locked
      const { kind, digest } = from.record
      const input = { experiment, result, kind, digest, content }
      found.set(lockedName(input), input)
    }
  return found
}

/** Through groups and choices. */
const givingOf = (sources: ReadonlyArray<Source>): ReadonlyArray<Source> =>
  sources.flatMap((source): ReadonlyArray<Source> => {
    if (source._tag === "Choice") return givingOf(sourcesOfChoice(source))
    return source._tag === "Group" ? givingOf([sourceOfList(source)]) : [source]
  })
