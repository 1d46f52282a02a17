// in turn: it starts processes.
// What a git ref has of an experiment's lock file, and what is said where it has none.
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import t from "tap"
import { canonical } from "../../../engine/content/canonical.ts"
import { digestOf, type Key } from "../../../engine/content/digest.ts"
import { experiment, stage } from "../../../engine/declare/index.ts"
import { formatLock, type Lock } from "../../../engine/lock/lock-file.ts"
import { plan } from "../../../engine/plan/plan.ts"
import { lockAt, refMetrics } from "../../../engine/session/ref-lock.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"
import { gitIn } from "../support/git.ts"

const lock = (metrics: Readonly<Record<string, number>>, results: Lock["results"]): Lock => ({
  experiment: "one",
  tasks: {
    measure: {
      key: "0".repeat(64) as Key,
      params: {},
      outputs: { metrics: digestOf(canonical(metrics)) },
      contents: { metrics },
    },
  },
  stages: {},
  files: {},
  groups: {},
  results,
  locked: {},
})
const measure = stage("measure", {
  params: Schema.Struct({}),
  inputs: {},
  outputs: { metrics: "metrics" },
  run: () => ({ metrics: { f1: 1 } }),
})
const today = plan(
  experiment("one", {}, () => ({ test: measure({}).metrics })),
  {},
)

t.test(
  "a lock is read as the ref has it, whatever the working tree holds, in a project inside a repository",
  async (t) => {
    const root = temporaryFolder(t)
    const at = "sub/experiments"
    const named = { before: { task: "measure", output: "metrics", kind: "metrics" } }
    writeFiles(root, { "experiments/one.lock.json": "of another project", [`${at}/one.ts`]: "" })
    gitIn(root, "init", "-q", "-b", "main")
    gitIn(root, "add", ".")
    gitIn(root, "commit", "-qm", "no lock")
    gitIn(root, "tag", "unlocked")
    writeFiles(root, { [`${at}/one.lock.json`]: formatLock(lock({ f1: 0.5 }, named)) })
    gitIn(root, "add", ".")
    gitIn(root, "commit", "-qm", "locked")
    gitIn(root, "tag", "locked")
    writeFiles(root, { [`${at}/one.lock.json`]: "<<<<<<< torn" })
    gitIn(root, "add", ".")
    gitIn(root, "commit", "-qm", "torn")
    const project = join(root, "sub")
    const asked = async (ref: string, name = "one") => refMetrics(await lockAt(project, ref, name), today)

    t.same(
      await asked("locked"),
      { ref: "locked", metrics: { "before.f1": 0.5 } },
      "by the names that it had then",
    )
    t.match(await asked("unlocked"), {
      isNew: true,
      why: 'unlocked has the experiment "one", but no lock file of it',
    })
    t.match(await asked("main", "two"), { isNew: true, why: 'main has no experiment "two"' })
    t.match(await asked("main"), { isNew: false, why: /one\.lock\.json of main has merge conflicts/ })
    t.match(await asked("mian"), { isNew: false, why: /git knows no "mian"/ })
    t.match(await asked("--all"), { isNew: false, why: /git knows no "--all"/ })
    const elsewhere = temporaryFolder(t)
    mkdirSync(join(elsewhere, "experiments"))
    t.match(refMetrics(await lockAt(elsewhere, "main", "one"), today), { isNew: false, why: /no repository/ })
  },
)

t.test("a metric that was edited apart from its digest is none", async (t) => {
  const written = lock({ f1: 0.5 }, { test: { task: "measure", output: "metrics", kind: "metrics" } })
  const edited = {
    ...written,
    tasks: { measure: { ...written.tasks.measure!, contents: { metrics: { f1: 0.9 } } } },
  }
  const found = (lock: Lock) => refMetrics({ ref: "main", commit: "", lock }, today)
  t.same(found(written), { ref: "main", metrics: { "test.f1": 0.5 } })
  t.same(found(edited), { ref: "main", metrics: {} })
})
