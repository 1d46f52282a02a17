// Values that params are bound to and cannot take, and whatever else a task's key may fail on: one task fails, never the run.
import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import t from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { atOnce } from "../../../engine/content/steps.ts"
import { bound, experiment, file, stage } from "../../../engine/declare/index.ts"
import { checkCurrent } from "../../../engine/lock/current.ts"
import { lockOf } from "../../../engine/lock/lock-of.ts"
import { reasonText } from "../../../engine/report/readers/reasons.ts"
import { controlledStage } from "../../../engine/testing/controlled-stage.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const choose = stage("choose", {
  params: Schema.Struct({ what: Schema.Unknown }),
  inputs: {},
  outputs: { choice: "value" },
  run: ({ params }) => ({ choice: params.what as never }),
})
const scale = stage("scale", {
  params: Schema.Struct({ by: Schema.Struct({ factor: Schema.Number.pipe(Schema.between(0, 1)) }) }),
  inputs: {},
  outputs: { out: "value" },
  run: ({ params }) => ({ out: params.by.factor }),
})
const follow = stage("follow", {
  params: Schema.Struct({ id: Schema.Number }),
  inputs: { given: "value" },
  outputs: { out: "value" },
  run: ({ inputs }) => ({ out: [inputs.given] }),
})

/** Two tasks whose factor is bound to `rate` of what was chosen, each with a task that follows it. */
const scaled = (whats: ReadonlyArray<unknown>) =>
  experiment("scaled", {}, () =>
    whats.map((what, id) => {
      const { choice } = choose({ what }, {}, { id })
      const { out } = scale({ by: { factor: bound(choice, "rate") } }, {}, { id })
      return follow({ id }, { given: out }, { id })
    }),
  )

const failed = { "scale@id=0": "failed", "follow@id=0": "skipped" }
const good = { rate: 0.5 }

for (const [what, message] of [
  [
    { rate: "fast" },
    /^its param by\.factor is "fast": .*number.* is wanted; it is bound to "rate" of the output choice of choose@id=0$/,
  ],
  [{ rate: 2 }, /^its param by\.factor is 2: a number from 0 to 1 is wanted; it is bound to "rate" of/],
  [
    { speed: 1 },
    /^its param by\.factor is bound to "rate" of the output choice of choose@id=0, which has no such field: {"speed":1}$/,
  ],
  [7, /which has no such field: 7$/],
] as const) {
  t.test(
    `a value that a param cannot take, ${JSON.stringify(what)}, fails its task and nothing else`,
    async (t) => {
      const place = memoryPlace(t)
      const { recorder } = await place.run(scaled([what, good]), { keepGoing: true })
      t.match(recorder.tasks, { ...failed, "choose@id=0": "ran", "scale@id=1": "ran", "follow@id=1": "ran" })
      const [refused] = recorder.of("task-finished").filter(({ status }) => status === "failed")
      t.match(refused, { task: "scale@id=0", key: null, error: { tag: "BoundValueRefused", message } })
      t.same(
        recorder.of("task-started").filter(({ task }) => task === "scale@id=0"),
        [],
      )

      const previews = await place.preview(scaled([what, good]))
      const [preview] = previews.filter(({ task }) => task.label === "scale@id=0")
      t.match(preview, {
        status: "will-run",
        key: null,
        why: [{ reason: "refused", tag: "BoundValueRefused", message }],
      })
      t.match(reasonText(preview!.why[0]!), /^its param by\.factor is/)
      t.match(
        previews.find(({ task }) => task.label === "follow@id=1"),
        { status: "cached" },
      )
    },
  )
}

t.test("without --keep-going nothing starts after a value was refused; what had run is kept", async (t) => {
  const place = memoryPlace(t)
  const { recorder } = await place.run(scaled([{ rate: 2 }, good]))
  t.match(recorder.tasks, { ...failed, "choose@id=0": "ran", "scale@id=1": "skipped" })
  const again = await place.run(scaled([{ rate: 2 }, good]))
  t.equal(again.recorder.tasks["choose@id=0"], "cached")
})

