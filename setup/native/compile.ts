// Builds the library with the machine's C compiler; it knows neither where libraries are kept nor whether one is right.
import { execFile, spawnSync } from "node:child_process"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { SOURCES, units } from "./sources.ts"

/**
 * No flag here lets the compiler change a result: no contraction of a product and a sum, and above all never -ffast-math, which
 * besides makes every program that loads the library treat small numbers as zero.
 */
const EXACT = ["-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fno-strict-aliasing"]
const PLAIN = ["-std=gnu11", "-fPIC", "-fvisibility=hidden", "-Wno-psabi"]
/** The processor's own instructions; those of arm64 that count are in all of its processors. */
const OWN = process.arch === "x64" ? ["-march=native", "-mprefer-vector-width=512"] : []
const LINK = process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"]

export interface Compiler {
  readonly command: string
  /** What it says its version is. */
  readonly version: string
  readonly flags: ReadonlyArray<string>
}

/** The compiler at hand, $CC or cc. Throws Error where there is none. `extra` flags come last, so that they win. */
export function compiler(extra: ReadonlyArray<string> = []): Compiler {
  const command = process.env.CC ?? "cc"
  const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" })
  if (status !== 0 || process.platform === "win32")
    throw new Error(
      `no C compiler: ${command} does not run here. Install one (Debian: apt install gcc; macOS: xcode-select --install), or name it in $CC; until then the portable kernels do all`,
    )
  const own = extra.some((flag) => flag.startsWith("-march="))
    ? OWN.filter((flag) => !flag.startsWith("-march="))
    : OWN
  return { command, version: stdout.trim(), flags: [...EXACT, ...PLAIN, ...own, ...extra] }
}

/** Compiles every source and links them to `file`, by way of `folder`. Throws Error with what the compiler says. */
export async function compile({ command, flags }: Compiler, folder: string, file: string): Promise<void> {
  const waiting = [...units()]
  const objects: Array<string> = []
  const worker = async (): Promise<void> => {
    for (let unit = waiting.pop(); unit !== undefined; unit = waiting.pop()) {
      const object = join(folder, `${unit}.o`)
      objects.push(object)
      await run(command, [...flags, "-c", join(SOURCES, unit), "-o", object])
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  await run(command, [...flags, ...LINK, ...objects.sort(), "-o", file])
}

async function run(command: string, args: ReadonlyArray<string>): Promise<void> {
  try {
    await promisify(execFile)(command, args as Array<string>)
  } catch (failure) {
    const { stderr, message } = failure as { stderr?: string; message: string }
    throw new Error(`${command} failed:\n${(stderr || message).trim().slice(0, 2000)}`)
  }
}
