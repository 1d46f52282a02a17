// Projects on disk, each in one line: in a temporary folder, with the packages that stages import, and a command line.
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { type CommandLine, commandLineIn, repository } from "./command.ts"
import { type Teardown, temporaryFolder, writeFiles } from "./temporary-folder.ts"

export interface Project extends CommandLine {
  readonly root: string
  readonly write: (files: Readonly<Record<string, string>>) => void
  readonly read: (path: string) => string
}

/** @param from files by path, or a folder to copy: a fixture, or a project that has been run, with all that it remembers */
export function project(t: Teardown, from: string | Readonly<Record<string, string>>): Project {
  const root = temporaryFolder(t)
  if (typeof from === "string") cpSync(from, root, { recursive: true, verbatimSymlinks: true })
  else writeFiles(root, from)
  mkdirSync(join(root, "node_modules"), { recursive: true })
  for (const [name, target] of [
    ["refold", repository],
    ["effect", join(repository, "node_modules/effect")],
  ] as const) {
    rmSync(join(root, "node_modules", name), { force: true })
    symlinkSync(target, join(root, "node_modules", name), "junction")
  }
  return {
    ...commandLineIn(t, root),
    root,
    write: (files) => writeFiles(root, files),
    read: (path) => readFileSync(join(root, path), "utf8"),
  }
}

/** The command line in this repository itself, on artifacts of the test's own. */
export function checkout(t: Teardown): CommandLine & { readonly artifacts: string } {
  const artifacts = temporaryFolder(t)
  return { ...commandLineIn(t, repository, ["--artifacts", artifacts]), artifacts }
}
