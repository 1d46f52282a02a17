// A drawn project on disk, with the packages that the engine lends: files are written where they differ, and gone where the
// project has them no more, as a person's edits are.
import { mkdirSync, rmdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { repository } from "../../engine/testing/command.ts"
import type { Installed } from "./project/write-packages.ts"

/** Files of packages all have this time, as npm gives it to them: what was patched or updated cannot be told by it. */
const packed = new Date("1985-10-26T08:15:00Z")

export class Disk {
  readonly #root: string
  #files: Readonly<Record<string, string>> = {}
  #links: Readonly<Record<string, string>> = {}

  constructor(root: string, before?: Disk) {
    this.#root = root
    if (before !== undefined) {
      this.#files = before.#files
      this.#links = before.#links
      for (const [path, target] of Object.entries(this.#links)) {
        rmSync(join(root, path))
        this.#link(path, target)
      }
      return
    }
    mkdirSync(join(root, "node_modules"), { recursive: true })
    symlinkSync(repository, join(root, "node_modules/refold"), "junction")
    symlinkSync(join(repository, "node_modules/effect"), join(root, "node_modules/effect"), "junction")
  }

  /** The same files, once their folder has been moved: links to elsewhere in it follow. */
  movedTo(root: string): Disk {
    return new Disk(root, this)
  }

  /** Only what differs from what was last written is touched. */
  write({ files, links }: Installed): void {
    for (const path of Object.keys(this.#links)) if (links[path] !== this.#links[path]) this.#remove(path)
    for (const path of Object.keys(this.#files)) if (!(path in files)) this.#remove(path)
    for (const [path, text] of Object.entries(files)) if (this.#files[path] !== text) this.#put(path, text)
    for (const [path, target] of Object.entries(links))
      if (this.#links[path] !== target) this.#link(path, target)
    this.#files = files
    this.#links = links
  }

  #put(path: string, text: string): void {
    const full = join(this.#root, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
    if (path.startsWith("node_modules/")) utimesSync(full, packed, packed)
  }

  /** Folders that nothing is left in go too: a package that is there no more has no folder. */
  #remove(path: string): void {
    rmSync(join(this.#root, path), { force: true, recursive: true })
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
      try {
        rmdirSync(join(this.#root, folder))
      } catch {
        return // something is in it
      }
    }
  }

  #link(path: string, target: string): void {
    const full = join(this.#root, path)
    mkdirSync(dirname(full), { recursive: true })
    symlinkSync(join(this.#root, target), full, "junction")
  }
}
