// Runs an experiment whose tasks one runtime computes, from an empty store, killed on its way where that is wanted; and says what came of
// it. It compares nothing.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { execute } from "../../engine/testing/processes.ts"
import { workerCommand } from "../../engine/worker/worker-command.ts"
import { type Ended, type Kill, pipeline, root } from "../long/pipeline.ts"
import { nativeFolderOf } from "../ml/support/native-library.ts"
import { type RunDigests, readDigests } from "./digests.ts"
import type { Variant } from "./variants.ts"

export interface Work {
  readonly experiment: string
  /** The project's folder. */
  readonly cwd: string
  readonly settings?: ReadonlyArray<string>
  /** Coordinator and workers are killed once so many epochs have finished, and another run goes on. */
  readonly killedAfter?: number
}

export interface Outcome {
  readonly digests: RunDigests
  readonly folder: string
  readonly seconds: number
  /** What went otherwise than it was meant to, whatever the digests are. */
  readonly wrong: ReadonlyArray<string>
  readonly lastWords: string
}

const minutes = 15

export async function runUnder(variant: Variant, { killedAfter, ...work }: Work): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "refold-cross-machine-"))
  const started = performance.now()
  const kill: Kill = {
    victim: "both",
    moment: { event: killedAfter ?? 0, of: "link-finished", wait: 0 },
  }
  const killed = killedAfter === undefined ? undefined : await start(variant, work, folder, kill)
  const ended = await start(variant, work, folder)
  const digests = readDigests(ended.events.map((event) => JSON.stringify(event)).join("\n"))
  const isPortable = ended.events.some((event) => JSON.stringify(event).includes("computed without it"))
  return {
    digests,
    folder,
    seconds: (performance.now() - started) / 1000,
    wrong: [
      ...misnamedIn(folder, digests).map((each) => `the bytes of ${each} are not what its digest says`),
      ...(killed === undefined ? [] : notGoneOn(killed, ended)),
      ...(isPortable
        ? ["a worker could not load the native kernels, and the portable ones say nothing of them"]
        : []),
    ],
    lastWords: ended.stderr.trim().split("\n").slice(-5).join("\n"),
  }
}

async function start(
  { worker, jobs, native }: Variant,
  { experiment, cwd, settings = [] }: Work,
  folder: string,
  kill?: Kill,
): Promise<Ended> {
  const args = [
    ...["--exp", experiment, ...settings, "--json", "--artifacts", folder, "--jobs", String(jobs)],
    ...(worker === null ? [] : ["--worker", worker]),
    ...["--kernels", native === undefined ? "portable" : "native"],
  ]
  const env = native === undefined ? {} : { REFOLD_NATIVE_DIR: await builtFor(native) }
  return pipeline({ cwd, args, env, kill, atMost: minutes * 60_000 })
}

const built = new Map<string, Promise<string>>()

/** Where the native kernels of a variant are, built unless the laws of kernels have done so. */
function builtFor({ march }: NonNullable<Variant["native"]>): Promise<string> {
  const folder = nativeFolderOf(march)
  const known = built.get(folder) ?? build(march === undefined ? [] : ["--march", march], folder)
  built.set(folder, known)
  return known
}

async function build(terms: ReadonlyArray<string>, folder: string): Promise<string> {
  const script = join(root, "setup", "native.ts")
  const { code, stderr } = await execute(root, process.execPath, [
    "--import=tsx",
    script,
    "--dir",
    folder,
    ...terms,
  ])
  if (code !== 0) throw new Error(`setup:native failed:\n${stderr}`)
  return folder
}

/** Objects of the store whose bytes are not what their digest says: the worker did the hashing. */
function misnamedIn(folder: string, { tasks }: RunDigests): ReadonlyArray<string> {
  const all = tasks.flatMap(({ task, digests }) =>
    Object.entries(digests).map(([output, digest]) => ({ task, output, digest })),
  )
  return all
    .filter(({ output, digest }) => {
      const path = join(folder, "objects", digest.slice(0, 2), digest.slice(2))
      if (!existsSync(path)) return !output.startsWith("state ") // a state's bytes may go; an output's may not
      return createHash("sha256").update(readFileSync(path)).digest("hex") !== digest
    })
    .map(({ task, output }) => `${task} ${output}`)
}

const epochsOf = ({ events }: Ended, wanted: "ran" | "cached"): number =>
  events.filter((event) => event.event === "link-finished" && event.status === wanted).length

/** What shows that a kill met no training, or that what it met was not gone on with. */
function notGoneOn(killed: Ended, resumed: Ended): ReadonlyArray<string> {
  const [finished, found] = [epochsOf(killed, "ran"), epochsOf(resumed, "cached")]
  return [
    ...(killed.killed === 0 || killed.signal !== "SIGKILL" ? ["there was nothing left to kill"] : []),
    ...(found < finished
      ? [`${finished} epochs had finished before the kill, and ${found} were found after it`]
      : []),
    ...(epochsOf(resumed, "ran") === 0 ? ["no epoch was left to train after the kill"] : []),
  ]
}

/** What the variant's command really starts, as that runtime tells itself. */
export function versionOf({ worker }: Variant): string {
  const [program, ...args] = workerCommand(worker ?? undefined).slice(0, -1) as [string, ...Array<string>]
  const probe = fileURLToPath(new URL("./probe.mjs", import.meta.url))
  const { stdout, stderr, error } = spawnSync(program, [...args, probe], { encoding: "utf8" })
  try {
    const { name, version, arch } = JSON.parse(stdout) as { name: string; version: string; arch: string }
    return `${name} ${version} ${arch}`
  } catch {
    return `does not start: ${error?.message ?? stderr.trim().split("\n").at(-1)}`
  }
}
