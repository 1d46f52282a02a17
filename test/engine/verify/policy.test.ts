// in turn, in CI: it starts processes.
// What is computed again for `verify` and `adopt` is run by the policy of its stage, as in a run.
import { hostname } from "node:os"
import { join } from "node:path"
import * as Context from "effect/Context"
import t from "tap"
import { Claims } from "../../../engine/ledger/claims.ts"
import { sqliteLedger } from "../../../engine/ledger/ledger.ts"
import { mutexClaim } from "../../../engine/run/capacity/mutex.ts"
import { ledgerPath } from "../../../engine/session/store-mark.ts"
import { open } from "../../../engine/testing/layers.ts"
import { project } from "../../../engine/testing/project.ts"

const stageText = (body: string): string => `import { Schema } from "effect"
import { stage } from "refold"
export const work = stage("work", {
  params: Schema.Struct({}), inputs: {}, outputs: { text: "text" },
  run: ${body},
})`
const config = (fields: string): string =>
  `import { defineConfig } from "refold"\nexport default defineConfig(${fields})`

const lab = project(t, {
  "package.json": '{"type":"module"}',
  "stages/work.ts": stageText('() => ({ text: "done" })'),
  "experiments/one.ts": `import { experiment } from "refold"
import { work } from "../stages/work.ts"
export default experiment("one", {}, () => work({}))`,
})
t.equal((await lab.json("--exp", "one", "--update-lock")).code, 0)

const tooLarge = /stage "work" takes 8 GB of memory, and there are 1 GB: say less with --policy work/

t.test("verify --recompute refuses what takes more than there is, unless a policy says less", async (t) => {
  lab.write({
    "refold.config.ts": config(
      '{ limits: { memory: "1GB" }, policy: { work: { resources: { memory: "8GB" } } } }',
    ),
  })
  const refused = await lab.plain("verify", "--exp", "one", "--recompute", "all")
  t.equal(refused.code, 2)
  t.match(refused.stderr, tooLarge)
  const less = ["--policy", "work.resources.memory=1GB"]
  const verified = await lab.plain("verify", "--exp", "one", "--recompute", "all", ...less)
  t.equal(verified.code, 0)
  t.match(verified.stdout, /1 of 1 task recomputed/)
  t.equal((await lab.plain("verify", "--exp", "one")).code, 0, "what runs nothing needs no room")
})

t.test("verify --recompute waits for a mutex that another pipeline holds, and says for whom", async (t) => {
  lab.write({ "refold.config.ts": config('{ policy: { work: { mutex: "gpu" } } }') })
  const claims = Context.get(open(t, sqliteLedger(ledgerPath(join(lab.root, "artifacts")))), Claims)
  claims.enter("another")
  claims.claim(mutexClaim("gpu"), "another")
  const verifying = lab.start(["verify", "--exp", "one", "--recompute", "all", "--json"])
  const waits = await new Promise<string>((resolve) => verifying.child.stdout.once("data", resolve))
  t.match(JSON.parse(String(waits).split("\n")[0]!), {
    event: "waiting",
    task: "work",
    mutex: "gpu",
    for: { run: "another", host: hostname() },
  })
  claims.release(mutexClaim("gpu"), "another")
  const { code, stdout } = await verifying.ended
  t.equal(code, 0)
  t.match(stdout, /"level":"reproduced"/)
})

t.test(
  "verify --recompute keeps time limits and further tries, and a sample of adopt all of it",
  async (t) => {
    lab.write({ "refold.config.ts": config("{ policy: { work: { timeout: 0.2, retries: 0 } } }") })
    lab.write({
      "stages/work.ts": stageText(
        '() => new Promise((resolve) => setTimeout(() => resolve({ text: "done" }), 60_000))',
      ),
    })
    const adopted = await lab.plain("adopt", "work", "--exp", "one", "--sample", "1")
    t.equal(adopted.code, 3)
    t.match(adopted.stdout + adopted.stderr, /time limit of 0\.2 s .*--policy work\.timeout=SECONDS/)
    lab.write({
      "stages/work.ts": stageText('() => { throw new Error("not now") }'),
      "refold.config.ts": config("{ policy: { work: { retries: 2 } } }"),
    })
    const tried = await lab.plain("adopt", "work", "--exp", "one", "--sample", "1", "--json")
    t.equal(tried.code, 3)
    t.equal(tried.stdout.match(/"attempt-failed"/g)?.length, 3)
    lab.write({
      "refold.config.ts": config(
        '{ limits: { memory: "1GB" }, policy: { work: { resources: { memory: "8GB" } } } }',
      ),
    })
    const refused = await lab.plain("adopt", "work", "--exp", "one", "--sample", "1")
    t.equal(refused.code, 2)
    t.match(refused.stderr, tooLarge)
  },
)
