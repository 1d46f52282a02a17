// Running with the cache gives the same results as running with none, whatever was edited between the runs.
import * as Schema from "effect/Schema"
import fc from "fast-check"
import t from "tap"
import {
  type AnyStage,
  type Bindable,
  bound,
  experiment,
  many,
  type Output,
  stage,
} from "../../../engine/declare/index.ts"
import { type MemoryPlace, memoryPlace } from "../../../engine/testing/memory-place.ts"
import type { Teardown } from "../../../engine/testing/temporary-folder.ts"
import { count } from "../../counts.ts"

/** One task: what it is wired to (earlier tasks), its param, and the task that decides its second param, if any. */
interface Node {
  readonly upstream: ReadonlyArray<number>
  readonly salt: number
  readonly decider: number | undefined
}

/** A graph as it stands at one run: its tasks, and the constant in the code of each of the three stages. */
interface Graph {
  readonly nodes: ReadonlyArray<Node>
  readonly constants: ReadonlyArray<number>
}

const stageNames = ["add", "mix", "cut"] as const
const small = fc.nat({ max: 2 })

const graphs: fc.Arbitrary<Graph> = fc.record({
  nodes: fc
    .array(
      fc.record({ seeds: fc.array(fc.nat(), { maxLength: 3 }), salt: small, decider: fc.option(fc.nat()) }),
      {
        minLength: 1,
        maxLength: 7,
      },
    )
    .map((drafts) =>
      drafts.map(({ seeds, salt, decider }, i) => ({
        upstream: i === 0 ? [] : [...new Set(seeds.map((seed) => seed % i))],
        salt,
        decider: i === 0 || decider === null ? undefined : decider % i,
      })),
    ),
  constants: fc.tuple(small, small, small),
})

/** An edit between two runs: a param of one task, or the code of one stage, to another or to one that was before. */
interface Edit {
  readonly edit: "salt" | "code"
  readonly at: number
  readonly to: number
}

const edits: fc.Arbitrary<Array<Edit>> = fc.array(
  fc.oneof(
    fc.record({ edit: fc.constant("salt" as const), at: fc.nat(), to: small }),
    fc.record({ edit: fc.constant("code" as const), at: fc.nat({ max: 2 }), to: small }),
  ),
  { maxLength: 3 },
)

function edited(graph: Graph, changes: ReadonlyArray<Edit>): Graph {
  const nodes = [...graph.nodes]
  const constants = [...graph.constants]
  for (const { edit, at, to } of changes) {
    const i = at % nodes.length
    if (edit === "salt") nodes[i] = { ...nodes[i]!, salt: to }
    else constants[at] = to
  }
  return { nodes, constants }
}

/** Gives one of three values, so that changed upstream often gives the same bytes again. By name, then by constant. */
const stages = stageNames.map((name) =>
  [0, 1, 2].map((constant) =>
    stage(name, {
      params: Schema.Struct({ salt: Schema.Number, decided: Schema.Number }),
      inputs: { upstream: many("value") },
      outputs: { out: "value" },
      run: ({ params, inputs }) => {
        const sum = Object.values(inputs.upstream).reduce<number>((a, b) => a + (b as number), 0)
        return { out: (sum + params.salt * params.decided + constant) % 3 }
      },
    }),
  ),
)

const random = ({ nodes, constants }: Graph) =>
  experiment("random", {}, () => {
    const outs: Array<Output<"value">> = []
    for (const [i, { upstream, salt, decider }] of nodes.entries()) {
      const decided: Bindable<number> = decider === undefined ? 1 : bound(outs[decider]!)
      const wires = Object.fromEntries(upstream.map((other) => [`from-${other}`, outs[other]!]))
      outs.push(stages[i % 3]![constants[i % 3]!]!({ salt, decided }, { upstream: wires }, { i }).out)
    }
    return outs
  })

const running = async (place: MemoryPlace, graph: Graph) => {
  const options = {
    jobs: 2,
    code: ({ stageName }: AnyStage) => `${graph.constants[stageNames.indexOf(stageName as never)]}`,
  }
  const preview = await place.preview(random(graph), options)
  const { recorder } = await place.run(random(graph), options)
  return {
    outputs: recorder.outputs,
    status: recorder.tasks,
    planned: Object.fromEntries(preview.map(({ task, status }) => [task.label, status])),
  }
}

/** Param and code of the first task change and its bytes do not, so the second, undecided at first, is a hit. */
const earlyCutoff: [Graph, Array<Array<Edit>>] = [
  {
    nodes: [
      { upstream: [], salt: 1, decider: undefined },
      { upstream: [0], salt: 0, decider: undefined },
    ],
    constants: [0, 0, 0],
  },
  [
    [
      { edit: "salt", at: 0, to: 0 },
      { edit: "code", at: 0, to: 1 },
    ],
  ],
]

t.test("with the cache every run gives what it gives without, early cutoffs included", async (t) => {
  const seen = { cutoffs: 0, cached: 0, ran: 0 }
  await fc.assert(
    fc.asyncProperty(graphs, fc.array(edits, { minLength: 1, maxLength: 4 }), async (first, rounds) => {
      const history = [first]
      for (const changes of rounds) history.push(edited(history.at(-1)!, changes))
      history.push(first)
      const closing: Array<() => unknown> = []
      const own: Teardown = { teardown: (close) => closing.push(close) }
      const place = memoryPlace(own)
      const withCache: Array<Awaited<ReturnType<typeof running>>> = []
      for (const graph of history) withCache.push(await running(place, graph))
      for (const [i, graph] of history.entries()) {
        const without = await running(memoryPlace(own), graph)
        const { outputs, status, planned } = withCache[i]!
        t.same(outputs, without.outputs)
        for (const task of Object.keys(status)) {
          if (planned[task] === "cached")
            t.equal(status[task], "cached", "what the plan calls cached is cached")
          if (status[task] === "cached") seen.cached++
          else seen.ran++
          if (status[task] === "cached" && planned[task] === "undecided") seen.cutoffs++
        }
      }
      const back = Object.values(withCache.at(-1)!.status)
      t.ok(
        back.every((status) => status === "cached"),
        "the way back is cached",
      )
      for (const close of closing) await close() // thousands of places would not fit into memory
    }),
    { numRuns: count(25, 2_000), examples: [earlyCutoff] },
  )
  t.ok(seen.cutoffs > 0 && seen.cached > 0 && seen.ran > 0, "the graphs drawn had something to show")
})
