// What a benchmark ran on, so that its figures can be read elsewhere: the processor, its vectors, and the Python beside it.
import { existsSync, readFileSync } from "node:fs"
import { availableParallelism, cpus, loadavg } from "node:os"

/** Python with PyTorch: `--python` of a benchmark, REFOLD_PYTHON, or the one on the path. */
export const PYTHON = process.env.REFOLD_PYTHON ?? "python3"

/** Its name, which family and model tell apart where sellers of time do not, and its widest vectors. */
export function processor(): string {
  const name = cpus()[0]?.model.trim() ?? process.arch
  if (!existsSync("/proc/cpuinfo")) return name
  const text = readFileSync("/proc/cpuinfo", "utf8")
  const of = (field: string): string | undefined => new RegExp(`^${field}\\s*: (.+)$`, "m").exec(text)?.[1]
  const flags = of("flags")?.split(" ") ?? []
  const vectors = { avx512f: "AVX-512", avx2: "AVX2" }
  const widest = Object.entries(vectors).find(([flag]) => flags.includes(flag))?.[1]
  const [family, model] = [of("cpu family"), of("model")]
  const known = [
    ...(family === undefined ? [] : [`family ${family}`, `model ${model}`]),
    ...(widest === undefined ? [] : [widest]),
  ]
  return known.length === 0 ? name : `${name} (${known.join(", ")})`
}

/** One line: processor, cores, how busy they were before, Node. */
export const machine = (): string =>
  `${processor()}, ${availableParallelism()} cores, load before ${loadavg()[0]!.toFixed(2)}; Node ${process.version}`