t.test("a refused value in a lock is a difference, not the end of the check", async (t) => {
  const place = memoryPlace(t)
  const { summary } = await place.run(scaled([good]))
  const plan = place.plan(scaled([good]))
  const today = place.plan(scaled([good]))
  const settled = (label: string) => [...summary.tasks].find(([task]) => task.label === label)![1]
  const locking = lockOf(plan, {
    resolution: ({ label }) => settled(label).resolution!,
    outputs: ({ label }) => settled(label).outputs,
    beside: () => ({}),
    content: (digest) => JSON.parse(new TextDecoder().decode(place.store.read(digest))),
    folder: () => [],
    files: new Map(),
  })
  const lock = atOnce(locking)
  const codes = new Map([...summary.tasks].map(([{ stage }, { resolution }]) => [stage, resolution!.code]))
  const world = { plan: today, codes, files: new Map(), numerics: {} }
  t.same(atOnce(checkCurrent(lock, world)).differences, [])
  const { digest } = place.store.put(new TextEncoder().encode('{"rate":2}'))
  const chosen = lock.tasks["choose@id=0"]!
  const edited = { ...chosen, outputs: { choice: digest }, contents: { choice: { rate: 2 } } }
  const { differences } = atOnce(
    checkCurrent({ ...lock, tasks: { ...lock.tasks, "choose@id=0": edited } }, world),
  )
  t.match(differences, [{ what: "failed", task: "scale@id=0", message: /by\.factor is 2/ }])
})

t.test(
  "a param may be bound to a local file; one that is no JSON fails its task, and nothing else",
  async (t) => {
    const root = temporaryFolder(t)
    const path = join(root, "rate.json")
    const fromFile = experiment("from-file", {}, () => ({
      scaled: scale({ by: { factor: bound(file("rate.json", "value")) } }),
      other: follow({ id: 1 }, { given: choose({ what: 1 }).choice }),
    }))
    const run = (text: string) => {
      writeFileSync(path, text)
      return memoryPlace(t).run(fromFile, { root, keepGoing: true })
    }
    t.match((await run(" 0.5\n")).recorder.tasks, { scale: "ran", follow: "ran" })
    const { recorder } = await run("fast, please")
    t.match(recorder.tasks, { scale: "failed", follow: "ran" })
    t.match(recorder.of("task-finished").find(({ task }) => task === "scale")!.error, {
      tag: "BoundValueRefused",
      message: /^its param by\.factor is bound to the file rate\.json, which is no JSON/,
    })
  },
)

t.test(
  "a value that was damaged since, and a file that is gone or changed, fail the task that wants them",
  async (t) => {
    const root = temporaryFolder(t)
    const waiting = controlledStage("wait")
    const place = memoryPlace(t)
    const [gone, changed] = ["gone.txt", "changed.txt"] as const
    for (const name of [gone, changed]) writeFileSync(join(root, name), name)
    const read = stage("read", {
      params: Schema.Struct({}),
      inputs: { text: "txt", after: "value" },
      outputs: { out: "value" },
      run: () => ({ out: 1 }),
    })
    const weigh = stage("weigh", {
      params: Schema.Struct({ factor: Schema.Number }),
      inputs: { after: "value" },
      outputs: { out: "value" },
      run: () => ({ out: 1 }),
    })
    const { recorder } = await (async () => {
      const running = place.run(
        experiment("damaged", {}, () => {
          const { value: after } = waiting.stage({ id: "w" }, { given: { c: choose({ what: 0.5 }).choice } })
          const { choice } = choose({ what: 0.25 }, {}, { nth: 2 })
          const damaged = weigh({ factor: bound(choice) }, { after })
          const files = [gone, changed].map((name) => read({}, { text: file(name), after }, { name }).out)
          return [damaged.out, ...files, follow({ id: 1 }, { given: after }).out, after]
        }),
        { root, keepGoing: true },
      )
      const held = await waiting.next()
      rmSync(join(root, gone))
      writeFileSync(join(root, changed), "something else")
      place.store.quarantine(digestOf("0.25"))
      held.succeed(1)
      return running
    })()
    t.match(recorder.tasks, {
      "read@name=gone.txt": "failed",
      "read@name=changed.txt": "failed",
      follow: "ran",
    })
    const errors = recorder.of("task-finished").flatMap(({ error }) => (error === undefined ? [] : [error]))
    t.match(errors, [
      { tag: "CorruptArtifact", message: /is not in the store/ },
      { tag: "FileChanged", message: /^the file gone\.txt cannot be read any more .*put it back/ },
      { tag: "FileChanged", message: /^the file changed\.txt has changed since the run began: run again/ },
    ])
  },
)
