// A project whose packages lie there by hand, and their closure as a new process finds it.
import { mkdirSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import { InstalledPackages, type Packages } from "../../../engine/code/packages/packages.ts"
import { type Teardown, temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

export interface PackageProject {
  readonly root: string
  readonly write: (files: Readonly<Record<string, string>>) => void
  readonly link: (path: string, target: string) => void
  /** As a new process finds it. */
  readonly closure: (...names: ReadonlyArray<string>) => Packages
}

export function packageProject(t: Teardown, files: Readonly<Record<string, string>>): PackageProject {
  const root = temporaryFolder(t)
  const write = (files: Readonly<Record<string, string>>): void => writeFiles(root, files)
  write({ "package.json": '{"type":"module"}', ...files })
  const link = (path: string, target: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    symlinkSync(join(root, target), join(root, path), "junction")
  }
  return { root, write, link, closure: (...names) => new InstalledPackages(root).closure(names) }
}

/** A package.json. */
export const manifest = (version: string, more: object = {}): string => JSON.stringify({ version, ...more })
/** What it asks for, in any version. */
export const wants = (...names: ReadonlyArray<string>) => ({
  dependencies: Object.fromEntries(names.map((name) => [name, "*"])),
})
