// Where a package lies for whoever asks for it: Node's resolution, with links followed. Knows no manager of packages.
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs"
import { basename, dirname, join, relative, sep } from "node:path"

export interface PackageFolder {
  /** With all links followed: what the package itself asks for is resolved from here. */
  readonly folder: string
  /** Whether it lies outside any `node_modules`, as a workspace and what `npm link` makes: the author's own code. */
  readonly isLinked: boolean
}

/** The folders of a project's packages, as they were when first asked for: each is looked for once. */
export class PackageFolders {
  readonly #root: string
  /** Of a `node_modules`: its packages by name as far as they were asked for; undefined where there is none. */
  readonly #known = new Map<string, Map<string, PackageFolder | undefined> | undefined>()

  /** @param root the project's folder, with its links followed: folders above it may bear any name */
  constructor(root: string) {
    this.#root = root
  }

  /**
   * The package that `name` is for modules in `from`; undefined when none is installed.
   *
   * @param from a folder, with its links followed
   */
  find(from: string, name: string): PackageFolder | undefined {
    for (let folder = from; ; folder = dirname(folder)) {
      const found =
        basename(folder) === "node_modules" ? undefined : this.#in(`${folder}${sep}node_modules`, name)
      if (found !== undefined || dirname(folder) === folder) return found
    }
  }

  #in(packages: string, name: string): PackageFolder | undefined {
    if (!this.#known.has(packages)) this.#known.set(packages, existsSync(packages) ? new Map() : undefined)
    const known = this.#known.get(packages)
    if (known === undefined) return undefined
    if (!known.has(name))
      known.set(name, isPackage(join(packages, name)) ? this.#placed(packages, name) : undefined)
    return known.get(name)
  }

  #placed(packages: string, name: string): PackageFolder {
    const folder = realpathSync.native(join(packages, name))
    const isInstalled =
      relative(this.#root, folder).split(sep).includes("node_modules") ||
      folder === join(realpathSync.native(packages), name)
    return { folder, isLinked: !isInstalled }
  }
}

/** A folder that holds nothing but other packages is none. */
function isPackage(folder: string): boolean {
  if (existsSync(join(folder, "package.json"))) return true
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
  return isFolder && readdirSync(folder).some((name) => name !== "node_modules")
}
