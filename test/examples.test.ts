// in turn, in CI: it packs, installs and trains.
// Whether the projects in examples/ run from the tarball alone, are cached, and are what their locks say.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { execute } from "../engine/testing/processes.ts"
import { installed, link, packed } from "./support/installed.ts"
import { root } from "./support/sources.ts"

const launch = "node_modules/refold/engine/build/launch.mjs"
const tarball = await packed(t)

async function project(t: Test, name: string) {
  const folder = await installed(t, tarball, `examples/${name}`)
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  for (const name of Object.keys(dependencies)) if (name !== "refold" && name !== "effect") link(folder, name)
  const refold = (...args: ReadonlyArray<string>) => execute(folder, process.execPath, [launch, ...args])
  return { folder, refold }
}

/** Digests by task and output: keys move with code, these do not. */
function outputsIn(lock: string): Readonly<Record<string, unknown>> {
  const lines = Object.entries<{ readonly outputs?: unknown }>(JSON.parse(readFileSync(lock, "utf8")))
  return Object.fromEntries(
    lines.filter(([name]) => name.startsWith("task ")).map(([name, { outputs }]) => [name, outputs]),
  )
}

type Event = Readonly<Record<string, unknown>>
const last = (stdout: string): Event => JSON.parse(stdout.trim().split("\n").at(-1)!)

for (const [name, experiment] of [
  ["tabular", "penguins"],
  ["photos", "photos"],
] as const)
  t.test(`${name} compiles, runs, is cached on its second run, and is proved by recomputing`, async (t) => {
    const { folder, refold } = await project(t, name)
    const typescript = join(root, "node_modules/typescript-7/bin/tsc")
    const compiled = await execute(folder, process.execPath, [typescript, "-p", "."])
    t.equal(compiled.stdout, "")
    const lock = join(folder, "experiments", `${experiment}.lock.json`)
    const kept = outputsIn(lock)
    const first = await refold("--exp", experiment, "--json", "--update-lock")
    t.equal(first.code, 0, first.stderr)
    t.match(last(first.stdout), { event: "run-finished", failed: 0, skipped: 0 })
    t.same(outputsIn(lock), kept, "every result is, bit for bit, the one that the repository's lock pins")
    const second = await refold("--exp", experiment, "--json")
    t.match(last(second.stdout), { event: "run-finished", ran: 0, failed: 0 })
    const verified = await refold("verify", "--exp", experiment, "--recompute", "3", "--json")
    t.equal(verified.code, 0, verified.stdout)
    t.match(last(verified.stdout), { event: "verify-finished", differences: 0 })
  })

t.test("photos reads CIFAR-10's binary files where their folder is named", async (t) => {
  const { folder, refold } = await project(t, "photos")
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
