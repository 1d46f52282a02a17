// Declares a group: tasks for each item of a list that only upstream knows. What the body wires is asked for once the list is known.
import type { Accepts } from "../content/kind.ts"
import { DeclarationError } from "./declaration-error.ts"
import { inCall } from "./other/calls.ts"
import { keepingLocks } from "./other/locked.ts"
import { type GroupNode, type GroupOutput, type GroupPlace, type Output, place } from "./task.ts"
import { noteGroup } from "./wiring.ts"

/** What a body returns, of all items: outputs under the same names, at any depth. */
export type Grouped<R> =
  R extends Output<infer K>
    ? GroupOutput<K>
    : R extends object
      ? { readonly [N in keyof R & string]: Grouped<R[N]> }
      : never

/** A file of a folder, of the kind that the folder's kind says of its files (`folder:csv`); of others its extension, unknown to types. */
type FileOf<K extends string> = K extends `folder:${infer E}`
  ? string extends E // what is inferred of `each(name, files(…), …)` is that it is some folder
    ? SomeFile
    : Output<E>
  : SomeFile
// biome-ignore lint/suspicious/noExplicitAny: known once the folder is
type SomeFile = Output<any>

/**
 * Maps over a list that an upstream task gives: the tasks that `body` wires, once for each item.
 *
 * Over a `value` list, whose items enter params as they stand there; over a `folder`, whose files are inputs by their content; or over
 * what another group gives, item by item. Labels of its tasks say the item: `count@NAME=item`.
 *
 * @param name tells the groups of an experiment apart: letters, digits, `_` and hyphens
 * @param body pure: it wires and returns outputs; `listed` is the item of the list itself: a value, or the name of a file
 * @throws DeclarationError for a name that no label can hold, or what cannot be mapped over
 */
/* @__NO_SIDE_EFFECTS__ */
export function each<I, R>(
  name: string,
  over: Output<Accepts<"value">>,
  body: (item: I, listed: I) => R,
): Grouped<R>
export function each<K extends Accepts<"folder">, R>(
  name: string,
  over: Output<K>,
  body: (file: FileOf<K>, listed: string) => R,
): Grouped<R>
export function each<K extends string, R, I = unknown>(
  name: string,
  over: GroupOutput<K>,
  body: (output: Output<K>, listed: I) => R,
): Grouped<R>
/* @__NO_SIDE_EFFECTS__ */
export function each(
  name: string,
  over: Output<string> | GroupOutput<string>,
  body: (item: never, listed: never) => unknown,
): unknown {
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name))
    throw new DeclarationError(
      `each(${JSON.stringify(name)}, …): a name is letters, digits, _ and hyphens, a letter first`,
    )
  if ((over as { readonly _tag?: string })._tag === "OptionalOutput")
    throw new DeclarationError(
      `each("${name}", …): there may be nothing to map over, as a condition decides: call each in the body of when`,
    )
  const node: GroupNode = {
    _tag: "Group",
    name: inCall(name),
    over,
    body: keepingLocks(body as (...given: ReadonlyArray<never>) => unknown) as GroupNode["body"],
  }
  noteGroup(node)
  return standIn({ node, path: [] })
}

/** Whatever name is read of it is the output of that name in what the body returns; whether the body returns one shows later. */
function standIn(at: GroupPlace): GroupOutput<string> {
  return new Proxy({ [place]: at } as GroupOutput<string>, {
    get: (target, name) =>
      typeof name === "symbol"
        ? (target as unknown as Record<symbol, unknown>)[name]
        : standIn({ ...at, path: [...at.path, name] }),
  })
}

/** What a value stands for in a group, if it does. */
export const groupPlace = (value: unknown): GroupPlace | undefined =>
  typeof value === "object" && value !== null ? (value as Partial<GroupOutput<string>>)[place] : undefined
