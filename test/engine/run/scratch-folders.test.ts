import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import t from "tap"
import type { PlannedTask } from "../../../engine/plan/planned.ts"
import { scratchFolders, type WithFolder } from "../../../engine/run/scratch-folders.ts"
import { fileStore } from "../../../engine/store/file-store.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const here = { label: "count" } as PlannedTask

/** The folder of one attempt, and what it does in it. */
const attempt = (withFolder: WithFolder, act: (folder: string) => void = () => {}) =>
  withFolder(here, (folder) =>
    Effect.sync(() => {
      act(folder)
      return folder
    }),
  )

t.test(
  "only the folder of a task that was done and left nothing is used again, and none is left",
  async (t) => {
    const store = fileStore(temporaryFolder(t))
    const folders = await Effect.runPromise(
      Effect.gen(function* () {
        const withFolder = yield* scratchFolders
        const first = yield* attempt(withFolder)
        t.ok(existsSync(first))
        t.equal(yield* attempt(withFolder), first, "again")
        yield* attempt(withFolder, (folder) => {
          for (const file of ["task.json", "result.json"]) writeFileSync(join(folder, file), "{}")
        })
        t.equal(yield* attempt(withFolder), first, "a worker's")
        t.same(readdirSync(first), [], "with nothing that the next could take for its own")
        yield* attempt(withFolder, (folder) => writeFileSync(join(folder, "left"), ""))
        const second = yield* attempt(withFolder)
        t.not(second, first, "something was left in it")
        t.notOk(existsSync(first))
        yield* Effect.exit(withFolder(here, () => Effect.fail({ tag: "Failed", message: "no" })))
        const third = yield* attempt(withFolder, (folder) => rmSync(folder, { recursive: true }))
        t.not(third, second, "its task failed")
        const fourth = yield* attempt(withFolder)
        t.not(fourth, third, "its task took it away")
        t.ok(existsSync(fourth))
        return [first, second, third, fourth]
      }).pipe(Effect.scoped, Effect.provide(store)),
    )
    t.same(folders.filter(existsSync), [])
  },
)
