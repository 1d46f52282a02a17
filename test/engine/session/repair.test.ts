// in turn, in CI: one store, made once, serves all of its tests and goes when they have ended.
import {
  appendFileSync,
  cpSync,
  existsSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { basename, join } from "node:path"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import fc from "fast-check"
import t from "tap"
import { digestOf, type Key, keyOf, type TaskLabel } from "../../../engine/content/digest.ts"
import { pages } from "../../../engine/content/steps.ts"
import { History } from "../../../engine/ledger/history.ts"
import { Links } from "../../../engine/ledger/links.ts"
import { LedgerError } from "../../../engine/ledger/records.ts"
import { salvage } from "../../../engine/ledger/repair/salvage.ts"
import { Results } from "../../../engine/ledger/results.ts"
import { noConfig } from "../../../engine/session/config.ts"
import { artifactLayer, type Place, readingLayer } from "../../../engine/session/place.ts"
import { repairLedger } from "../../../engine/session/repair/repair.ts"
import { Store } from "../../../engine/store/store.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { count } from "../../counts.ts"

const placeAt = (artifacts: string): Place => ({
  ...{ root: temporaryFolder(t), artifacts, numerics: {}, settings: {}, worker: ["false"], config: noConfig },
  compare: () => [],
})
const number = 60
const keys: Array<Key> = []

/** A store with many results, closed as a pipeline closes it. */
const whole = join(temporaryFolder(t), "artifacts")
await Effect.runPromise(
  Effect.gen(function* () {
    const [store, results, history, links] = yield* Effect.all([Store, Results, History, Links])
    const run = {
      experiment: "grid",
      params: { a: 1 },
      commit: null,
      dirty: null,
      host: "here",
      numerics: null,
    }
    for (const id of ["20260101-000000-aaaaaa", "20260102-000000-bbbbbb"]) {
      history.beginRun({ ...run, id, started: `${id.slice(0, 4)}-01-01T00:00:00.000Z` })
      history.endRun(id, {
        finished: "2026-01-03T00:00:00.000Z",
        outcome: "done",
        results: null,
        folder: null,
      })
      history.pin(id)
    }
    for (let i = 0; i < number; i++) {
      const fingerprint = JSON.stringify([
        "stage-key/1",
        "train",
        digestOf("code"),
        {},
        { i },
        { data: digestOf("d") },
        null,
      ])
      const key = keyOf(fingerprint)
      keys.push(key)
      const put = store.put(Buffer.from(`weights ${i}`))
      const outputs = {
        weights: { kind: "weights", ...put },
        curve: { kind: "table", ...store.put(Buffer.from(`curve ${i}`)) },
      }
      const result = {
        key,
        stage: "train",
        fingerprint,
        sources: { "a.ts": digestOf("a") },
        seconds: i,
        states: [put.digest],
        outputs,
      }
      results.commit("x", result, { data: digestOf("d") }, [{ step: 1, name: "loss", value: 0.5 }])
      links.commit(
        {
          key,
          stage: "train",
          n: 1,
          state: put.digest,
          size: put.size,
          isRecord: true,
          metrics: { loss: 1 },
          seconds: 1,
        },
        "x",
      )
      const task = {
        label: `train@i=${i}` as TaskLabel,
        stage: "train",
        key,
        status: "ran",
        exact: true,
      } as const
      history.recordTasks("20260102-000000-bbbbbb", [task])
    }
  }).pipe(Effect.provide(artifactLayer(whole))),
)

const size = readFileSync(join(whole, "ledger.sqlite")).length
const resultsOf = (artifacts: string, layer: typeof readingLayer) =>
  Effect.runSync(
    Effect.scoped(
      Effect.map(Layer.build(layer(artifacts)), (services) => {
        const results = Context.get(services, Results)
        const history = Context.get(services, History)
        const links = Context.get(services, Links)
        for (const page of [...pages(results.page), ...pages(links.page)]) t.ok(page.length > 0)
        history.pins()
        results.latest("train")
        const runs = history.runs(undefined, 10)
        for (const { id } of runs) history.tasks(id)
        for (const key of keys) links.link(key)
        return { all: keys.flatMap((key) => results.result(key) ?? []), runs: runs.map(({ id }) => id) }
      }),
    ),
  )
const original = new Map(resultsOf(whole, readingLayer).all.map((result) => [result.key, result]))

/** Some damage, done to a ledger in place. */
type Damage = { readonly name: string; readonly to: (path: string) => void }
const overwrite = (path: string, at: number, bytes: Uint8Array): void => {
  const content = readFileSync(path)
  content.set(bytes.subarray(0, Math.max(0, content.length - at)), at)
  writeFileSync(path, content)
}
const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(fc.nat(size - 1), fc.uint8Array({ minLength: 1, maxLength: 6000 })).map(([at, bytes]) => ({
    name: `${bytes.length} bytes over ${at}`,
    to: (path: string) => overwrite(path, at, bytes),
  })),
  fc.tuple(fc.nat(size / 4096 - 1), fc.integer({ min: 1, max: 3 })).map(([page, pages]) => ({
    name: `zeros in ${pages} pages from ${page}`,
    to: (path: string) => overwrite(path, page * 4096, new Uint8Array(pages * 4096)),
  })),
  fc
    .nat(size - 1)
    .map((length) => ({ name: `cut to ${length}`, to: (path: string) => truncateSync(path, length) })),
  fc.constant({
    name: "another file",
    to: (path: string) => writeFileSync(path, "no database\n".repeat(500)),
  }),
  fc.uint8Array({ minLength: 1, maxLength: 9000 }).map((bytes) => ({
    name: "a foreign log",
    to: (path: string) => appendFileSync(`${path}-wal`, bytes),
  })),
)

