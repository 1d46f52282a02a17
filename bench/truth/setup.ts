// `bench:truth --install`: the peers, each in a folder of its own in a cache that git does not see. Nothing of them becomes a
// dependency of this project.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { repository } from "../../engine/testing/command.ts"

export const toolsFolder = join(repository, "node_modules/.cache/truth-tools")

const fromPip: Readonly<Record<string, string>> = {
  dvc: "3.67.1",
  snakemake: "9.27.1",
  redun: "0.44.1",
  doit: "0.37.0",
}
const wireit = "0.14.13"

export function install(names: ReadonlyArray<string>): void {
  mkdirSync(toolsFolder, { recursive: true })
  for (const name of names) {
    const version = fromPip[name]
    const folder = join(toolsFolder, name)
    if (version !== undefined) {
      if (!existsSync(join(folder, "bin/python"))) run("python3", "-m", "venv", folder)
      run(join(folder, "bin/python"), "-m", "pip", "install", "--quiet", `${name}==${version}`)
    } else if (name === "wireit") {
      mkdirSync(folder, { recursive: true })
      run("npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", `wireit@${wireit}`)
    }
  }
}

function run(program: string, ...args: ReadonlyArray<string>): void {
  const { status } = spawnSync(program, args, { stdio: ["ignore", "inherit", "inherit"] })
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed`)
}

/** What a program in a virtual environment says its version is. */
export function pythonVersion(name: string): string | undefined {
  const program = join(toolsFolder, name, "bin", name)
  if (!existsSync(program)) return undefined
  // The program's own --version takes seconds for some.
  const asked = `import importlib.metadata as m; print(m.version("${name}"))`
  const { stdout } = spawnSync(join(toolsFolder, name, "bin/python"), ["-c", asked], { encoding: "utf8" })
  return stdout.trim()
}

export function wireitVersion(): string | undefined {
  const manifest = join(toolsFolder, "wireit/node_modules/wireit/package.json")
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")).version : undefined
}
