// A ledger whose file is taken away while it is open.
import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import t, { type Test } from "tap"
import { History } from "../../../engine/ledger/history.ts"
import { sqliteLedger } from "../../../engine/ledger/ledger.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const begin = (history: History["Type"], id: string): void =>
  history.beginRun({
    ...{ id, experiment: "grid", params: {}, started: "2026-01-01T00:00:00.000Z" },
    ...{ host: "here", numerics: null, commit: null, dirty: null },
  })

const idsIn = (history: History["Type"]) => history.runs(undefined, 9).map(({ id }) => id)

const within = <A>(path: string, act: (history: History["Type"]) => A): A =>
  Effect.runSync(
    Effect.scoped(
      Effect.map(Layer.build(Layer.fresh(sqliteLedger(path))), (services) =>
        act(Context.get(services, History)),
      ),
    ),
  )

const removed = (path: string) => {
  for (const each of [path, `${path}-wal`, `${path}-shm`]) rmSync(each, { force: true })
}

const ledgerIn = (t: Test): string => join(temporaryFolder(t), "ledger.sqlite")

const skip = process.platform === "win32" && "an open file cannot be removed there"

t.test(
  "a ledger that is removed while it is open says so at once, and what it held is put back",
  { skip },
  (t) => {
    const path = ledgerIn(t)
    within(path, (history) => {
      begin(history, "first")
      removed(path)
      for (const id of ["second", "third"])
        t.throws(() => begin(history, id), {
          _tag: "LedgerError",
          message: /removed or replaced .* put back/,
        })
    })
    t.same(within(path, idsIn), ["first"])
    t.end()
  },
)

t.test("one that another took the place of says so, and leaves that one and its log alone", { skip }, (t) => {
  const path = ledgerIn(t)
  within(path, (history) => {
    begin(history, "first")
    removed(path)
    within(path, (other) => {
      begin(other, "another's")
      t.throws(() => begin(history, "second"), {
        message: /removed or replaced while it was in use: run again/,
      })
      t.ok(existsSync(`${path}-wal`))
    })
  })
  t.same(within(path, idsIn), ["another's"])
  t.end()
})
