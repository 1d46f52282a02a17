// What `npm install refold` gives, without a network: the packed files, and links to the packages that they need.
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { rename } from "../../engine/content/rename.ts"
import { execute, until } from "../../engine/testing/processes.ts"
import { type Teardown, temporaryFolder } from "../../engine/testing/temporary-folder.ts"
import { root } from "./sources.ts"

export interface Tarball {
  readonly path: string
  /** Bytes. */
  readonly size: number
}

const offline = { npm_config_offline: "true", npm_config_update_notifier: "false" }

/** `npm pack`; of test files that are taken from one queue the first that needs it, and all others wait for that. */
export async function packed(t: Teardown): Promise<Tarball> {
  const { folder: shared } = JSON.parse(process.env.REFOLD_TEST_QUEUE ?? "{}") as { readonly folder?: string }
  if (shared === undefined) return pack(temporaryFolder(t))
  const [folder, said] = [join(shared, "package"), join(shared, "package.json")]
  if (!isMade(folder)) await until(() => existsSync(said), 300_000)
  else {
    const made = await pack(folder).catch((failure: Error) => ({ failure: failure.message }))
    writeFileSync(`${said}.part`, JSON.stringify(made))
    rename(`${said}.part`, said)
  }
  const tarball: Tarball | { readonly failure: string } = JSON.parse(readFileSync(said, "utf8"))
  if ("failure" in tarball) throw new Error(tarball.failure)
  return tarball
}

async function pack(folder: string): Promise<Tarball> {
  const args = ["pack", "--json", "--pack-destination", folder]
  const { code, stdout, stderr } = await execute(root, "npm", args, offline)
  if (code !== 0) throw new Error(stderr)
  const [{ filename, size }] = JSON.parse(stdout)
  return { path: join(folder, filename), size }
}

/** Whether it was not there. */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== "EEXIST") throw failure
    return false
  }
}

/** From a project's folder: what starts the command line. */
export const launch = "node_modules/refold/engine/build/launch.mjs"

/** Lets scripts in TypeScript be run by Node. */
export const tsx = `--import=${new URL("../../node_modules/tsx/dist/esm/index.mjs", import.meta.url).href}`
export const typescript: string = join(root, "node_modules/typescript-7/bin/tsc")

export const node = (cwd: string, ...args: ReadonlyArray<string>) => execute(cwd, process.execPath, args)

/** How many tasks of an experiment ran in a project, and how many were cached. @throws what it said when it failed */
export async function ranIn(project: string, experiment: string) {
  const { code, stdout, stderr } = await node(project, launch, "--exp", experiment, "--json")
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`)
  const events: ReadonlyArray<{ event: string; ran?: number; cached?: number }> = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
  return { ran: events.at(-1)!.ran, cached: events.at(-1)!.cached }
}

/** Gives a project one of this repository's packages. */
export function link(project: string, name: string): void {
  mkdirSync(dirname(join(project, "node_modules", name)), { recursive: true })
  symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name))
}

/** A copy of a folder with the tarball's files in node_modules/refold, and what these cannot do without. */
export async function installed(t: Teardown, tarball: Tarball, from: string): Promise<string> {
  const project = join(temporaryFolder(t), "a project")
  cpSync(join(root, from), project, { recursive: true })
  const refold = join(project, "node_modules/refold")
  mkdirSync(refold, { recursive: true })
  const unpacked = await execute(refold, "tar", ["-xzf", tarball.path, "--strip-components=1"])
  if (unpacked.code !== 0) throw new Error(unpacked.stderr)
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(refold, "package.json"), "utf8"),
  )
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) link(project, name)
  return project
}
