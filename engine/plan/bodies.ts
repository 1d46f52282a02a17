// What the body of a group wires for one item: asked for twice, since a graph that differs from run to run has no keys. Pure but for
// what a body itself does.
import { canonical, type Json } from "../content/canonical.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import { groupPlace } from "../declare/each.ts"
import { fullName, type GroupNode, nameOfFile, type TaskNode } from "../declare/task.ts"
import { type Declared, wired } from "../declare/wiring.ts"
import { namedResults } from "./named-results.ts"
import type { Item, NamedOutput } from "./planned.ts"
import { isBound, isOptionalOutput, isOutput, type Source } from "./wired-outputs.ts"

/** What one item's body wires. */
export interface Body {
  readonly value: unknown
  readonly outputs: ReadonlyArray<NamedOutput>
  readonly declared: Declared
}

/** Calls a body, with whatever stands around it. */
export type CallBody = <A>(group: string, call: () => A) => A

/** @throws DeclarationError for a body that wires something else the second time, or nothing, and whatever it throws */
export function bodyOf(node: GroupNode, item: Item, call: CallBody): Body {
  const once = () => call(node.name, () => wired(() => node.body(item.given, item.listed)))
  const [first, second] = [once(), once()]
  const { outputs, groups, choices } = namedResults(first.value)
  const [inside] = groups
  if (inside !== undefined)
    throw new DeclarationError(
      `its body returns what the group ${inside.place.node.name} gives, one for each of its own items: take that by a stage in the body, and return what comes of it`,
    )
  const [chosen] = choices
  if (chosen !== undefined)
    throw new DeclarationError(
      `its body returns "${chosen.name}", on which a value decides: take that by a stage in the body, and return what comes of it`,
    )
  if (outputs.length === 0)
    throw new DeclarationError("its body returns no output: return those of the tasks that it wires")
  if (form(first.value, first.declared.tasks) !== form(second.value, second.declared.tasks))
    throw new DeclarationError(
      `its body wires something else when it is called again for ${item.name}: what it wires may depend on the item alone`,
    )
  return { value: first.value, outputs, declared: first.declared }
}

/**
 * What was wired, as text: the tasks that a body declares by their number, files and locked outputs, which it may declare too, by what
 * they are of, all else that it is wired to by identity.
 */
function form(value: unknown, declared: ReadonlyArray<TaskNode>): string {
  const numbers = new Map<unknown, number>(declared.map((node, i) => [node, i]))
  const sourceText = (of: unknown): Json => {
    const number = numbers.get(of)
    if (number !== undefined) return number
    const source = of as Source
    if (source._tag === "File") return `file ${source.kind} ${nameOfFile(source)}`
    if (source._tag === "Item" && source.from === undefined) return ["item", { ...source.record }]
    if (source._tag !== "Choice") return `outer ${identity(of)}`
    return { by: source.by, on: plain(source.on), branches: plain(source.branches) }
  }
  const seen = new Set<object>()
  const plain = (given: unknown): Json => {
    const place = groupPlace(given)
    if (place !== undefined) {
      const { name, over } = place.node
      return { group: name, path: [...place.path], over: plain(over) }
    }
    if (isOutput(given) || isOptionalOutput(given)) return { output: [sourceText(given.source), given.name] }
    if (isBound(given)) return { bound: plain(given.output), path: [...given.path] }
    if (typeof given !== "object" || given === null) return String(given)
    if (seen.has(given)) return "seen"
    seen.add(given)
    const listed = Object.entries(given).map(([name, inner]): Json => [name, plain(inner)])
    seen.delete(given)
    return listed
  }
  const tasks = declared.map(({ stage, params, inputs, axes }) => [
    fullName(stage),
    plain(params),
    plain(inputs),
    plain(axes),
  ])
  return canonical([plain(value), tasks])
}

/** What is declared outside a body is the same object each time. */
const identities = new WeakMap<object, number>()
let last = 0
function identity(of: unknown): number {
  const known = identities.get(of as object)
  if (known !== undefined) return known
  identities.set(of as object, ++last)
  return last
}
