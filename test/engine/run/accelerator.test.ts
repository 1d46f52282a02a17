// What computes the same bits faster: in no key, in no bit, and gone where it may have cost a worker.
import { join } from "node:path"
import * as Schema from "effect/Schema"
import t from "tap"
import { experiment, stage } from "../../../engine/declare/index.ts"
import { hashedFile } from "../../../engine/key/hashed-file.ts"
import { accelerated, type NumericsRegistry } from "../../../engine/key/numerics.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"
import { type Teardown, temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"
import { WorkerLost } from "../../../engine/worker/executor.ts"

const portable: NumericsRegistry = {
  tensor: { identity: "kernels", files: {}, exact: true },
  inexact: { identity: "other", files: {}, exact: false },
}

/** The numerics with an accelerator whose module is `code`. */
function faster(t: Teardown, code = "export const provide = (options) => options"): NumericsRegistry {
  const folder = temporaryFolder(t)
  writeFiles(folder, { "fast.mjs": code, "node_modules/.keep": "" })
  const module = hashedFile(join(folder, "fast.mjs"))
  return accelerated(portable, { name: "fast (8 lanes)", provider: { module, options: "lanes" } })
}

/** One task that says to `seen` what it computes with; `fails` may throw. */
function work(seen: Array<unknown>, fails: (accelerator: unknown) => void = () => {}) {
  const sum = stage("sum", {
    params: Schema.Struct({ numerics: Schema.String }),
    inputs: {},
    outputs: { sum: "value" },
    numerics: "tensor",
    run: ({ accelerator }) => {
      seen.push(accelerator)
      fails(accelerator)
      return { sum: 3 }
    },
  })
  return experiment("sums", {}, () => sum({ numerics: "tensor" }, {}))
}

t.test("a stage is given it, the attempt says so, and no key knows of it", async (t) => {
  const place = memoryPlace(t)
  const seen: Array<unknown> = []
  const first = await place.run(work(seen), { numerics: faster(t) })
  t.equal(first.summary.counts.ran, 1)
  t.same(seen, ["lanes"])
  t.equal(place.history.attempts("sum" as never)[0]!.accelerator, "fast (8 lanes)")
  const second = await place.run(work(seen), { numerics: portable })
  t.equal(second.summary.counts.cached, 1, "what was computed with it is what would be without")
})

t.test("without one the attempt names none, and what promises no bits is given none", async (t) => {
  const place = memoryPlace(t)
  const seen: Array<unknown> = []
  await place.run(work(seen), { numerics: portable })
  t.same(seen, [undefined])
  t.equal(place.history.attempts("sum" as never)[0]!.accelerator, null)
  t.equal(faster(t).inexact!.accelerator, undefined)
})

t.test("a worker that is lost with it has none at the next try, and that is told", async (t) => {
  const place = memoryPlace(t)
  const seen: Array<unknown> = []
  const lost = work(seen, (accelerator) => {
    if (accelerator !== undefined) throw new WorkerLost("the worker was ended by SIGSEGV")
  })
  const { summary, recorder } = await place.run(lost, { numerics: faster(t) })
  t.equal(summary.counts.ran, 1)
  t.same(seen, ["lanes", undefined])
  t.match(recorder.of("attempt-failed"), [{ again: true, without: "fast (8 lanes)" }])
  const [second, first] = place.history.attempts("sum" as never)
  t.match(first, { outcome: "failed", accelerator: "fast (8 lanes)" })
  t.match(second, { outcome: "done", accelerator: null })
})

t.test("one that is lost without it too fails, and a failure of the stage's own keeps it", async (t) => {
  const place = memoryPlace(t)
  const seen: Array<unknown> = []
  const always = work(seen, () => {
    throw new WorkerLost("gone")
  })
  const { summary } = await place.run(always, { numerics: faster(t) })
  t.equal(summary.counts.failed, 1)
  t.same(seen, ["lanes", undefined])
  seen.length = 0
  const own = work(seen, () => {
    throw new Error("wrong")
  })
  await place.run(own, { numerics: faster(t), policies: [{ sum: { retries: 1 } }] })
  t.same(seen, ["lanes", "lanes"])
})

t.test("one that cannot be loaded is left out, and the task runs all the same", async (t) => {
  const place = memoryPlace(t)
  const seen: Array<unknown> = []
  const broken = faster(t, "export const provide = () => { throw new Error('no such instruction') }")
  const { summary, recorder } = await place.run(work(seen), { numerics: broken })
  t.equal(summary.counts.ran, 1)
  t.same(seen, [undefined])
  t.match(
    recorder
      .of("printed")
      .map(({ text }) => text)
      .join(""),
    /fast \(8 lanes\).*no such instruction.*without it/,
  )
  t.equal(place.history.attempts("sum" as never)[0]!.accelerator, null)
})
