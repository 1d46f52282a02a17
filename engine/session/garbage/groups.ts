// What may go, grouped for who reads it: artifacts by the stage that made them and by why they may go. Pure.
import type { Item } from "../own-folders.ts"

export interface ArtifactGroup {
  /** What made them; null: no result says. */
  readonly stage: string | null
  readonly why: NonNullable<Item["why"]>
  readonly artifacts: number
  readonly bytes: number
  /** That making them again takes; null where it is known of none. */
  readonly seconds: number | null
}

/** The largest first. */
export function artifactGroups(items: ReadonlyArray<Item>): ReadonlyArray<ArtifactGroup> {
  const groups = new Map<string, ArtifactGroup>()
  for (const { stage = null, why, bytes, seconds } of items) {
    if (why === undefined) continue
    const name = JSON.stringify([stage, why])
    const group = groups.get(name) ?? { stage, why, artifacts: 0, bytes: 0, seconds: null }
    groups.set(name, {
      ...{ stage, why, artifacts: group.artifacts + 1, bytes: group.bytes + bytes },
      seconds: seconds === undefined ? group.seconds : (group.seconds ?? 0) + seconds,
    })
  }
  return [...groups.values()].sort((a, b) => b.bytes - a.bytes)
}

export const bytesOf = (all: ReadonlyArray<{ readonly bytes: number }>): number =>
  all.reduce((sum, { bytes }) => sum + bytes, 0)
