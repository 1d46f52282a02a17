// Which tasks pair, over random experiments: those whose params and inputs are what earlier code was given, and no others.
import * as Schema from "effect/Schema"
import fc from "fast-check"
import t from "tap"
import { type Pairing, pairing } from "../../../engine/adopt/pairing.ts"
import type { StageCode } from "../../../engine/code/stage-code.ts"
import { canonical, type Json } from "../../../engine/content/canonical.ts"
import { digestOf, type Key, keyOf } from "../../../engine/content/digest.ts"
import { atOnce } from "../../../engine/content/steps.ts"
import { type AnyStage, experiment, many, type Output, stage } from "../../../engine/declare/index.ts"
import { preImage, readableFormats } from "../../../engine/key/fingerprint.ts"
import { resolve } from "../../../engine/key/resolve.ts"
import type { OutputRecords } from "../../../engine/ledger/records.ts"
import type { LockedTask } from "../../../engine/lock/lines.ts"
import type { Lock } from "../../../engine/lock/lock-file.ts"
import { type Plan, plan } from "../../../engine/plan/plan.ts"
import type { PlannedTask } from "../../../engine/plan/planned.ts"
import { count } from "../../counts.ts"

interface Node {
  readonly upstream: ReadonlyArray<number>
  readonly stage: number
  readonly salt: number
}

const names = ["add", "mix", "cut"] as const
const declared = names.map((name) =>
  stage(name, {
    params: Schema.Struct({ salt: Schema.Int }),
    inputs: { given: many("value") },
    outputs: { value: "value" },
    run: () => ({ value: 0 }),
  }),
)

const nodes: fc.Arbitrary<ReadonlyArray<Node>> = fc
  .array(
    fc.record({
      seeds: fc.array(fc.nat(), { maxLength: 3 }),
      stage: fc.nat({ max: 2 }),
      salt: fc.nat({ max: 2 }),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((drafts) =>
    drafts.map(({ seeds, stage, salt }, i) => ({
      upstream: i === 0 ? [] : [...new Set(seeds.map((seed) => seed % i))],
      stage,
      salt,
    })),
  )

/** @param prefix of the names in labels. @param salts of tasks whose params are to be others */
function planned(all: ReadonlyArray<Node>, prefix: string, salts: ReadonlyMap<number, number>): Plan {
  const made: Array<{ readonly value: Output<"value"> }> = []
  const wired = experiment("random", {}, () => {
    for (const [i, { upstream, stage, salt }] of all.entries()) {
      const given = Object.fromEntries(upstream.map((at) => [`n${at}`, made[at]!.value]))
      made.push(declared[stage]!({ salt: salts.get(i) ?? salt }, { given }, { n: `${prefix}${i}` }))
    }
    return made.map(({ value }) => value)
  })
  return plan(wired, {})
}

const codesOf = (moved: ReadonlyArray<boolean>): ReadonlyMap<string, StageCode> =>
  new Map(
    names.map((name, i) => [
      name,
      {
        digest: digestOf(`${name}${moved[i] ? " of today" : ""}`),
        path: "",
        packages: {},
        sources: {},
        isStateful: false,
      } as StageCode,
    ]),
  )

/** What each task of this work gives: the same params and inputs give the same bytes, whatever the code. */
const outputOf = (task: PlannedTask, inputs: unknown): Json =>
  digestOf(canonical([task.stage, task.params, inputs]))

function lockOf(whole: Plan, codes: ReadonlyMap<string, StageCode>, format: string): Lock {
  const outputs = new Map<PlannedTask, OutputRecords>()
  const tasks: Record<string, LockedTask> = {}
  for (const task of whole.tasks) {
    const resolution = resolve(task, codes.get(task.stage)!, {
      outputs: (node) => outputs.get(whole.task(node))!,
      file: () => undefined as never,
      value: () => null,
      folder: () => undefined,
      opened: (node) => whole.opened(whole.group(node))!,
      hasOutputs: () => true,
      label: (node) => whole.task(node).label,
      numerics: {},
      command: (_, call) => call(),
    })
    const content = outputOf(task, resolution.fingerprint.inputs)
    const digest = digestOf(canonical(content))
    outputs.set(task, { value: { kind: "value", digest, size: 1 } })
    const key: Key = keyOf(preImage(resolution.fingerprint, format))
    tasks[task.label] = {
      ...{ key, params: resolution.fingerprint.params, outputs: { value: digest } },
      contents: { value: content },
    }
  }
  const stages = Object.fromEntries(
    [...codes].map(([name, { digest }]) => [
      name,
      { keyFormat: format, code: digest, sources: {}, packages: {}, numerics: null },
    ]),
  )
  return { experiment: "random", tasks, stages, files: {}, groups: {}, results: {}, locked: {} }
}

/** The labels that a pairing takes over, what of it is current, and the rest. */
const shapeOf = ({ pairs, current, left }: Pairing) => ({
  pairs: pairs.map(({ task }) => String(task.label)),
  current: current.map(({ label }) => String(label)),
  left: left.map(({ task }) => String(task.label)),
})

t.test(
  "a task pairs when its work is what the lock knows, under whatever label, and its code or format moved",
  async (t) => {
    fc.assert(
      fc.property(
        nodes,
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        fc.array(fc.nat({ max: 8 }), { maxLength: 2 }),
        fc.constantFrom("", "m"),
        fc.constantFrom(...readableFormats),
        (all, moved, edited, prefix, format) => {
          const salts = new Map(edited.filter((i) => i < all.length).map((i) => [i, 7 + i]))
          const [before, today] = [planned(all, "", new Map()), planned(all, prefix, salts)]
          const lock = lockOf(before, codesOf([false, false, false]), format)
          const found = atOnce(
            pairing(lock, { plan: today, codes: codesOf(moved), files: new Map(), numerics: {} }),
          )
          const other = new Set<number>()
          for (const [i, { upstream }] of all.entries())
            if (salts.has(i) || upstream.some((at) => other.has(at))) other.add(i)
          const at = (label: string): number => Number(label.split("=")[1]!.replace("m", ""))
          const isMoved = (i: number): boolean => moved[all[i]!.stage]! || format !== readableFormats[0]
          const expected = today.tasks.map(({ label }) => String(label))
          const known = expected.filter((label) => !other.has(at(label)))
          t.same(shapeOf(found), {
            pairs: known.filter((label) => isMoved(at(label))),
            current: known.filter((label) => !isMoved(at(label))),
            left: expected.filter((label) => other.has(at(label))),
          })
          for (const { task, label, locked, resolution } of found.pairs) {
            const { params, outputs } = lock.tasks[label]!
            t.equal(params === resolution.fingerprint.params, false, "read from the lock")
            t.same(params, resolution.fingerprint.params)
            t.same(locked.outputs, outputs)
            t.ok(lock.tasks[label] !== undefined && task.stage === label.split("@")[0])
          }
        },
      ),
      { numRuns: count(60, 1000) },
    )
  },
)

const only = declared.map((each) => each as AnyStage)
t.test("what a lock holds of another stage is no pair, though params and inputs are the same", async (t) => {
  const of = (at: number): Plan =>
    plan(
      experiment("random", {}, () => only[at]!({ salt: 1 }, { given: {} }) as never),
      {},
    )
  const lock = lockOf(of(0), codesOf([false, false, false]), readableFormats[0]!)
  const found = atOnce(
    pairing(lock, { plan: of(1), codes: codesOf([true, true, true]), files: new Map(), numerics: {} }),
  )
  t.same(shapeOf(found), { pairs: [], current: [], left: ["mix"] })
})
