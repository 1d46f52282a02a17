import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { atOnce } from "../../../engine/content/steps.ts"
import { logNames } from "../../../engine/run/log/printout.ts"
import { logsIn } from "../../../engine/session/own-logs.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

t.test(
  "logs go with the run that nothing keeps; what a person put beside them, or what was never a run, stays",
  async (t) => {
    const folder = temporaryFolder(t)
    const names = ["kept", "old", "20260101-120000-abcdef"].map((run) =>
      logNames(run)("train@rate=0.5" as never),
    )
    const again = logNames("old")
    again("a b" as never)
    names.push(again("a b" as never))
    writeFiles(folder, Object.fromEntries(names.map((name) => [name, "printed"])))
    writeFiles(folder, { "logs/old/notes.txt": "mine", "logs/mine/a.txt": "mine", "logs/file": "mine" })
    const found = (withoutHistory: boolean) =>
      atOnce(
        logsIn(join(folder, "logs"), {
          kept: new Set(["kept"]),
          isRun: (name) => ["kept", "old"].includes(name),
          withoutHistory,
        }),
      )
    const { items, orphans, foreign } = found(false)
    t.same(
      items.map(({ what, path, bytes }) => ({ what, path, bytes })),
      [{ what: "log", path: join(folder, "logs/old"), bytes: 14 }],
    )
    t.same(orphans, [join(folder, "logs/20260101-120000-abcdef")], "older than the ledger")
    t.same(
      [...foreign].sort(),
      ["file", "mine", "old/notes.txt"].map((name) => join(folder, "logs", name)).sort(),
    )
    for (const item of found(true).items) item.remove()
    t.same(readdirSync(join(folder, "logs/old")), ["notes.txt"])
    t.notOk(existsSync(join(folder, "logs/20260101-120000-abcdef")))
    t.ok(existsSync(join(folder, names[0]!)))
  },
)
