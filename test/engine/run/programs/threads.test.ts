// in turn, in CI: it starts processes.
// Programs whose bits follow how many threads there are, or which is done first, on real numpy.
import { symlinkSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { project } from "../../../../engine/testing/project.ts"
import { noScientificVenv, scientificVenv } from "../../../support/virtual-environment.ts"

const declared = (threads: number) => `
import { Schema } from "effect"
import { experiment, python } from "refold"
export const sums = python("sums", {
  script: "sums.py", venv: ".venv", threads: ${threads}, deterministic: true,
  params: Schema.Struct({}), inputs: {}, outputs: { out: "file:npy" },
})
export default experiment("one", {}, () => ({ sums: sums({}) }))
`

/** Fifty sums of float32, each in the order in which the parts are done: with one thread, that in which they were given. */
const script = `
import os, sys
from concurrent.futures import ThreadPoolExecutor, as_completed
import numpy as np

parts = np.random.default_rng(1).standard_normal((64, 5000)).astype("float32")

def part(at, nth):
    return (parts[at] ** 2).sum() * np.sin(np.float32(at + nth))

def total(pool, nth):
    sum = np.float32(0)
    for done in as_completed([pool.submit(part, at, nth) for at in range(64)]):
        sum += done.result()
    return sum

with ThreadPoolExecutor(int(os.environ["OMP_NUM_THREADS"])) as pool:
    np.save(sys.argv[2], np.array([total(pool, nth) for nth in range(50)]))
`

t.test(
  "threads are in the key, and --recompute names a program whose bits follow which of them is done first",
  { skip: noScientificVenv },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/one.ts": declared(1),
      "experiments/sums.py": script,
    })
    symlinkSync(scientificVenv, join(lab.root, ".venv"))
    t.equal((await lab.json("--exp", "one", "--update-lock")).code, 0)
    const single = await lab.plain("verify", "--exp", "one", "--recompute", "all")
    t.equal(single.code, 0, single.stdout)

    lab.write({ "experiments/one.ts": declared(2) })
    t.match(
      (await lab.plain("why", "sums", "--exp", "one")).stdout,
      /command python sums\.py --out outputs\/out\.npy → .* \(2 threads\)/,
    )
    const ran = await lab.json("--exp", "one", "--update-lock")
    t.match(ran, { code: 0, tasks: { sums: "ran" } })
    const several = await lab.plain("verify", "--exp", "one", "--recompute", "all")
    t.equal(several.code, 3)
    t.match(several.stdout, /sums: out is [0-9a-f]{12}, the lock says/)
  },
)
