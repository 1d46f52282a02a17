// Training throughput beside PyTorch's where python3 has it, data in memory: spells of all in turn, medians, ratios. One core is
// one process with one thread; all cores are as many such processes as there are cores, at the same time.
// Usage: npx tsx bench/train.ts [--network lenet|wide|normalized] [--batch 32|64|256] [--rounds 3] [--seconds 0.7]
import { availableParallelism, loadavg } from "node:os"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { median, printTable, type Row } from "./engine/table.ts"
import { Contender } from "./train/contender.ts"
import { networks } from "./train/networks.ts"

const { values: options } = parseArgs({
  options: {
    network: { type: "string", multiple: true },
    batch: { type: "string", multiple: true },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "0.7" },
  },
})
const rounds = Number(options.rounds)
const seconds = Number(options.seconds)
const cores = availableParallelism()
const file = (name: string): string => fileURLToPath(new URL(`train/${name}`, import.meta.url))

const PEERS = ["default", "fused", "channels-last"]
const commands = (network: string, batch: string): ReadonlyArray<ReadonlyArray<string>> => [
  [process.execPath, "--import", "tsx", file("ours.ts"), network, batch],
  ...PEERS.map((variant) => ["python3", file("peer.py"), network, batch, variant]),
]

const total = (rates: ReadonlyArray<number>): number => rates.reduce((a, b) => a + b, 0)

async function measure(network: string, batch: string): Promise<ReadonlyArray<Row>> {
  const teams: Array<ReadonlyArray<Contender>> = []
  for (const command of commands(network, batch)) {
    const started = await Promise.all(Array.from({ length: cores }, () => Contender.start(command, seconds)))
    teams.push(started.filter((contender) => contender !== undefined))
  }
  try {
    const rows: Array<Row> = []
    for (const count of cores > 1 ? [1, cores] : [1]) {
      const rates: Array<Array<number>> = teams.map(() => [])
      for (let round = 0; round < rounds; round++)
        for (const [i, team] of teams.entries())
          if (team.length > 0)
            rates[i]!.push(total(await Promise.all(team.slice(0, count).map((one) => one.spell()))))
      rows.push(row(network, batch, count, rates))
    }
    return rows
  } finally {
    for (const contender of teams.flat()) contender.end()
  }
}

function row(
  network: string,
  batch: string,
  count: number,
  rates: ReadonlyArray<ReadonlyArray<number>>,
): Row {
  const medians = rates.map((of) => (of.length === 0 ? Number.NaN : median(of)))
  const [ours, ...peers] = medians as [number, ...Array<number>]
  const best = Math.max(...peers)
  const shown = (value: number, digits = 0): string => (Number.isNaN(value) ? "–" : value.toFixed(digits))
  return {
    network,
    batch,
    processes: `${count}`,
    refold: shown(ours),
    ...Object.fromEntries(PEERS.map((variant, i) => [variant, shown(peers[i]!)])),
    "/ default": shown(ours / peers[0]!, 2),
    "/ best": shown(ours / best, 2),
  }
}

const torch = await Contender.start(["python3", file("peer.py"), "lenet", "64", "default"], 0)
torch?.end()
console.log(
  torch === undefined
    ? "python3 has no torch here: nothing to compare with (pip install torch)"
    : `${torch.name}: default, fused Adam, channels-last and fused Adam`,
)
console.log(
  `images/s, medians of ${rounds} rounds in turn; load before: ${loadavg()[0]!.toFixed(2)} on ${cores} cores`,
)
const rows: Array<Row> = []
for (const network of options.network ?? Object.keys(networks))
  for (const batch of options.batch ?? ["32", "64", "256"]) rows.push(...(await measure(network, batch)))
printTable(rows)
