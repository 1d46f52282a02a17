// What `npm install refold` gives, without a network: the packed files, and links to the packages that they need.
import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import { execute } from "../../engine/testing/processes.ts"
import { type Teardown, temporaryFolder } from "../../engine/testing/temporary-folder.ts"
import { root } from "./sources.ts"

export interface Tarball {
  readonly path: string
  /** Bytes. */
  readonly size: number
}

const offline = { npm_config_offline: "true", npm_config_update_notifier: "false" }

/** `npm pack`, in a folder of its own. */
export async function packed(t: Teardown): Promise<Tarball> {
  const folder = temporaryFolder(t)
  const args = ["pack", "--json", "--pack-destination", folder]
  const { code, stdout, stderr } = await execute(root, "npm", args, offline)
  if (code !== 0) throw new Error(stderr)
  const [{ filename, size }] = JSON.parse(stdout)
  return { path: join(folder, filename), size }
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
