// Declares tasks that are needed only where an upstream value says so. It decides nothing.
import { canonical, type Json } from "../../content/canonical.ts"
import type { Accepts } from "../../content/kind.ts"
import { DeclarationError } from "../declaration-error.ts"
import type { OptionalOutput, Output } from "../task.ts"
import { chosenOutputs, decidingValue } from "./choice.ts"

/** What a body returns, each output of which there may be none. */
export type Conditional<R> =
  R extends Output<infer K>
    ? OptionalOutput<K>
    : R extends OptionalOutput<infer K>
      ? OptionalOutput<K>
      : R extends ReadonlyArray<infer E>
        ? ReadonlyArray<Conditional<E>>
        : R extends object
          ? { readonly [N in keyof R & string]: Conditional<R[N]> }
          : never

type Value = Output<Accepts<"value">>
type Path = ReadonlyArray<string>
/** A list: any of these. */
type Wanted = Exclude<Json, ReadonlyArray<Json>> | ReadonlyArray<Json>

/**
 * Declares what is needed only where an upstream value is the one that is named: `when(chosen.choice, ["method"], "forest", () =>
 * fitForest({}, { rows }))`. What the body returns is wired into roles `optional(kind)`, whose stages get undefined where the value
 * is another. What nothing else needs does not run then.
 *
 * @param value an output of kind `value`; with a path, a field inside it decides
 * @param equals the value that it must be; of a list, one of these
 * @param body pure: it wires and returns outputs, and is called at once, whatever the value will be
 * @throws DeclarationError for a value, or a body, that is none
 */
/* @__NO_SIDE_EFFECTS__ */
export function when<R>(value: Value, equals: Wanted, body: () => R): Conditional<R>
export function when<R>(value: Value, path: Path, equals: Wanted, body: () => R): Conditional<R>
/* @__NO_SIDE_EFFECTS__ */
export function when(value: Value, ...rest: ReadonlyArray<unknown>): unknown {
  const [path, equals, body] = (rest.length === 2 ? [[], ...rest] : rest) as [Path, Wanted, () => unknown]
  const values: ReadonlyArray<Json> = Array.isArray(equals) ? equals : [equals as Json]
  if (values.length === 0)
    throw new DeclarationError("when: an empty list is compared with, which no value is one of")
  for (const each of values) canonical(each, "when: what is compared with")
  const on = decidingValue("when", value, path)
  return chosenOutputs("when", on, [{ values, name: "its body", returned: body() }])
}
