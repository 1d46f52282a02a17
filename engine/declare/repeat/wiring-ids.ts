// Numbers for tasks as they are wired: two have the same one if stage, params, inputs and axes are the same, however often they were
// declared. What cannot be compared for sure, such as an instance of a class, equals itself alone.
import { type Bound, type GroupOutput, type Output, place, type TaskNode } from "../task.ts"

/** Levels of nesting in params that are compared; what lies deeper equals itself alone. */
const deepest = 100

export class WiringIds {
  readonly #byText = new Map<string, number>()
  readonly #known = new WeakMap<object, number>()
  #count = 0

  /** Of a task that is known, the number that it has. */
  idOf(node: TaskNode): number {
    const known = this.#known.get(node)
    if (known !== undefined) return known
    const { stage, params, inputs, axes, repeats, of } = node
    const text = [stage, params, inputs, axes, repeats, of?.name].map((part) => this.#text(part)).join()
    const id = this.#byText.get(text) ?? this.#count++
    this.#byText.set(text, id)
    this.#known.set(node, id)
    return id
  }

  /** Another task stands for the wiring of this number, too. */
  know(node: TaskNode, id: number): void {
    this.#known.set(node, id)
  }

  /** Not the same for two values that differ. */
  #text(value: unknown, depth = 0): string {
    if (typeof value === "symbol") return `#${this.#count++}`
    if (typeof value === "function") return this.#itself(value)
    if (typeof value === "bigint") return `${value}n`
    if (Object.is(value, -0)) return "-0"
    if (typeof value === "string") return JSON.stringify(value)
    if (typeof value !== "object" || value === null) return String(value)
    if (depth > deepest) return this.#itself(value)
    const inside = (inner: unknown): string => this.#text(inner, depth + 1)
    if (Array.isArray(value)) return `[${Array.from(value, inside).join()}]`
    if (isTagged<Output<string>>(value, "Output")) {
      const { source, name, kind } = value
      return `output ${source._tag === "Task" ? this.#itself(source) : inside(source)} ${inside([name, kind])}`
    }
    if (isTagged<Bound>(value, "Bound")) return `bound ${inside(value.output)} ${inside(value.path)}`
    const group = (value as Partial<GroupOutput<string>>)[place]
    if (group !== undefined) return `group ${this.#itself(group.node)} ${inside(group.path)}`
    if (!isPlain(value)) return this.#itself(value)
    const fields = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${inside(inner)}`)
    return `{${fields.sort().join()}}`
  }

  /** A task at hand has its number; anything else gets one of its own. */
  #itself(value: object): string {
    const id = this.#known.get(value) ?? this.#count++
    this.#known.set(value, id)
    return `#${id}`
  }
}

const isTagged = <T extends { readonly _tag: string }>(value: object, tag: T["_tag"]): value is T =>
  (value as { _tag?: unknown })._tag === tag

/** An object of fields, and nothing more behind it. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (
    (prototype === Object.prototype || prototype === null) && Object.getOwnPropertySymbols(value).length === 0
  )
}
