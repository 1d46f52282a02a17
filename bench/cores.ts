// One model on several cores: images/s of one training on two threads beside what two independent trainings reach together at
// the same time, in turn, for LeNet and `wide`, on real images; and the seconds that predicting 10,000 images takes.
// Usage: npx tsx bench/cores.ts [rounds, 15] [batch size, 64]
// A meeting of threads waits for the slower, so other work on the machine costs one training more than two: see the load printed.
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import { buildSync } from "esbuild"
import type { Answer, Order } from "./cores/thread.ts"
import { machine } from "./machine.ts"

const rounds = Number(process.argv[2] ?? 15)
const batch = Number(process.argv[3] ?? 64)
/** Of one measurement of each kind. */
const SECONDS = 0.4

const { outputFiles } = buildSync({
  entryPoints: [fileURLToPath(new URL("cores/thread.ts", import.meta.url))],
  bundle: true,
  platform: "node",
  format: "cjs",
  define: { "import.meta.url": JSON.stringify(import.meta.url) },
  write: false,
})
const start = (): Worker => new Worker(outputFiles[0]!.text, { eval: true, execArgv: [] })

async function ask<A extends Answer>(worker: Worker, order: Order): Promise<A> {
  worker.postMessage(order)
  return (await once(worker, "message"))[0]
}

console.log(machine())

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1]!

const shown = (rates: ReadonlyArray<number>): string =>
  `${Math.round(median(rates)).toString().padStart(8)}   (${rates.map(Math.round).join(" ")})`

for (const network of ["lenet", "wide"] as const) {
  const [first, second, member] = [start(), start(), start()]
  const invitation = await ask(first, { order: "plan", network, batch })
  await ask(second, { order: "plan", network, batch })
  await ask(member, { order: "join", invitation })
  const rate = (worker: Worker, steps: number, threads: number) =>
    ask<number>(worker, { order: "train", steps, threads })
  await Promise.all([rate(first, 40, 0), rate(second, 40, 0)])
  const steps = Math.ceil(((await rate(first, 40, 0)) * SECONDS) / batch)
  await rate(first, 40, 1)
  const alone: Array<number> = []
  const team: Array<number> = []
  const pair: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    team.push(await rate(first, 2 * steps, 1))
    pair.push((await Promise.all([rate(first, steps, 0), rate(second, steps, 0)])).reduce((a, b) => a + b))
    alone.push(await rate(first, steps, 0))
  }
  const ratios = team.map((rate, round) => rate / pair[round]!)
  console.log(`${network}, batch ${batch}: images/s, medians of ${rounds} rounds in turn`)
  console.log(`  one training on one thread      ${shown(alone)}`)
  console.log(`  one training on two threads     ${shown(team)}`)
  console.log(`  two trainings at the same time  ${shown(pair)}`)
  console.log(
    `  two threads / two trainings     ${median(ratios).toFixed(2).padStart(8)}   (${ratios.map((ratio) => ratio.toFixed(2)).join(" ")})`,
  )
  for (const threads of [0, 1]) {
    const seconds: Array<number> = []
    for (let round = 0; round < (network === "lenet" ? rounds : 1); round++)
      seconds.push(await ask<number>(first, { order: "predict", threads }))
    console.log(
      `  10,000 predictions on ${threads + 1} thread${threads === 0 ? " " : "s"}   ${median(seconds).toFixed(3).padStart(8)} s`,
    )
  }
  await Promise.all([first, second, member].map((worker) => worker.terminate()))
}
