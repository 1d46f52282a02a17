// Memory of the worker that trains LeNet on Fashion-MNIST: what it holds after each of ten epochs and the most that it ever held,
// as Linux counts them, on one core and on all. Fetching and splitting are other processes' work here.
// Usage: npx tsx bench/memory.ts [epochs, 10]
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const epochs = Number(process.argv[2] ?? 10)
const artifacts = mkdtempSync(join(tmpdir(), "refold-memory-"))
const launch = fileURLToPath(new URL("../engine/build/launch.mjs", import.meta.url))

/** Runs the experiment up to a stage; `each` hears of every finished epoch, with the coordinator's process id. */
async function pipeline(args: ReadonlyArray<string>, each: (pid: number) => void): Promise<void> {
  const child = spawn(process.execPath, [
    ...[launch, "--exp", "lenet", "--set", `epochs=${epochs}`, "--artifacts", artifacts, "--json"],
    ...args,
  ])
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, status } = JSON.parse(line)
    if (event === "link-finished" && status === "ran") each(child.pid!)
    if (event === "task-finished" && status === "failed") throw new Error(line)
  }
}

/** MiB that a process holds, and at most held. */
function held(pid: number): { readonly now: number; readonly peak: number } {
  const text = readFileSync(`/proc/${pid}/status`, "utf8")
  const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)![1]) / 1024
  return { now: of("VmRSS"), peak: of("VmHWM") }
}

const workersOf = (pid: number): ReadonlyArray<number> =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number)

const rounded = (values: ReadonlyArray<number>): string => values.map((value) => value.toFixed(0)).join(" ")

try {
  await pipeline(["--to", "split"], () => {})
  for (const jobs of new Set([1, availableParallelism()])) {
    const after: Array<number> = []
    let peak = 0
    await pipeline(["--to", "train", "--force", "train", "--jobs", String(jobs)], (pid) => {
      const most = workersOf(pid)
        .map(held)
        .sort((a, b) => b.peak - a.peak)[0]!
      after.push(most.now)
      peak = most.peak
    })
    console.log(
      `LeNet's worker, --jobs ${jobs}: at most ${peak.toFixed(0)} MiB; after each epoch ${rounded(after)} MiB`,
    )
    console.log(`  from the second epoch on it grew by ${(after.at(-1)! - after[1]!).toFixed(1)} MiB`)
  }
} finally {
  rmSync(artifacts, { recursive: true, force: true })
}
