// in turn: it starts processes.
// What locks say of groups' tasks, without their keys, is kept by gc and known again to a ledger that was lost.
import { rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { project } from "../../../../engine/testing/project.ts"

const files = {
  "package.json": '{"type":"module"}',
  "experiments/squares.ts": `import { Schema } from "effect"
import { each, experiment, many, stage } from "refold"
export const listing = stage("listing", {
  params: Schema.Struct({}), inputs: {}, outputs: { list: "value" }, run: () => ({ list: [3, 1] }),
})
export const square = stage("square", {
  params: Schema.Struct({ number: Schema.Number }), inputs: {}, outputs: { squared: "value" },
  run: ({ params }) => ({ squared: params.number ** 2 }),
})
export const sum = stage("sum", {
  params: Schema.Struct({}), inputs: { all: many("value") }, outputs: { sum: "value" },
  run: ({ inputs }) => ({ sum: Object.values(inputs.all).reduce((a, b) => a + b, 0) }),
})
export default experiment("squares", {}, () =>
  sum({}, { all: each("numbers", listing({}).list, (number) => square({ number }).squared) }).sum,
)`,
}
const lab = project(t, files)
await lab.json("--exp", "squares", "--update-lock")
const statuses = async (of: typeof lab): Promise<ReadonlyArray<string>> => [
  ...new Set(Object.values((await of.json("--exp", "squares")).tasks)),
]

t.test("gc keeps results of groups' tasks that a lock pins, and lets them go without it", async (t) => {
  const kept = project(t, lab.root)
  t.equal((await kept.plain("gc", "--keep-runs", "0")).code, 0)
  t.same(await statuses(kept), ["cached"])
  const loose = project(t, files) // a copy's store would know the checkout that has the lock
  t.same(await statuses(loose), ["ran"])
  t.equal((await loose.plain("gc", "--keep-runs", "0")).code, 0)
  t.same(await statuses(loose), ["ran"])
})

t.test("a lost ledger learns them from the lock, whose root holds their keys", async (t) => {
  const lost = project(t, lab.root)
  for (const ending of ["", "-wal", "-shm"])
    rmSync(join(lost.root, `artifacts/ledger.sqlite${ending}`), { force: true })
  rmSync(join(lost.root, "artifacts/runs"), { recursive: true })
  const repaired = await lost.plain("doctor", "--repair")
  t.match(repaired.stdout, /4 that lock files prove/)
  t.same(await statuses(lost), ["cached"])
})
