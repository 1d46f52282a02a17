// Hashing of files, warm in the page cache, against `sha256sum`: what the store does when it checks an artifact (reads
// it whole, digests it), and the same bytes through the program; rounds of both in turn, medians, the ratio.
// Usage: npm run -s bench:hash -- [rounds, 7]
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { digestOf } from "../engine/content/digest.ts"
import { median, printTable } from "./engine/table.ts"

const rounds = Number(process.argv[2] ?? 7)
const folder = mkdtempSync(join(tmpdir(), "refold-hash-"))

const written = (count: number, size: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, i) => {
    const path = join(folder, `${size}-${i}`)
    writeFileSync(path, Buffer.alloc(size, i + 1))
    return path
  })

const seconds = (run: () => void): number => {
  const started = performance.now()
  run()
  return (performance.now() - started) / 1000
}

function program(paths: ReadonlyArray<string>): void {
  const { status } = spawnSync("sha256sum", paths, { stdio: "ignore" })
  if (status !== 0) throw new Error("sha256sum is not installed here: nothing to compare with")
}

function own(paths: ReadonlyArray<string>): void {
  for (const path of paths) digestOf(readFileSync(path))
}

try {
  const sets = [
    { name: "one file of 256 MB", paths: written(1, 256e6), bytes: 256e6 },
    { name: "200 files of 1 MB", paths: written(200, 1e6), bytes: 200e6 },
    { name: "2,000 files of 10 kB", paths: written(2000, 1e4), bytes: 20e6 },
  ]
  const rows = sets.map(({ name, paths, bytes }) => {
    const [ours, theirs]: [Array<number>, Array<number>] = [[], []]
    for (let round = 0; round <= rounds; round++) {
      const pair = [seconds(() => own(paths)), seconds(() => program(paths))] as const
      if (round === 0) continue // it warms both up
      ours.push(pair[0])
      theirs.push(pair[1])
    }
    const rate = (times: ReadonlyArray<number>): string => `${(bytes / 1e6 / median(times)).toFixed(0)} MB/s`
    return {
      files: name,
      Refold: rate(ours),
      sha256sum: rate(theirs),
      "speed of sha256sum's": `${(median(theirs) / median(ours)).toFixed(2)} ×`,
    }
  })
  console.log(
    `SHA-256 on Node ${process.version}, medians of ${rounds} rounds in turn; sha256sum as a whole process\n`,
  )
  printTable(rows)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
