// A project of examples/ with the tarball installed, and the laws of each: it compiles, runs, is cached, and is proved.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Test } from "tap"
import { execute } from "../../engine/testing/processes.ts"
import type { Teardown } from "../../engine/testing/temporary-folder.ts"
import { installed, link, type Tarball } from "./installed.ts"
import { root } from "./sources.ts"

const launch = "node_modules/refold/engine/build/launch.mjs"

/** A copy with the tarball installed, and what its package.json names. */
export async function example(t: Teardown, tarball: Tarball, name: string) {
  const folder = await installed(t, tarball, `examples/${name}`)
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  for (const name of Object.keys(dependencies)) if (name !== "refold" && name !== "effect") link(folder, name)
  const refold = (...args: ReadonlyArray<string>) => execute(folder, process.execPath, [launch, ...args])
  return { folder, refold }
}

/** Digests by task and output: keys move with code, these do not. */
function outputsIn(lock: string): Readonly<Record<string, unknown>> {
  const lines = Object.entries<{ readonly outputs?: unknown }>(JSON.parse(readFileSync(lock, "utf8")))
  return Object.fromEntries(
    lines.filter(([name]) => name.startsWith("task ")).map(([name, { outputs }]) => [name, outputs]),
  )
}

type Example = Awaited<ReturnType<typeof example>>
type Event = Readonly<Record<string, unknown>>

/** The last event of a run. */
export const last = (stdout: string): Event => JSON.parse(stdout.trim().split("\n").at(-1)!)

/** In an empty folder with the tarball alone. */
export async function holds(t: Test, { folder, refold }: Example, experiment: string): Promise<void> {
  const typescript = join(root, "node_modules/typescript-7/bin/tsc")
  const compiled = await execute(folder, process.execPath, [typescript, "-p", "."])
  t.equal(compiled.stdout, "")
  const lock = join(folder, "experiments", `${experiment}.lock.json`)
  const kept = outputsIn(lock)
  const first = await refold("--exp", experiment, "--json", "--update-lock")
  t.equal(first.code, 0, first.stderr)
  t.match(last(first.stdout), { event: "run-finished", failed: 0, skipped: 0 })
  t.same(outputsIn(lock), kept, "every result is, bit for bit, the one that the repository's lock pins")
  const second = await refold("--exp", experiment, "--json")
  t.match(last(second.stdout), { event: "run-finished", ran: 0, failed: 0 })
  const verified = await refold("verify", "--exp", experiment, "--recompute", "3", "--json")
  t.equal(verified.code, 0, verified.stdout)
  t.match(last(verified.stdout), { event: "verify-finished", differences: 0 })
}
