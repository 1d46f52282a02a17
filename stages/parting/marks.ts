// What splits are made by, decoded and checked: class numbers, groups, times. It splits nothing.
import * as Schema from "effect/Schema"
import { decodeArray, decodeLabels, type Groups, StrataError } from "refold/ml"

/** How many classes there are; null for targets that are no classes, which then are not held in proportion. */
export const Classes = Schema.optionalWith(Schema.NullOr(Schema.Int.pipe(Schema.between(2, 256))), {
  default: () => null,
})

/** Of each example its class, or 0 where there are none. */
export const labelsOf = (targets: Uint8Array, classes: number | null): Uint8Array =>
  classes === null ? new Uint8Array(decodeArray(targets).shape[0]!) : decodeLabels(targets, classes)

/** @throws StrataError when the data name none, or not one an example */
export function groupsOf(groups: unknown, count: number): Groups {
  return given(groups, count, "groups", "group") as Groups
}

/** @throws StrataError when the data name none, or not one an example */
export function timesOf(times: unknown, count: number): ReadonlyArray<number> {
  return given(times, count, "times", "time") as ReadonlyArray<number>
}

function given(marks: unknown, count: number, name: string, param: string): ReadonlyArray<unknown> {
  if (!Array.isArray(marks))
    throw new StrataError(
      `the data name no ${name}: say with ${param} which column or part of a name holds them`,
    )
  if (marks.length !== count)
    throw new StrataError(
      `there are ${count} examples and ${marks.length} ${name}: both must be of the same data`,
    )
  return marks
}
