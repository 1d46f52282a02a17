// Runs a tool's program in a copy of the project: what it said, which stages noted that they ran, and what lies in `out/`.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { delimiter, join } from "node:path"
import { environment } from "../../engine/testing/processes.ts"
import { toolsFolder } from "./setup.ts"
import type { Lab, Ran } from "./tool.ts"

/** The environment of every run: nothing of this machine's locale or zone, and bytecode that outlives an edit of the same second. */
const fixed = {
  LANG: "C.UTF-8",
  LC_ALL: undefined,
  TZ: "UTC",
  PYTHONDONTWRITEBYTECODE: "1",
  CI: undefined,
  NO_UPDATE_NOTIFIER: "1",
  npm_config_update_notifier: "false",
  DVC_NO_ANALYTICS: "1",
}

/** What a program is started with, and where. */
export interface Command {
  readonly program: string
  readonly args: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** Default: the folder that the lab says. */
  readonly cwd?: string
}

export function execute(lab: Lab, { program, args, env = {}, cwd }: Command): { code: number; said: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: cwd ?? join(lab.root, lab.from),
    env: { ...environment, ...fixed, ...env, ...lab.env, TRUTH_LOG: logOf(lab) },
    encoding: "utf8",
    maxBuffer: 1 << 27,
    timeout: 300_000,
  })
  if (error !== undefined) throw error
  return { code: status ?? 1, said: `${stdout}${stderr}` }
}

/** Beside the project, so that no tool sees it. */
const logOf = ({ root }: Lab): string => `${root}.log`

/** Runs a program whose stages note their names. */
export function runNoted(lab: Lab, command: Command): Ran {
  rmSync(logOf(lab), { force: true })
  const { code, said } = execute(lab, command)
  const ran = existsSync(logOf(lab)) ? readFileSync(logOf(lab), "utf8").trim().split("\n") : []
  return { code, ran: [...new Set(ran)], results: filesIn(join(lab.root, "out")), said }
}

function filesIn(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {}
  const digest = (name: string): string =>
    createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex")
  return Object.fromEntries(readdirSync(folder).map((name) => [name, digest(name)]))
}

/** A program of Python's in a virtual environment of its own, with that environment's Python for the stages. */
export const inEnvironment = (
  tool: string,
  args: ReadonlyArray<string>,
  { root }: Lab,
  further: Readonly<Record<string, string>> = {},
): Command => ({
  program: join(toolsFolder, tool, "bin", tool),
  args,
  env: {
    PATH: `${join(toolsFolder, tool, "bin")}${delimiter}${process.env.PATH}`,
    PYTHONPATH: join(root, "site"),
    ...further,
  },
})
