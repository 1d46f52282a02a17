import { existsSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import t from "tap"
import type { PlannedTask } from "../../../engine/plan/plan.ts"
import { scratchFolders, type WithFolder } from "../../../engine/run/scratch-folders.ts"
import { fileStore } from "../../../engine/store/file-store.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const task = (inProcess: boolean): PlannedTask =>
  ({ label: "count", node: { stage: { definition: { inProcess } } } }) as unknown as PlannedTask
const [here, elsewhere] = [task(true), task(false)]

/** The folder of one attempt, and what it does in it. */
const attempt = (withFolder: WithFolder, of: PlannedTask, act: (folder: string) => void = () => {}) =>
  withFolder(of, (folder) =>
    Effect.sync(() => {
      act(folder)
      return folder
    }),
  )

t.test("only an empty folder of a stage in the coordinator is used again, and none is left", async (t) => {
  const store = fileStore(temporaryFolder(t))
  const folders = await Effect.runPromise(
    Effect.gen(function* () {
      const withFolder = yield* scratchFolders
      const first = yield* attempt(withFolder, here)
      t.ok(existsSync(first))
      t.equal(yield* attempt(withFolder, here), first, "again")
      const worker = yield* attempt(withFolder, elsewhere)
      t.not(worker, first, "a worker has its own")
      t.notOk(existsSync(worker))
      yield* attempt(withFolder, here, (folder) => writeFileSync(join(folder, "left"), ""))
      const second = yield* attempt(withFolder, here)
      t.not(second, first, "something was left in it")
      t.notOk(existsSync(first))
      yield* Effect.exit(withFolder(here, () => Effect.fail({ tag: "Failed", message: "no" })))
      const third = yield* attempt(withFolder, here, (folder) => rmSync(folder, { recursive: true }))
      t.not(third, second, "its task failed")
      const fourth = yield* attempt(withFolder, here)
      t.not(fourth, third, "its task took it away")
      t.ok(existsSync(fourth))
      return [first, second, third, fourth]
    }).pipe(Effect.scoped, Effect.provide(store)),
  )
  t.same(folders.filter(existsSync), [])
})
