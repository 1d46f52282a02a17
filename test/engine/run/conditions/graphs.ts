// Random graphs with conditions in them, nested: wired as such, or by whoever knows what they come to.
import * as Schema from "effect/Schema"
import fc from "fast-check"
import {
  type AnyExperiment,
  each,
  experiment,
  many,
  match,
  type OptionalOutput,
  type Output,
  optional,
  stage,
  when,
} from "../../../../engine/declare/index.ts"

interface Value {
  readonly n: number
  readonly side: "left" | "right"
}

const valueAt = (n: number): Value => ({ n: n % 4, side: n % 2 === 0 ? "left" : "right" })

/** Of few values, so that what changed upstream often gives the same bytes again. */
const mixed = (salt: number, first: Value, perhaps: Value | undefined, more: ReadonlyArray<Value>): Value =>
  valueAt(salt + first.n * 3 + (perhaps?.n ?? 5) + more.reduce((sum, { n }) => sum + n, 0))

export const source = stage("source", {
  params: Schema.Struct({ seed: Schema.Number }),
  inputs: {},
  outputs: { out: "value" },
  run: ({ params }) => ({ out: { ...valueAt(params.seed) } }),
})

/** Salts at which a task fails. */
export const failing = new Set<number>()

export const mix = stage("mix", {
  params: Schema.Struct({ salt: Schema.Number }),
  inputs: { first: "value", perhaps: optional("value"), more: many("value") },
  outputs: { out: "value" },
  run: ({ params: { salt }, inputs: { first, perhaps, more } }) => {
    if (failing.has(salt)) throw new Error("not now")
    const all = Object.values(more) as unknown as ReadonlyArray<Value>
    return { out: { ...mixed(salt, first as unknown as Value, perhaps as Value | undefined, all) } }
  },
})

export const list = stage("list", {
  params: Schema.Struct({ items: Schema.Array(Schema.Number) }),
  inputs: {},
  outputs: { list: "value" },
  run: ({ params }) => ({ list: [...params.items] }),
})

/** References are places among what can be seen: of so many, the rest of a division. */
interface Mix {
  readonly at: "mix"
  readonly salt: number
  readonly first: number
  readonly perhaps: number | undefined
  readonly more: ReadonlyArray<number>
}
interface Decided {
  readonly at: "match" | "when"
  readonly on: number
  readonly wanted: ReadonlyArray<number>
  readonly branches: readonly [Graph, Graph]
}
type Step = Mix | Decided
export type Graph = ReadonlyArray<Step>

const reference = fc.nat({ max: 50 })
const mixes: fc.Arbitrary<Mix> = fc.record({
  at: fc.constant("mix" as const),
  salt: fc.nat({ max: 3 }),
  first: reference,
  perhaps: fc.option(reference, { nil: undefined }),
  more: fc.array(reference, { maxLength: 2 }),
})
const decided = (inner: fc.Arbitrary<Graph>): fc.Arbitrary<Decided> =>
  fc.record({
    at: fc.constantFrom("match" as const, "when" as const),
    on: reference,
    wanted: fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 1, maxLength: 3 }),
    branches: fc.tuple(inner, inner),
  })
const graphs = (depth: number, least: number): fc.Arbitrary<Graph> =>
  fc
    .array(depth === 0 ? mixes : fc.oneof(mixes, decided(graphs(depth - 1, 0))), {
      minLength: least,
      maxLength: 4,
    })
    .chain((steps) => mixes.map((last) => [...steps, last]))

/** What a step gives; by hand with its value, and undefined where a condition decided against it. */
interface Seen {
  readonly output: Output<"value"> | OptionalOutput<"value"> | undefined
  readonly isOptional: boolean
  readonly value: Value | undefined
}

/** How conditions are written: as such, or by whoever knows what they come to. */
type Decide = (step: Decided, on: Seen, branch: (graph: Graph) => Seen) => Seen

export const plain = (output: Seen["output"]): Output<"value"> => output as Output<"value">

export const asConditions: Decide = ({ at, wanted, branches: [left, right] }, on, branch) => {
  const output =
    at === "match"
      ? match(plain(on.output), ["side"], {
          left: () => branch(left).output,
          right: () => branch(right).output,
        })
      : when(plain(on.output), ["n"], wanted, () => branch(left).output)
  return { output: output as Seen["output"], isOptional: at === "when", value: undefined }
}

export const asChosen: Decide = ({ at, wanted, branches: [left, right] }, { value }, branch) => {
  if (at === "match") return branch(value!.side === "left" ? left : right)
  const given = wanted.includes(value!.n) ? branch(left) : { output: undefined, value: undefined }
  return { ...given, isOptional: true }
}

/** Axes say where a step stands: the same whoever decides. */
export function wire(graph: Graph, decide: Decide, seed: number): ReadonlyArray<Seen> {
  const walk = (steps: Graph, around: ReadonlyArray<Seen>, path: string): ReadonlyArray<Seen> => {
    const seen = [...around]
    for (const [i, step] of steps.entries()) {
      const sure = seen.filter(({ isOptional }) => !isOptional)
      const of = (at: number): Seen => sure[at % sure.length]!
      const branch = (inner: Graph): Seen => {
        const name = step.at !== "mix" && inner === step.branches[0] ? "l" : "r"
        return walk(inner, seen, `${path}${i}${name}`).at(-1)!
      }
      if (step.at !== "mix") {
        seen.push(decide(step, of(step.on), branch))
        continue
      }
      const { salt, first, more } = step
      const perhaps = step.perhaps === undefined ? undefined : seen[step.perhaps % seen.length]
      // A branch's last step takes all that is sure to be in it: what decides there is needed by hand too.
      const isLast = path !== "" && i === steps.length - 1
      const own = isLast ? seen.slice(around.length).filter(({ isOptional }) => !isOptional) : []
      const named = [...more.map(of), ...own].map((one, nth) => [`${nth}`, one] as const)
      const inputs = {
        first: plain(of(first).output),
        perhaps: perhaps?.output,
        more: Object.fromEntries(named.map(([name, { output }]) => [name, plain(output)])),
      }
      const all = named.map(([, { value }]) => value!)
      seen.push({
        output: mix({ salt }, inputs, { at: `${path}${i}` }).out,
        isOptional: false,
        value: decide === asChosen ? mixed(salt, of(first).value!, perhaps?.value, all) : undefined,
      })
    }
    return seen
  }
  const begin: Seen = { output: source({ seed }).out, isOptional: false, value: valueAt(seed) }
  return walk(graph, [begin], "")
}

export const whole = (graph: Graph, decide: Decide, seed: number): AnyExperiment =>
  experiment("whole", {}, () => wire(graph, decide, seed).flatMap(({ output }) => output ?? []))

/** The graph in the body of a group: what its last step gives, for each item. */
export const inGroup = (graph: Graph, items: ReadonlyArray<number>): AnyExperiment =>
  experiment("whole", {}, () => {
    const each_ = each("items", list({ items }).list, (seed: number) =>
      plain(wire(graph, asConditions, seed).at(-1)!.output),
    )
    return mix(
      { salt: 0 },
      { first: source({ seed: 0 }, {}, { at: "first" }).out, more: each_ },
      { at: "last" },
    ).out
  })

export interface Drawn {
  readonly graph: Graph
  readonly seed: number
}
export const drawn: fc.Arbitrary<Drawn> = fc.record({ graph: graphs(2, 1), seed: fc.nat({ max: 7 }) })
