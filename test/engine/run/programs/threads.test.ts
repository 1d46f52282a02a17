// in turn, in CI: it starts processes.
// Programs whose bits follow which thread is done first, on real numpy and scikit-learn.
import { symlinkSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { project } from "../../../../engine/testing/project.ts"
import { noScientificVenv, scientificVenv } from "../../../support/virtual-environment.ts"

const declared = (ofSums: number, ofCentres: number) => `
import { Schema } from "effect"
import { experiment, python } from "refold"
const fields = { venv: ".venv", deterministic: true, params: Schema.Struct({}), inputs: {}, outputs: { out: "file:npy" } } as const
export const sums = python("sums", { ...fields, script: "sums.py", threads: ${ofSums} })
export const centres = python("centres", { ...fields, script: "centres.py", threads: ${ofCentres} })
export default experiment("one", {}, () => ({ sums: sums({}), centres: centres({}) }))
`

/** Fifty sums of float32, each in the order in which the parts are done: with one thread, that in which they were given. */
const sums = `
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

/** Means of clusters: from three threads of OpenMP on, scikit-learn adds their parts in the order in which they are done. */
const centres = `
import sys
import numpy as np
from sklearn.cluster import KMeans

rows = np.random.default_rng(1).standard_normal((4000, 8)).astype("float32")
fitted = [KMeans(8, n_init=1, max_iter=10, random_state=nth).fit(rows) for nth in range(10)]
np.save(sys.argv[2], np.array([each.cluster_centers_ for each in fitted]))
`

t.test(
  "threads are in the key, and --recompute names a program whose bits follow which of them is done first",
  { skip: noScientificVenv },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/one.ts": declared(1, 1),
      "experiments/sums.py": sums,
      "experiments/centres.py": centres,
    })
    symlinkSync(scientificVenv, join(lab.root, ".venv"))
    t.equal((await lab.json("--exp", "one", "--update-lock")).code, 0)
    const single = await lab.plain("verify", "--exp", "one", "--recompute", "all")
    t.equal(single.code, 0, single.stdout)

    lab.write({ "experiments/one.ts": declared(2, 4) })
    t.match(
      (await lab.plain("why", "sums", "--exp", "one")).stdout,
      /command python sums\.py --out outputs\/out\.npy → .* \(2 threads\)/,
    )
    const ran = await lab.json("--exp", "one", "--update-lock")
    t.match(ran, { code: 0, tasks: { sums: "ran", centres: "ran" } })
    const several = await lab.plain("verify", "--exp", "one", "--recompute", "all")
    t.equal(several.code, 3)
    for (const name of ["sums", "centres"])
      t.match(several.stdout, new RegExp(`${name}: out is [0-9a-f]{12}, the lock says`))
  },
)
