// in turn: a large file passes through processes, whose memory is looked at
// A file that no memory holds, given, taken and kept; and what a person writes into a run's folder. 3 GB in `npm run test:long`.
import {
  chmodSync,
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { sample } from "../../../bench/engine/sample.ts"
import { repository } from "../../../engine/testing/command.ts"
import { type Project, project } from "../../../engine/testing/project.ts"
import { count, isLong } from "../../counts.ts"

/** Above 64 MB, so that a run's folder has no copy of it; and in the long tier beyond what Node reads at once. */
const bytes = count(100_000_000, 3_000_000_000)
const isLinux = process.platform === "linux"

const stages = `
import { createReadStream, createWriteStream } from "node:fs"
import * as Schema from "effect/Schema"
import { experiment, file, stage } from "refold"

const piece = 1 << 20

export const make = stage("make", {
  params: Schema.Struct({ bytes: Schema.Number }),
  inputs: {},
  outputs: { big: "file:bin" },
  unit: "megabyte",
  run: async ({ params: { bytes }, place, progress }) => {
    const path = place("big.bin")
    const out = createWriteStream(path)
    for (let at = 0; at < bytes; at += piece) {
      const some = Buffer.alloc(Math.min(piece, bytes - at), at / piece)
      await new Promise((resolve) => out.write(some, resolve))
      if (at % (100 * piece) === 0) await progress(at / piece, bytes / piece)
    }
    await new Promise((resolve) => out.end(resolve))
    return { big: path }
  },
})

export const measure = stage("measure", {
  params: Schema.Struct({ salt: Schema.String }),
  inputs: { big: "file", own: "file" },
  outputs: { sizes: "value" },
  unit: "piece",
  run: async ({ inputs, progress }) => {
    let sum = 0
    let pieces = 0
    for await (const some of createReadStream(inputs.big, { highWaterMark: piece })) {
      sum += some[0]! + some.length
      if (pieces++ % 100 === 0) await progress(pieces, 0)
    }
    let own = 0
    for await (const some of createReadStream(inputs.own)) own += some.length
    return { sizes: { sum, own } }
  },
})

export default experiment("large", { salt: Schema.String.annotations({ default: "" }) }, ({ salt }) => {
  const { big } = make({ bytes: BYTES })
  return { big, sizes: measure({ salt }, { big, own: file("own.bin", "file") }).sizes }
})
`

const lab = (t: Test): Project =>
  project(t, {
    "package.json": '{"type":"module"}',
    "experiments/large.ts": stages.replace("BYTES", String(bytes)),
    "own.bin": "x".repeat(1_000_000),
  })

/** Megabytes at the peak of each process that a command started, looked at whenever it says something. */
function peaks(pid: number): ReadonlyArray<number> {
  const found: Array<number> = []
  const parents = new Map<number, number>()
  for (const name of readdirSync("/proc")) {
    const status = /^\d+$/.test(name) ? statusOf(name) : undefined
    if (status === undefined) continue
    parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]))
  }
  for (const each of parents.keys()) {
    let at: number | undefined = each
    while (at !== undefined && at !== pid) at = parents.get(at)
    const peak = at === pid ? /^VmHWM:\s+(\d+)/m.exec(statusOf(String(each)) ?? "")?.[1] : undefined
    if (peak !== undefined) found.push(Number(peak) / 1024)
  }
  return found
}

function statusOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8")
  } catch {
    return undefined // it has ended
  }
}

/** Bytes on the disk, a file with several names counted once. */
function onDisk(folder: string, seen = new Set<number>()): number {
  let sum = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    const { ino, blocks } = lstatSync(path)
    if (entry.isDirectory()) sum += onDisk(path, seen)
    else if (!seen.has(ino)) sum += blocks * 512
    seen.add(ino)
  }
  return sum
}

t.test("a large file is given, taken and cached without being in memory or twice on the disk", async (t) => {
  const { bavail, bsize } = statfsSync(".")
  if (bavail * bsize < 3 * bytes) {
    t.comment(`not tried: ${3 * bytes} bytes of the disk are not free`)
    return
  }
  const own = lab(t)
  let most = 0
  const run = async (...args: ReadonlyArray<string>) => {
    const { child, ended } = own.start(["--exp", "large", "--json", "--jobs", "1", ...args])
    child.stdout.on("data", () => {
      if (isLinux) most = Math.max(most, ...peaks(child.pid!))
    })
    return ended
  }
  const first = await run()
  t.equal(first.code, 0, first.stderr)
  const again = await run()
  t.same(again.tasks, { make: "cached", measure: "cached" })
  t.comment(`${most.toFixed(0)} MB at most, no change: ${again.of("run-finished")[0]?.seconds} s`)
  t.ok(most < 300, `${most.toFixed(0)} MB in every process`)
  const unchanged = Array.from({ length: 3 }, () =>
    sample({
      program: process.execPath,
      args: [join(repository, "engine/build/launch.mjs"), "--exp", "large"],
      cwd: own.root,
    }),
  ).sort((a, b) => (a.cpu ?? 0) - (b.cpu ?? 0))[1]!
  t.comment(
    `no change, the whole command: ${unchanged.seconds.toFixed(2)} s, ${unchanged.cpu} s of processors`,
  )
  t.ok((unchanged.cpu ?? 0) < (isLong ? 0.6 : 1), `${unchanged.cpu} s of processors without a change`)
  const disk = onDisk(join(own.root, "artifacts"))
  t.ok(isLinux ? disk < 1.1 * bytes : disk > 0, `${disk} bytes on the disk`)
  const { folder } = first.of("results")[0]!
  const copy = join(folder, "big.bin")
  t.equal(statSync(copy).size, bytes)

  t.comment("a person writes into the run's folder, where the file is the object itself")
  chmodSync(copy, 0o644)
  writeInto(copy)
  const wrong = await run("--set", "salt=more")
  t.equal(wrong.code, 0, wrong.stderr)
  t.equal(wrong.of("artifact-quarantined").length, 1)
  t.same(
    wrong.of("results")[0]?.values,
    first.of("results")[0]?.values,
    "it was made again before it was read",
  )
})

/** Changes a byte in the midst of a file, and not its size. */
function writeInto(path: string): void {
  const descriptor = openSync(path, "r+")
  writeSync(descriptor, Buffer.from("person"), 0, 6, 12_345)
  closeSync(descriptor)
}
