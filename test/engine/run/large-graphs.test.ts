// Long chains, wide plans, tall tables, deep values: no size overflows the stack, and none costs the square of itself.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import t from "tap"
import { CanonicalError, canonical } from "../../../engine/content/canonical.ts"
import { encodeContent } from "../../../engine/content/kind.ts"
import { atOnce } from "../../../engine/content/steps.ts"
import { experiment, many, type Output, stage } from "../../../engine/declare/index.ts"
import { checkCurrent } from "../../../engine/lock/current.ts"
import { formatLock, parseLock } from "../../../engine/lock/lock-file.ts"
import { lockOf } from "../../../engine/lock/lock-of.ts"
import { plan } from "../../../engine/plan/plan.ts"
import { restrictTo } from "../../../engine/plan/restrict.ts"
import { textTable } from "../../../engine/report/readers/table.ts"
import { LongestFirst } from "../../../engine/run/capacity/queue.ts"
import { readRunFolder } from "../../../engine/session/folder/results-file.ts"
import { writeRunFolder } from "../../../engine/session/folder/run-folder.ts"
import { fileStore } from "../../../engine/store/file-store.ts"
import { Store } from "../../../engine/store/store.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { count } from "../../counts.ts"
import { thrown } from "../support/thrown.ts"

const step = stage("step", {
  params: Schema.Struct({ id: Schema.Number, deep: Schema.optional(Schema.Unknown) }),
  inputs: { given: many("value") },
  outputs: { out: "value" },
  inProcess: true,
  run: ({ params }) => ({ out: params.id }),
})

const chain = (length: number) =>
  experiment("chain", {}, () => {
    let last: Output<"value"> | undefined
    for (let id = 0; id < length; id++)
      last = step({ id }, { given: last === undefined ? {} : { last } }, { id }).out
    return last!
  })

const wide = (tasks: number) =>
  experiment("wide", {}, () =>
    Array.from({ length: tasks }, (_, id) => step({ id }, { given: {} }, { id }).out),
  )

t.test("a chain of 20,000 tasks is planned, previewed and restricted", async (t) => {
  const place = memoryPlace(t)
  const planned = plan(chain(20_000), {})
  t.equal(planned.tasks.length, 20_000)
  t.equal(restrictTo(planned, "step@id=19999").tasks.length, 20_000)
  const previews = await place.preview(chain(20_000))
  t.equal(previews.filter(({ status }) => status === "will-run").length, 20_000)
  t.match(
    previews.at(-1)!.why,
    [{ reason: "upstream", tasks: ["step@id=19998"] }],
    "which is what `why` says",
  )
})

t.test("a long chain runs, is cached the next time, and its lock is current", async (t) => {
  const length = count(300, 20_000)
  const place = memoryPlace(t)
  const { summary } = await place.run(chain(length))
  t.match(summary.counts, { ran: length })
  const previews = await place.preview(chain(length))
  t.equal(previews.filter(({ status }) => status === "cached").length, length)
  const settled = new Map([...summary.tasks].map(([{ label }, each]) => [label, each]))
  const planned = place.plan(chain(length))
  const locking = lockOf(planned, {
    resolution: ({ label }) => settled.get(label)!.resolution!,
    outputs: ({ label }) => settled.get(label)!.outputs,
    beside: () => ({}),
    content: (digest) => JSON.parse(new TextDecoder().decode(place.store.read(digest))),
    folder: () => [],
    files: new Map(),
  })
  const lock = atOnce(locking)
  const codes = new Map([...summary.tasks].map(([{ stage }, { resolution }]) => [stage, resolution!.code]))
  const today = { plan: planned, codes, files: new Map(), numerics: {} }
  t.same(atOnce(checkCurrent(parseLock(formatLock(lock), "lock"), today)).differences, [])
})

t.test("130,000 tasks are planned, and wait for their places, in seconds", async (t) => {
  const began = performance.now()
  t.equal(plan(wide(130_000), {}).tasks.length, 130_000)
  const queue = new LongestFirst<number>()
  for (let i = 0; i < 130_000; i++) queue.add(i)
  for (let i = 0; i < 130_000; i++) if (queue.take() !== i) t.fail("in the order of their declaration")
  t.equal(queue.take(), undefined)
  t.ok(performance.now() - began < 60_000, "3 s of one core; the bound is for busy machines")
})

t.test("a table of 131,072 rows is shown, and stands on a page with as many cells beside it", async (t) => {
  const rows = Array.from({ length: 2 ** 17 }, (_, row) => ({ row, half: row / 2, name: `row ${row}` }))
  t.equal(textTable(rows).split("\n").length, rows.length + 2)
  const store = await Effect.runPromise(Effect.provide(Store, fileStore(temporaryFolder(t))))
  const made = (kind: string, content: unknown) => ({ kind, ...store.put(encodeContent(kind, content)) })
  const folder = temporaryFolder(t)
  const facts = {
    experiment: "tall",
    doc: "",
    run: "r",
    started: "2026-01-02T03:04:05.678Z",
    commit: null,
    dirty: null,
  }
  const results = [
    { name: "rows", task: "make", single: true, ...made("table", rows) },
    { name: "summary", task: "make", single: true, ...made("table:summary", rows) },
  ]
  const noted = { ...facts, params: {}, counted: [], paramDocs: [], tasks: [] }
  atOnce(writeRunFolder(store, folder, noted, results))
  t.equal(atOnce(readRunFolder(folder))!.summaries[0]!.rows.length, rows.length)
  t.match(readFileSync(join(folder, "index.html"), "utf8"), /of 131072 rows; all of them are in/)
})

t.test("a value that is nested too deeply is refused with words, as an output and as a param", async (t) => {
  const nested = (levels: number): unknown => {
    let value: unknown = 1
    for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { value }
    return value
  }
  t.equal(JSON.stringify(JSON.parse(canonical(nested(1000)))).length > 1000, true)
  t.match(
    thrown(() => canonical(nested(1002))),
    { _tag: "CanonicalError", message: /nested more than 1000 levels deep/ },
  )
  t.ok(thrown(() => canonical(nested(100_000))) instanceof CanonicalError)
  for (const levels of [1100, 100_000])
    t.match(
      thrown(() =>
        plan(
          experiment("deep", {}, () => step({ id: 1, deep: nested(levels) }, { given: {} }).out),
          {},
        ),
      ),
      { _tag: "CanonicalError", message: /nested more than 1000 levels deep/ },
    )
})
