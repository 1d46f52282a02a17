// Which examples of a test part are those of its train part over again, and which a train part holds twice.
import { type ArrayOf, elementCount } from "./arrays/array.ts"
import { bytesOf, joined } from "./arrays/rows.ts"
import { duplicates } from "./duplicates.ts"

export interface Repeated {
  /** Of each test example that equals a train example: its place, and that of the first such one. */
  readonly across: ReadonlyArray<{ readonly test: number; readonly train: number }>
  /** Of each train example that equals an earlier one: its place, and that of the first such one. */
  readonly within: ReadonlyArray<{ readonly later: number; readonly first: number }>
}

/** By the bytes of their inputs, whatever their targets are. */
export function repeated(train: ArrayOf, test: ArrayOf): Repeated {
  const both = joined(train, test)
  const count = train.shape[0]!
  const size = elementCount(both.shape.slice(1)) * both.data.BYTES_PER_ELEMENT
  const sets = size === 0 ? [] : duplicates(bytesOf(both), size)
  return {
    across: sets.flatMap((set) =>
      set[0]! < count
        ? set.filter((at) => at >= count).map((at) => ({ test: at - count, train: set[0]! }))
        : [],
    ),
    within: sets.flatMap(([first, ...others]) =>
      others.filter((at) => at < count).map((later) => ({ later, first: first! })),
    ),
  }
}
