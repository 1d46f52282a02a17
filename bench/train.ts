// Training and prediction beside PyTorch's where a Python with it is found, on real images in memory: spells of all in turn,
// medians, ratios to the best of the row's PyTorch. One core is one process with one thread; all cores are as many such processes
// as there are cores, at the same time. All learn before they are timed, as what a relu has cleared costs a kernel less.
// Usage: npx tsx bench/train.ts [--network NAME] [--batch 64] [--rounds 5] [--seconds 0.7] [--clock wall|cpu]
//   [--python PROGRAM] [--data FOLDER]
import { mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { printTable, type Row } from "./engine/table.ts"
import { fashionMnistHere } from "./fashion-mnist.ts"
import { machine, PYTHON } from "./machine.ts"
import { Contender } from "./train/contender.ts"
import { kernels, native } from "./train/kernels.ts"
import { hasLearned, measure, type Result } from "./train/measure.ts"
import { networks } from "./train/networks.ts"
import { writePictures } from "./train/pictures.ts"

const { values: options } = parseArgs({
  options: {
    network: { type: "string", multiple: true, default: Object.keys(networks) },
    batch: { type: "string", multiple: true, default: ["64"] },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "0.7" },
    /** "wall", or "cpu" for what each process took: on a machine with other work, on one core. */
    clock: { type: "string", default: "wall" },
    /** A Python that has PyTorch. */
    python: { type: "string", default: PYTHON },
    /** Fashion-MNIST's four files, instead of those that are found. */
    data: { type: "string" },
  },
})
const [rounds, seconds] = [Number(options.rounds), Number(options.seconds)]
const { clock } = options
const cores = availableParallelism()
const file = (name: string): string => fileURLToPath(new URL(`train/${name}`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "refold-train-"))

const OURS = Object.keys(kernels)
const PEERS = ["default", "fused", "channels-last"]
const commands = (network: string, batch: string): Readonly<Record<string, ReadonlyArray<string>>> => ({
  ...Object.fromEntries(
    OURS.map((sort) => [
      sort,
      [process.execPath, "--import", "tsx", file("ours.ts"), network, batch, folder, clock, sort],
    ]),
  ),
  ...Object.fromEntries(
    PEERS.map((variant) => [
      variant,
      [options.python, file("peer.py"), network, batch, folder, clock, variant],
    ]),
  ),
})

type Results = Readonly<Record<string, Result>>

/** A figure of each contender, and ours against the best of PyTorch's, where more is better or less. */
function figures(
  results: Results,
  figure: (result: Result) => number,
  { digits, best }: { readonly digits: number; readonly best: "most" | "least" },
): Row {
  const of = (name: string): number => (results[name] === undefined ? Number.NaN : figure(results[name]))
  const peers = PEERS.map(of).filter((value) => !Number.isNaN(value))
  const peer = best === "most" ? Math.max(...peers) : Math.min(...peers)
  return Object.fromEntries([
    ...[...OURS, ...PEERS].map((name) => [name, shown(of(name), digits)]),
    ...OURS.map((name) => [
      `${name} / best`,
      shown(peers.length === 0 ? Number.NaN : best === "most" ? of(name) / peer : peer / of(name), 2),
    ]),
  ])
}

const shown = (value: number, digits: number): string => (Number.isNaN(value) ? "–" : value.toFixed(digits))

/** One of ours beside one of PyTorch's: the bits of ours are the same whatever the kernels, and PyTorch's ways differ little. */
const both = (results: Results, figure: (result: Result) => number): string =>
  [OURS[0]!, PEERS[0]!]
    .map((name) => (results[name] === undefined ? "–" : figure(results[name]).toFixed(2)))
    .join(" · ")

const found = fashionMnistHere(options.data)
const training: Array<Row> = []
const prediction: Array<Row> = []
const complaints: Array<string> = []
try {
  for (const input of new Set(options.network.map((name) => networks[name]!.input)))
    writePictures(folder, input, found)
  const torch = await Contender.start([
    options.python,
    file("peer.py"),
    options.network[0]!,
    "64",
    folder,
    clock,
    "default",
  ])
  torch?.end()
  console.log(
    torch === undefined
      ? `${options.python} has no torch: nothing to compare with (pip install torch; --python or REFOLD_PYTHON names another)`
      : `${torch.name}: default, fused Adam, channels-last and fused Adam`,
  )
  console.log(
    `${machine()}; ${found.title}; medians of ${rounds} rounds in turn, by ${clock === "wall" ? "the wall clock" : "CPU time"}`,
  )
  const lanes = native()
  console.log(
    "why" in lanes ? `portable kernels alone: ${lanes.why}` : `native kernels: ${lanes.about.compiler}`,
  )
  for (const network of options.network)
    for (const batch of options.batch) {
      const counts = cores > 1 && clock === "wall" ? [1, cores] : [1]
      const results = await measure(commands(network, batch), {
        ...{ batch: Number(batch), rounds, seconds, counts },
      })
      for (const [name, result] of Object.entries(results))
        if (!hasLearned(result))
          complaints.push(`${network} has not learned (${name}, loss ${result.loss}): its speed says nothing`)
      for (const count of counts)
        training.push({
          ...{ network, batch, processes: `${count}` },
          ...figures(results, ({ rates }) => rates.get(count)!, { digits: 0, best: "most" }),
          loss: both(results, ({ loss }) => loss),
          zeros: both(results, ({ zeros }) => zeros),
        })
      prediction.push({
        ...{ network, batch },
        ...figures(results, ({ prediction }) => prediction, { digits: 3, best: "least" }),
      })
    }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log("\ntraining: images/s; loss of the last spell and share of zeros behind relus, Refold · PyTorch")
printTable(training)
console.log("\nprediction of 10,000 images on one core: seconds; PyTorch in the batches that suit it")
printTable(prediction)
for (const complaint of complaints) console.log(complaint)
if (complaints.length > 0) process.exitCode = 1
