// Wall time of dropout-grid from an empty store, start and report included, beside the same grid as a plain PyTorch script with
// as many processes as cores. `--quick` has two epochs a cell and one at the end.
// Usage: npm run -s bench:grid -- [--quick] [--data FOLDER] [--peer default|fused|channels-last]
//   [--python PROGRAM]
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { printTable, type Row } from "./engine/table.ts"
import { folderOf } from "./fashion-mnist.ts"
import { machine, PYTHON } from "./machine.ts"

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    /** Fashion-MNIST's four files, as Debian's dataset-fashion-mnist has them. */
    data: { type: "string", default: folderOf() ?? "/usr/share/datasets/fashion-mnist" },
    /** How PyTorch trains: default, fused or channels-last, which has fused Adam as well and is its best for LeNet. */
    peer: { type: "string", default: "channels-last" },
    /** A Python that has PyTorch. */
    python: { type: "string", default: PYTHON },
  },
})
const [epochs, finalEpochs] = options.quick ? [2, 1] : [36, 12]
const root = fileURLToPath(new URL("..", import.meta.url))
const store = mkdtempSync(join(tmpdir(), "refold-grid-"))

interface Timed {
  readonly seconds: number
  readonly out: string
}

/** What it prints and how long it takes; undefined if it fails. */
function time(program: string, args: ReadonlyArray<string>): Timed | undefined {
  const started = performance.now()
  const { status, stdout } = spawnSync(program, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 })
  return status === 0 ? { seconds: (performance.now() - started) / 1000, out: stdout } : undefined
}

function ours(): Timed | undefined {
  // biome-ignore format: one option a line
  const args = [
    "--exp", "dropout-grid",
    "--artifacts", join(store, "artifacts"),
    "--set", `epochs=${epochs}`, "--set", `finalEpochs=${finalEpochs}`,
    ...(existsSync(options.data) ? ["--data", options.data] : []),
  ]
  return time(process.execPath, ["engine/build/launch.mjs", ...args])
}

const peer = (): Timed | undefined =>
  // biome-ignore format: program and script, then its arguments
  time(options.python, [
    "bench/grid/peer.py", options.data, `${epochs}`, `${finalEpochs}`, `${availableParallelism()}`, options.peer,
  ])

const row = (name: string, timed: Timed | undefined, accuracy: RegExp): Row => ({
  grid: name,
  seconds: timed?.seconds.toFixed(1) ?? "–",
  "test accuracy": timed?.out.match(accuracy)?.[1] ?? "–",
})

try {
  console.log(`${epochs} epochs a cell, ${finalEpochs} at the end; ${machine()}`)
  const [mine, theirs] = [ours(), peer()]
  printTable([
    row("refold", mine, /test\.accuracy +([\d.]+)/),
    row(`PyTorch, ${options.peer}`, theirs, /^\S+ ([\d.]+)/),
  ])
  if (mine === undefined)
    console.log("refold's run failed: is Fashion-MNIST here? (npm run pipeline -- doctor)")
  if (theirs === undefined)
    console.log(
      `PyTorch's failed: ${options.python} needs torch (pip install torch; --python or REFOLD_PYTHON names another), and ${options.data} the four files`,
    )
  if (mine && theirs) console.log(`PyTorch / refold ${(theirs.seconds / mine.seconds).toFixed(2)}`)
} finally {
  rmSync(store, { recursive: true, force: true })
}
