// Copies of this checkout whose packages ran no script when they were installed: better-sqlite3 has no binary there.
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"

/** What a clean clone has, and what else lies among it: neither what was made nor git's own. */
function copySources(root: string, copy: string): void {
  mkdirSync(copy, { recursive: true })
  for (const name of readdirSync(root)) {
    if (/^(\.git|\.tap|node_modules|artifacts|dist.*)$/.test(name)) continue
    cpSync(join(root, name), join(copy, name), { recursive: true })
  }
}

/** As quick as can be: the packages of this checkout, hard-linked where the file system takes that, less the binary. */
export function linkedCheckout(root: string, copy: string): void {
  copySources(root, copy)
  const packages = readdirSync(join(root, "node_modules")).filter((name) => name !== ".cache")
  mkdirSync(join(copy, "node_modules"))
  const copied = ["-t", join(copy, "node_modules"), ...packages]
  try {
    execFileSync("cp", ["-al", ...copied], { cwd: join(root, "node_modules"), stdio: "ignore" })
  } catch {
    execFileSync("cp", ["-a", ...copied], { cwd: join(root, "node_modules") })
  }
  rmSync(join(copy, "node_modules/better-sqlite3/build"), { recursive: true, force: true })
}

/** As a person would: `npm ci --ignore-scripts`, by the npm that is on the path, under another Node. */
export function installedCheckout(root: string, copy: string, node: string): void {
  copySources(root, copy)
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: copy,
    env,
    stdio: ["ignore", 2, 2],
  })
}
