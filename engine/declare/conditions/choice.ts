// What branches return, as the outputs between which a value decides: the same names and kinds in all of them. It decides nothing.
import { type Accepts, accepts } from "../../content/kind.ts"
import { DeclarationError } from "../declaration-error.ts"
import { groupPlace } from "../each.ts"
import type { Bound, Branch, ChoiceNode, OptionalOutput, Output } from "../task.ts"

/** A branch as its body was called: what decides for it, how messages name it, and what it returned. */
export interface Called {
  readonly values: Branch["values"]
  readonly name: string
  readonly returned: unknown
}

/** @throws DeclarationError for what is no output of kind `value` */
export function decidingValue(
  by: ChoiceNode["by"],
  value: Output<Accepts<"value">>,
  path: ReadonlyArray<string>,
): Bound {
  const { _tag: tag, kind } = value as { readonly _tag?: unknown; readonly kind?: unknown }
  if (tag === "OptionalOutput")
    throw new DeclarationError(`${by}: what decides may not be there: decide in the body of the outer when`)
  if (tag !== "Output" || typeof kind !== "string" || !accepts("value", kind))
    throw new DeclarationError(
      `${by}: what decides is ${typeof kind === "string" ? `of kind ${kind}` : "no output"}: give an output of kind value`,
    )
  const { source, name } = value
  if (source._tag === "File" || (source._tag === "Item" && source.locked === undefined))
    throw new DeclarationError(
      `${by}: what decides is the file ${name}: let a stage read it, and decide on what that gives`,
    )
  return { _tag: "Bound", output: value, path }
}

/**
 * What branches return, with each output a choice between theirs.
 *
 * @throws DeclarationError for branches of other names or kinds than the first, and for what is no output
 */
export function chosenOutputs(by: ChoiceNode["by"], on: Bound, branches: ReadonlyArray<Called>): unknown {
  const [first] = branches as readonly [Called]
  const { returned } = first
  const where = (name: string): string => (name === "" ? "what it returns" : `"${name}"`)
  const merged = (at: string, given: ReadonlyArray<unknown>, outer: ReadonlyArray<unknown>): unknown => {
    const [one] = given
    if (isWirable(one)) {
      for (const [i, other] of given.entries())
        if (!isWirable(other) || other.kind !== one.kind)
          throw new DeclarationError(
            `${by}: ${where(at)} is ${one.kind} in the branch ${first.name} and ${isWirable(other) ? other.kind : "no output"} in ${branches[i]!.name}: give branches of equal kinds`,
          )
      return choice(by, on, branches, given as ReadonlyArray<Branch["output"]>)
    }
    if (groupPlace(one) !== undefined)
      throw new DeclarationError(
        `${by}: ${where(at)} is what a group gives: take it by a stage in the body, and return what comes of that`,
      )
    if (typeof one !== "object" || one === null || outer.includes(one))
      throw new DeclarationError(`${by}: ${where(at)} is no output: return outputs of tasks`)
    const names = Object.keys(one)
    if (names.length === 0) throw new DeclarationError(`${by}: ${where(at)} holds no output`)
    for (const [i, other] of given.entries()) {
      const others =
        typeof other === "object" && other !== null && !isWirable(other) ? Object.keys(other) : []
      const lacking = names.find((name) => !others.includes(name))
      const further = others.find((name) => !names.includes(name))
      const [name, has, lacks] = lacking === undefined ? [further, i, 0] : [lacking, 0, i]
      if (name === undefined) continue
      throw new DeclarationError(
        `${by}: ${where(at === "" ? name : `${at}.${name}`)} is in the branch ${branches[has]!.name} and not in ${branches[lacks]!.name}: let branches return the same names`,
      )
    }
    const inside = names.map((name): readonly [string, unknown] => [
      name,
      merged(
        at === "" ? name : `${at}.${name}`,
        given.map((each) => (each as Readonly<Record<string, unknown>>)[name]),
        [...outer, one],
      ),
    ])
    return Array.isArray(one) ? inside.map(([, value]) => value) : Object.fromEntries(inside)
  }
  if (isWirable(returned) || (typeof returned === "object" && returned !== null))
    return merged(
      "",
      branches.map((branch) => branch.returned),
      [],
    )
  throw new DeclarationError(
    `${by}: ${first.name} returns no output: return those of the tasks that it wires`,
  )
}

function choice(
  by: ChoiceNode["by"],
  on: Bound,
  branches: ReadonlyArray<Called>,
  outputs: ReadonlyArray<Branch["output"]>,
): Output<string> | OptionalOutput<string> {
  const { kind, name } = outputs[0]!
  const source: ChoiceNode = {
    _tag: "Choice",
    by,
    on,
    branches: branches.map(({ values }, i) => ({ values, output: outputs[i]! })),
  }
  const isOptional = by === "when" || outputs.some(({ _tag }) => _tag === "OptionalOutput")
  return { _tag: isOptional ? "OptionalOutput" : "Output", kind, name, source }
}

const isWirable = (value: unknown): value is Branch["output"] =>
  typeof value === "object" &&
  value !== null &&
  ["Output", "OptionalOutput"].includes((value as { _tag?: string })._tag ?? "")
