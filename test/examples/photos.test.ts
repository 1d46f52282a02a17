// in turn, in CI: it packs, installs and trains.
// Whether the photographs' project runs from the tarball alone, is cached, is what its lock says, and reads CIFAR-10.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { example, holds, last } from "../support/example.ts"
import { packed } from "../support/installed.ts"

const tarball = await packed(t)

t.test("photos compiles, runs, is cached on its second run, and is proved by recomputing", (t) =>
  holds(t, tarball, "photos", "photos"),
)

t.test("photos reads CIFAR-10's binary files where their folder is named", async (t) => {
  const { folder, refold } = await example(t, tarball, "photos")
  const files = join(folder, "cifar-10-batches-bin")
  mkdirSync(files)
  const record = (at: number) =>
    Uint8Array.from({ length: 3073 }, (_, i) => (i === 0 ? at % 10 : (at * 31 + i) % 256))
  const batch = (first: number) => Buffer.concat(Array.from({ length: 20 }, (_, i) => record(first + i)))
  for (let at = 1; at <= 5; at++) writeFileSync(join(files, `data_batch_${at}.bin`), batch(20 * at))
  writeFileSync(join(files, "test_batch.bin"), batch(0))
  const names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
  writeFileSync(join(files, "batches.meta.txt"), `${names.join("\n")}\n\n`)
  const small = ["--set", "epochs=1", "--set", "filters=4", "--set", "baselineExamples=50"]
  const ran = await refold("--exp", "photos", "--json", "--set", "cifar10=cifar-10-batches-bin", ...small)
  t.equal(ran.code, 0, ran.stderr || ran.stdout)
  t.match(last(ran.stdout), { event: "run-finished", failed: 0, skipped: 0 })
})
