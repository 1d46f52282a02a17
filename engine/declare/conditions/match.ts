// Declares branches between which an upstream value decides. It decides nothing.
import type { Accepts } from "../../content/kind.ts"
import { DeclarationError } from "../declaration-error.ts"
import type { OptionalOutput, Output } from "../task.ts"
import { chosenOutputs, decidingValue } from "./choice.ts"

/** What all branches return: outputs that are wired like any other, or optional ones where they are in a branch. */
export type Matched<R> = [Extract<R, OptionalOutput<string>>] extends [never]
  ? R extends Output<infer K>
    ? Output<K>
    : R extends ReadonlyArray<infer E>
      ? ReadonlyArray<Matched<E>>
      : R extends object
        ? { readonly [N in keyof R & string]: Matched<R[N]> }
        : never
  : OptionalOutput<KindOf<R>>

type KindOf<R> = R extends { readonly kind: infer K extends string } ? K : never

type Value = Output<Accepts<"value">>
type Path = ReadonlyArray<string>
type Branches<R> = Readonly<Record<string, () => R>>

/**
 * Chooses between branches by an upstream value: `match(chosen.choice, ["method"], { forest: () => …, linear: () => … })`. A text chooses
 * the branch of that name, any other value that of its JSON: `true`, `3`. Branches return the same names, of equal kinds. What only the
 * others need does not run; where the value has no branch, what takes it fails.
 *
 * @param value an output of kind `value`; with a path, a field inside it decides
 * @param branches pure: each wires and returns outputs, and is called at once, whatever the value will be
 * @throws DeclarationError for a value that is none, or branches that differ in what they return
 */
/* @__NO_SIDE_EFFECTS__ */
export function match<R>(value: Value, branches: Branches<R>): Matched<R>
export function match<R>(value: Value, path: Path, branches: Branches<R>): Matched<R>
/* @__NO_SIDE_EFFECTS__ */
export function match(value: Value, ...rest: ReadonlyArray<unknown>): unknown {
  const [path, branches] = (rest.length === 1 ? [[], ...rest] : rest) as [Path, Branches<unknown>]
  const names = Object.keys(branches)
  if (names.length === 0) throw new DeclarationError("match: it has no branch")
  const on = decidingValue("match", value, path)
  return chosenOutputs(
    "match",
    on,
    names.map((name) => ({ values: [name], name, returned: branches[name]!() })),
  )
}
