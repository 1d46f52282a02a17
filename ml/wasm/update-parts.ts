// How an update is cut into parts that threads can do; it knows neither optimizers nor layers.
import { VECTOR, type Vectors } from "../kernels/quantities.ts"
import type { DeferredGradient } from "../layers/parts/unit.ts"

/** Vectors of a part, at the least; and parts of what shards have written, at the most. */
const [PART, PARTS] = [2048, 64]

/** Vectors of the parameters from `first` on, or of a deferred gradient the pieces from `first` on. */
export interface UpdatePart {
  readonly first: number
  readonly count: number
  readonly deferred?: DeferredGradient
}

/** Every parameter is in one part; `deferred` are in the order in which they lie. */
export function updateParts(
  all: Vectors,
  deferred: ReadonlyArray<DeferredGradient>,
): ReadonlyArray<UpdatePart> {
  const most = Math.max(PART, Math.ceil(all / PARTS))
  const parts: Array<UpdatePart> = []
  let from = 0
  for (const gradient of deferred) {
    const { slot, pieces, pieceVectors } = gradient
    const start = slot.offset / VECTOR
    parts.push(...cut(from, start, most))
    const together = Math.ceil(most / pieceVectors)
    parts.push(...cut(0, pieces, together).map((part) => ({ ...part, deferred: gradient })))
    from = start + slot.source.length / 4
  }
  return [...parts, ...cut(from, all, most)]
}

const cut = (from: number, to: number, most: number): Array<UpdatePart> =>
  Array.from({ length: Math.ceil((to - from) / most) }, (_, i) => {
    const first = from + i * most
    return { first, count: Math.min(most, to - first) }
  })
