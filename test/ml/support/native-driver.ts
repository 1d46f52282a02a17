// Kernels in C that run in another process, which may be an emulated one, as lanes: each call waits for its answer.
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { closeSync, openSync, readSync, truncateSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Test } from "tap"
import { execute } from "../../../engine/testing/processes.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import type { Lanes } from "../../../ml/kernels/bind.ts"
import { nativeKernels } from "../../../ml/kernels/generate-native.ts"
import { SOURCES, units } from "../../../setup/native/sources.ts"

const kernels = nativeKernels()
const MOST_TERMS = kernels.reduce((most, { terms }) => Math.max(most, terms.length), 0)
const NAME = 64
const FLAGS = ["-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fno-strict-aliasing"]

/** Compiles the kernels with the driver; throws Error with what the compiler says. */
export async function compileDriver(
  t: Test,
  compiler: string,
  flags: ReadonlyArray<string>,
): Promise<string> {
  const driver = join(temporaryFolder(t), "driver")
  const sources = units()
    .filter((name) => name !== "binding.c")
    .map((name) => join(SOURCES, name))
  const own = fileURLToPath(new URL("native-driver.c", import.meta.url))
  const { code, stderr } = await execute(SOURCES, compiler, [
    ...[...FLAGS, "-std=gnu11", "-Wno-psabi", `-I${SOURCES}`, ...flags],
    ...[own, ...sources, "-o", driver],
  ])
  if (code !== 0) throw new Error(stderr)
  return driver
}

/** The lanes of a program that is started, and that ends with the test. */
export function drivenLanes(t: Test, command: ReadonlyArray<string>): Lanes {
  const folder = temporaryFolder(t)
  const [file, calls, answers] = ["memory", "calls", "answers"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(file, "")
  if (spawnSync("mkfifo", [calls, answers]).status !== 0) throw new Error("no pipes can be made here")
  let process: ChildProcess | undefined
  let [asking, hearing, memoryFile] = [-1, -1, -1]
  const start = (bytes: number): void => {
    truncateSync(file, bytes)
    process = spawn(command[0]!, [...command.slice(1), file, `${bytes}`, calls, answers], {
      stdio: ["ignore", "ignore", "inherit"],
    })
    asking = openSync(calls, "w")
    hearing = openSync(answers, "r")
    memoryFile = openSync(file, "r+")
  }
  t.teardown(() => {
    for (const open of [asking, hearing, memoryFile]) if (open >= 0) closeSync(open)
    process?.kill()
  })
  return (portable, memory) => {
    const call = (name: string, gives: boolean, terms: ReadonlyArray<number>): number | undefined => {
      const bytes = new Uint8Array(memory.buffer)
      if (process === undefined) start(bytes.length)
      writeSync(memoryFile, bytes, 0, bytes.length, 0)
      const asked = new Uint8Array(NAME + 8 * (1 + MOST_TERMS))
      new TextEncoder().encodeInto(name, asked)
      new Float64Array(asked.buffer, NAME).set([terms.length, ...terms])
      writeSync(asking, asked)
      const answer = new Float64Array(2)
      if (readSync(hearing, answer) !== 16) throw new Error(`the driver ended at ${name}`)
      if (answer[0] !== 0) throw new RangeError(`the driver refuses ${name}`)
      readSync(memoryFile, bytes, 0, bytes.length, 0)
      return gives ? answer[1]! : undefined
    }
    return {
      ...portable,
      ...Object.fromEntries(
        kernels.map(({ name, result }) => [
          name,
          (...terms: ReadonlyArray<number>) => call(name, result !== "void", terms),
        ]),
      ),
    }
  }
}
