// Running with the cache gives the same results as running with none, whatever was edited between the runs.
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import fc from "fast-check"
import t from "tap"
import type { Codebase, StageCode } from "../../engine/code/stage-code.ts"
import { digestOf } from "../../engine/content/digest.ts"
import { experiment } from "../../engine/declare/experiment.ts"
import { type Bindable, bound, many, type Output, stage } from "../../engine/declare/stage.ts"
import { Ledger } from "../../engine/ledger/ledger.ts"
import { memoryLedger } from "../../engine/ledger/sqlite.ts"
import { plan } from "../../engine/plan/plan.ts"
import { type Event, type EventOf, Events } from "../../engine/report/events.ts"
import { previewPlan } from "../../engine/run/preview.ts"
import { runPlan } from "../../engine/run/runner.ts"
import { fileStore } from "../../engine/store/file-store.ts"
import { Executor } from "../../engine/worker/executor.ts"
import { temporaryFolder, writeFiles } from "./support/folder.ts"

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

/** Gives one of three values, so that changed upstream often gives the same bytes again. */
const stages = stageNames.map((name) =>
  stage(name, {
    params: Schema.Struct({ salt: Schema.Number, decided: Schema.Number }),
    inputs: { upstream: many("value") },
    outputs: { out: "value" },
    inProcess: true,
    run: () => ({ out: 0 }),
  }),
)

const folder = temporaryFolder(t)
const codeText = (name: string, constant: number): string => `
  import { Schema } from ${JSON.stringify(import.meta.resolve("effect"))}
  export const stage = { _tag: "Stage", stageName: "${name}", definition: {
    params: Schema.Struct({ salt: Schema.Number, decided: Schema.Number }),
    inputs: { upstream: { many: "value" } }, outputs: { out: "value" },
    run: ({ params, inputs }) => ({
      out: (Object.values(inputs.upstream).reduce((a, b) => a + b, 0) + params.salt * params.decided + ${constant}) % 3,
    }),
  } }`
for (const name of stageNames)
  for (const constant of [0, 1, 2])
    writeFiles(folder, { [`${name}-${constant}.mjs`]: codeText(name, constant) })

/** Code that is written already: what the bundler would find, without the bundler. */
const codebase = ({ constants }: Graph): Codebase =>
  ({
    root: folder,
    code: async ({ stageName }: { readonly stageName: string }): Promise<StageCode> => {
      const constant = constants[stageNames.indexOf(stageName as never)]!
      return {
        digest: digestOf(codeText(stageName, constant)),
        path: join(folder, `${stageName}-${constant}.mjs`),
        packages: {},
        sources: {},
      }
    },
  }) as Partial<Codebase> as Codebase

const planOf = ({ nodes }: Graph) => {
  const wire = (): ReadonlyArray<Output<"value">> => {
    const outs: Array<Output<"value">> = []
    for (const [i, { upstream, salt, decider }] of nodes.entries()) {
      const decided: Bindable<number> = decider === undefined ? 1 : bound(outs[decider]!)
      const wires = Object.fromEntries(upstream.map((other) => [`from-${other}`, outs[other]!]))
      outs.push(stages[i % 3]!({ salt, decided }, { upstream: wires }, { i }).out)
    }
    return outs
  }
  return plan(experiment("random", {}, wire), {})
}

const noWorkers = Layer.succeed(Executor, { execute: () => Effect.die("every stage is in-process") })
let counter = 0
const emptyStore = () => Layer.fresh(fileStore(join(folder, `store-${counter++}`)))

const running = (graph: Graph) =>
  Effect.gen(function* () {
    const events: Array<Event> = []
    const emit = (event: Event): void => void events.push(event)
    const preview = yield* previewPlan(planOf(graph), codebase(graph), { numerics: {}, force: new Set() })
    const id = `run-${counter++}`
    const started = new Date(counter).toISOString()
    const facts = {
      experiment: "random",
      params: {},
      started,
      commit: null,
      dirty: null,
      numerics: null,
      host: "here",
    }
    ;(yield* Ledger).beginRun({ id, ...facts })
    yield* runPlan(planOf(graph), codebase(graph), {
      id,
      jobs: 2,
      keepGoing: false,
      force: new Set(),
      numerics: {},
      settings: {},
    }).pipe(Effect.provideService(Events, { emit }), Effect.provide(noWorkers))
    const finished = events.filter(
      (event): event is EventOf<"task-finished"> => event.event === "task-finished",
    )
    return {
      outputs: Object.fromEntries(finished.map(({ task, outputs }) => [task, outputs])),
      status: Object.fromEntries(finished.map(({ task, status }) => [task, status])),
      planned: Object.fromEntries(preview.map(({ task, status }) => [task.label, status])),
    }
  })

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
      const withCache = await Effect.runPromise(
        Effect.forEach(history, running).pipe(
          Effect.provide(Layer.merge(emptyStore(), Layer.fresh(memoryLedger))),
        ),
      )
      for (const [i, graph] of history.entries()) {
        const without = await Effect.runPromise(
          running(graph).pipe(Effect.provide(Layer.merge(emptyStore(), Layer.fresh(memoryLedger)))),
        )
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
    }),
    { numRuns: 10, examples: [earlyCutoff] },
  )
  t.ok(seen.cutoffs > 0 && seen.cached > 0 && seen.ran > 0, "the graphs drawn had something to show")
})
