// Other tools with as many trivial tasks: each copies a number from one small file to another.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { delimiter, join } from "node:path"
import type { Command } from "./sample.ts"

/** What is run cold and without a change, what is run after one, and how to make it cold again. */
export interface Peer {
  readonly command: Command
  /** Edits one thing. @returns the command that then runs what it reaches */
  readonly change: (round: number) => Command
  readonly forget: () => void
}

interface Present extends Peer {
  readonly version: string
  readonly tasks: number
}

/** @returns undefined when the tool is not on PATH */
type Make = (root: string, tasks: number) => Present | undefined

const cores = String(availableParallelism())

interface Tool {
  readonly program: string
  /** What must be on PATH besides, where `program` only starts it. */
  readonly needs?: string
  readonly args: ReadonlyArray<string>
  readonly files: (tasks: number) => Readonly<Record<string, string>>
  /** What it keeps of earlier runs. */
  readonly made: ReadonlyArray<string>
  /** At the most so many tasks, as more of them take minutes. */
  readonly most?: number
  readonly prepare?: ReadonlyArray<string>
}

const copying =
  ({ program, needs, args, files, made, most = Number.POSITIVE_INFINITY, prepare }: Tool): Make =>
  (root, wanted) => {
    const version = needs === undefined ? versionOf(program) : onPath(needs) ? needs : undefined
    if (version === undefined) return undefined
    const tasks = Math.min(wanted, most)
    const write = (path: string, text: string): void => {
      mkdirSync(join(root, path, ".."), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    for (const [path, text] of Object.entries(files(tasks))) write(path, text)
    for (let i = 0; i < tasks; i++) write(`in/${i}`, `${i}\n`)
    const command = { program, args, cwd: root }
    const reset = (): void => {
      for (const path of made) rmSync(join(root, path), { recursive: true, force: true })
      mkdirSync(join(root, "out"), { recursive: true })
      if (prepare !== undefined) spawnSync(program, prepare, { cwd: root })
    }
    return {
      version,
      tasks,
      command,
      change: (round) => {
        write("in/7", `${1e6 + round}\n`)
        return command
      },
      forget: reset,
    }
  }

function versionOf(program: string): string | undefined {
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" })
  return status === 0 ? `${program} ${/\d+(\.\d+)+/.exec(stdout)?.[0] ?? ""}`.trim() : undefined
}

const onPath = (program: string): boolean =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)))

const each = <A>(tasks: number, make: (i: number) => A): Array<A> =>
  Array.from({ length: tasks }, (_, i) => make(i))

export const peers: Readonly<Record<string, Make>> = {
  make: copying({
    program: "make",
    args: ["-rs", `-j${cores}`],
    made: ["out"],
    files: (tasks) => ({
      Makefile: `all = ${each(tasks, (i) => `out/${i}`).join(" ")}\nall: $(all)\n$(all): out/%: in/%\n\tcp $< $@\n`,
    }),
  }),
  doit: copying({
    program: "doit",
    args: ["-v", "0"],
    made: ["out", ".doit.db", ".doit.db.db", ".doit.db.dat", ".doit.db.dir", ".doit.db.bak"],
    files: (tasks) => ({
      "dodo.py": `import shutil
def task_cell():
    for i in range(${tasks}):
        yield {"name": str(i), "actions": [(shutil.copyfile, [f"in/{i}", f"out/{i}"])],
               "file_dep": [f"in/{i}"], "targets": [f"out/{i}"]}
`,
    }),
  }),
  snakemake: copying({
    program: "snakemake",
    args: ["--cores", cores, "--quiet", "all"],
    made: ["out", ".snakemake"],
    files: (tasks) => ({
      Snakefile: `rule all:
    input: expand("out/{i}", i=range(${tasks}))
rule cell:
    input: "in/{i}"
    output: "out/{i}"
    shell: "cp {input} {output}"
`,
    }),
  }),
  dvc: copying({
    program: "dvc",
    args: ["repro", "--quiet"],
    made: ["out", ".dvc", "dvc.lock"],
    most: 200,
    prepare: ["init", "--no-scm", "--quiet"],
    files: (tasks) => ({
      "dvc.yaml": `stages:\n${each(tasks, (i) => `  cell-${i}:\n    cmd: cp in/${i} out/${i}\n    deps: [in/${i}]\n    outs: [out/${i}]\n`).join("")}`,
    }),
  }),
  redun: copying({
    program: "redun",
    args: ["run", "flow.py", "main"],
    made: ["out", ".redun"],
    files: (tasks) => ({
      "flow.py": `from redun import File, task
redun_namespace = "trivial"

@task()
def cell(source, i):
    target = File(f"out/{i}")
    target.write(source.read())
    return target

@task()
def main():
    return [cell(File(f"in/{i}"), i) for i in range(${tasks})]
`,
    }),
  }),
  wireit: copying({
    program: "npm",
    needs: "wireit",
    args: ["run", "all"],
    made: ["out", ".wireit"],
    most: 200,
    files: (tasks) => ({
      "package.json": JSON.stringify({
        name: "trivial",
        scripts: Object.fromEntries(
          ["all", ...each(tasks, (i) => `cell-${i}`)].map((name) => [name, "wireit"]),
        ),
        wireit: Object.fromEntries([
          ["all", { dependencies: each(tasks, (i) => `cell-${i}`) }],
          ...each(tasks, (i) => [
            `cell-${i}`,
            { command: `cp in/${i} out/${i}`, files: [`in/${i}`], output: [`out/${i}`] },
          ]),
        ]),
      }),
    }),
  }),
}