t.test(
  "whatever became of its file, a ledger gives what it held, or says that it is damaged; a repair believes only what is intact",
  async (t) => {
    await fc.assert(
      fc.asyncProperty(damages, fc.nat(number - 1), async ({ name, to }, lost) => {
        const artifacts = join(temporaryFolder(t), "artifacts")
        cpSync(whole, artifacts, { recursive: true })
        const path = join(artifacts, "ledger.sqlite")
        const gone = original.get(keys[lost]!)!.outputs.weights!.digest
        rmSync(join(artifacts, "objects", gone.slice(0, 2), gone.slice(2)), { force: true })
        to(path)
        const damaged = readFileSync(path)
        try {
          resultsOf(artifacts, readingLayer)
        } catch (failure) {
          const cause = Runtime.isFiberFailure(failure)
            ? Cause.squash(failure[Runtime.FiberFailureCauseId])
            : failure
          t.match(
            cause,
            { reason: "damaged", message: /ledger\.sqlite is damaged .*doctor --repair --artifacts/ },
            name,
          )
          t.ok(cause instanceof LedgerError, `${name}: ${cause}`)
        }
        const repair = await Effect.runPromise(repairLedger(placeAt(artifacts)))
        const after = resultsOf(artifacts, artifactLayer)
        if (repair.findings.length > 0) {
          t.ok(basename(repair.aside!).startsWith("ledger.sqlite.damaged-"), name)
          t.ok(
            readFileSync(repair.aside!).equals(damaged) || existsSync(`${repair.aside}-wal`),
            `${name}: kept as it was`,
          )
          t.notOk(
            after.all.some(({ key }) => key === keys[lost]),
            "a result whose artifact is gone is not believed",
          )
        }
        for (const { sequence: _, ...result } of after.all) t.match(original.get(result.key), result, name)
        t.same(salvage(path).findings, [], `${name}: the new one is sound`)
        const again = await Effect.runPromise(repairLedger(placeAt(artifacts)))
        t.same(again.findings, [], "a sound one is left as it is")
      }),
      { numRuns: count(6, 500) },
    )
  },
)

t.test("where few pages are damaged, most of a ledger is salvaged, also when its head is gone", async (t) => {
  for (const page of [0, 5, 9, 14]) {
    const artifacts = join(temporaryFolder(t), "artifacts")
    cpSync(whole, artifacts, { recursive: true })
    overwrite(join(artifacts, "ledger.sqlite"), page * 4096, new Uint8Array(4096).fill(0xa5))
    const { results, runs } = await Effect.runPromise(repairLedger(placeAt(artifacts)))
    t.ok(
      results.salvaged >= number / 2 || results.salvaged === 0,
      `page ${page}: ${results.salvaged} results`,
    )
    t.comment(`page ${page}: ${results.salvaged} results, ${runs.salvaged} runs`)
  }
})
