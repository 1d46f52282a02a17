// Metrics beside those of an earlier lock: what is paired, over what, and what cannot be compared.
import * as Schema from "effect/Schema"
import t from "tap"
import { canonical, type Json } from "../../../engine/content/canonical.ts"
import { digestOf, type Key } from "../../../engine/content/digest.ts"
import { experiment, many, stage } from "../../../engine/declare/index.ts"
import { comparedMetrics, type Statistics } from "../../../engine/lock/compare-metrics.ts"
import type { Lock } from "../../../engine/lock/lock-file.ts"
import { lockedResults } from "../../../engine/lock/lock-of.ts"
import { plan } from "../../../engine/plan/plan.ts"
import { lockedMetrics } from "../../../engine/session/against.ts"

const cut = stage("cut", {
  params: Schema.Struct({ fold: Schema.Number }),
  inputs: {},
  outputs: { part: "sample" },
  run: () => ({ part: new Uint8Array() }),
})
const measure = stage("measure", {
  params: Schema.Struct({ rate: Schema.Number }),
  inputs: { part: "sample" },
  outputs: { metrics: "metrics", costs: "metrics" },
  run: () => ({ metrics: {}, costs: {} }),
})
const total = stage("total", {
  params: Schema.Struct({}),
  inputs: { all: many("metrics") },
  outputs: { metrics: "metrics" },
  run: () => ({ metrics: {} }),
})
const folds = [1, 2]
const grid = experiment("grid", {}, () => {
  const parts = folds.map((fold) => cut({ fold }, {}, { fold }))
  const cells = [0.1, 0.5].flatMap((rate) =>
    parts.map((part, i) => measure({ rate }, part, { fold: folds[i]!, rate })),
  )
  const all = Object.fromEntries(cells.map((cell, i) => [`${i}`, cell.metrics]))
  return { test: total({}, { all }), cells }
})
const planned = plan(grid, {})

/** A lock in which each task gives what `gives` says, and otherwise bytes of its own. */
function lockOf(gives: (task: string, output: string) => Json | undefined): Lock {
  const tasks = planned.tasks.map(({ label, node }) => {
    const names = Object.keys(node.stage.definition.outputs)
    const contents = Object.fromEntries(
      names.flatMap((name) => {
        const content = gives(label, name)
        return content === undefined ? [] : [[name, content] as const]
      }),
    )
    const outputs = Object.fromEntries(
      names.map((name) => [
        name,
        digestOf(name in contents ? canonical(contents[name]!) : `${label} ${name}`),
      ]),
    )
    return [label, { key: "" as Key, params: {}, outputs, contents }] as const
  })
  const tables = { stages: {}, files: {}, groups: {}, locked: {} }
  return { experiment: "grid", tasks: Object.fromEntries(tasks), ...tables, results: lockedResults(planned) }
}

const asked: Array<number> = []
const statistics: Statistics = {
  isSample: (kind) => kind === "sample",
  compare: (pairs) => {
    asked.push(pairs.length)
    const difference = pairs.reduce((sum, { today, before }) => sum + today - before, 0) / pairs.length
    return {
      difference,
      interval: null,
      p: 0.01,
      note: `${new Set(pairs.flatMap(({ samples }) => samples.map(({ digest }) => digest))).size} samples`,
    }
  },
  adjust: (ps) => ps.map((p) => (p === null ? null : p * ps.length)),
}
const compared = (today: Lock, then: Lock) =>
  comparedMetrics(planned, { ...lockedMetrics(today), files: new Map() }, then, statistics)

const base = (task: string, output: string): Json | undefined => {
  if (output === "part") return undefined
  if (task === "total") return { score: 1, "score.low": 0.5, "score.high": 1.5 }
  return output === "costs" ? { seconds: 1 } : { score: task.includes("rate=0.5") ? 2 : 3 }
}

t.test(
  "cells are paired by their label, over the axes along which the examples differ, and no others",
  async (t) => {
    const today = lockOf((task, output) =>
      task === "measure@fold=2+rate=0.5" && output === "metrics" ? { score: 4 } : base(task, output),
    )
    const { rows, onlyToday, onlyThen } = compared(today, lockOf(base))
    t.match(
      rows.map(({ metric, pairs, before, today, difference, note }) => [
        metric,
        pairs,
        before,
        today,
        difference,
        note,
      ]),
      [
        ["test.score", 1, 1, 1, 0, "2 samples"],
        ["measure@rate=0.1 score", 2, 3, 3, 0, "2 samples"],
        ["measure@rate=0.1 costs.seconds", 2, 1, 1, 0, "2 samples"],
        ["measure@rate=0.5 score", 2, 2, 3, 1, "2 samples"],
        ["measure@rate=0.5 costs.seconds", 2, 1, 1, 0, "2 samples"],
      ],
      "bounds of intervals are no metrics of their own",
    )
    t.same([onlyToday, onlyThen], [[], []])
    t.equal(rows[0]!.adjusted, 0.05, "adjusted over all of them")
  },
)

t.test(
  "what was measured on other examples gives both values, and neither a difference nor a p",
  async (t) => {
    const then = lockOf(base)
    const changed = { ...then.tasks["cut@fold=2"]!, outputs: { part: digestOf("other") } }
    const { rows } = compared(lockOf(base), { ...then, tasks: { ...then.tasks, "cut@fold=2": changed } })
    t.match(rows[0], {
      metric: "test.score",
      difference: null,
      p: null,
      note: /other examples \(cut@fold=2 part\)/,
    })
    t.match(rows[1], { pairs: 2, difference: null, before: 3, today: 3 })
  },
)

t.test("a metric that one side alone has is named, and an edited one is none", async (t) => {
  const then = lockOf((task, output) => (task === "total" ? { old: 1, score: 1 } : base(task, output)))
  const today = lockOf((task, output) => (task === "total" ? { new: 1, score: 2 } : base(task, output)))
  t.match(compared(today, then), { onlyToday: ["test.new"], onlyThen: ["test.old"] })
  const edited = { ...then.tasks.total!, contents: { metrics: { score: 9 } } }
  const found = compared(today, { ...then, tasks: { ...then.tasks, total: edited } })
  t.same(found.onlyToday, ["test.new", "test.score"])
})
