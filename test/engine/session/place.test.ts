import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import t from "tap"
import { sqliteLedger } from "../../../engine/ledger/ledger.ts"
import { artifactLayer } from "../../../engine/session/place.ts"
import { failure } from "../../../engine/testing/layers.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

t.test("a file that is no database, and a folder under a file, are refused and named", async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, "ledger.sqlite"), "this is no database, but a text of some length\n".repeat(20))
  t.match(failure(Effect.scoped(Layer.build(sqliteLedger(join(folder, "ledger.sqlite"))))), {
    _tag: "LedgerError",
    reason: "damaged",
    message: /ledger\.sqlite is damaged .*: doctor --repair --artifacts /,
  })
  writeFileSync(join(folder, "file"), "")
  t.match(failure(Effect.scoped(Layer.build(artifactLayer(join(folder, "file", "artifacts"))))), {
    _tag: "StoreError",
    message: /file\/artifacts cannot be made.*--artifacts/,
  })
  mkdirSync(join(folder, "half"))
  writeFileSync(join(folder, "half", "objects"), "")
  t.match(failure(Effect.scoped(Layer.build(artifactLayer(join(folder, "half"))))), {
    _tag: "StoreError",
    message: /half is no store.*taken there: objects.*--artifacts/,
  })
})
