// Backends side by side: images/s of LeNet and of `wide` on one thread (or one card), each in a process of its own, in turn.
// Usage: npx tsx bench/backends.ts [rounds, 5] [seconds, 2]
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { ask } from "../backends/ask.ts"
import { setupDir, THREADS } from "../backends/choose.ts"
import type { Question } from "../backends/probe.ts"
import { environmentFor } from "../setup/tensorflow/load.ts"

const rounds = Number(process.argv[2] ?? 5)
const seconds = Number(process.argv[3] ?? 2)
const root = fileURLToPath(new URL("..", import.meta.url))
const kernels = fileURLToPath(new URL("../ml/kernels/kernels.wasm", import.meta.url))
const dir = setupDir(root)
const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1]!

// Brings dist/ up to date, where the program is that measures.
execFileSync(process.execPath, [
  fileURLToPath(new URL("../engine/build/launch.mjs", import.meta.url)),
  "--version",
])
const backends = [
  { backend: "wasm", kernels },
  { backend: "tensorflow", root, dir },
] as const
for (const network of ["lenet", "wide"] as const) {
  const rates = new Map<string, Array<number>>()
  for (let round = 0; round < rounds; round++)
    for (const each of backends) {
      const question: Question = { ...each, seconds, network }
      const answer = await ask(question, environmentFor(dir, THREADS))
      if (!answer.loads) throw new Error(`${each.backend}: ${answer.reason}; ${answer.remedy}`)
      const about = answer.about.device ?? "1 thread"
      const name = `${network} on ${each.backend} ${answer.about.tensorflow ?? ""} (${about})`
      rates.set(name, [...(rates.get(name) ?? []), answer.imagesPerSecond!])
    }
  for (const [name, found] of rates)
    console.log(`${Math.round(median(found)).toString().padStart(8)} images/s  ${name}`)
}
