// The packages that a stage stands on: the closure of what its bundle imports, as installed, each by the digest of its files.
// Reads folders; no lock of any manager of packages, and nothing of stages.
import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { type Digest, digestOf } from "../../content/digest.ts"
import { isEngine } from "../resolution.ts"
import { FileDigests } from "./file-digests.ts"
import { isLimited, type Manifest, manifestOf, rangeIn, type Wanted, wantedBy } from "./manifest.ts"
import { PackageError } from "./package-error.ts"
import { PackageFolders } from "./package-folders.ts"
import { type Copy, wiredDigests } from "./wired-digests.ts"

/** `name@version` → SHA-256 of its installed files; `name@range` → `"platform"` for what is not for, or not on, every platform. */
export type Packages = Readonly<Record<string, string>>

/** A package's folder as it was first looked at. */
interface Installed {
  readonly manifest: Manifest
  readonly wanted: ReadonlyArray<Wanted>
  /** Taken when it is in a closure. */
  digest?: Digest
}

/** Somebody asks for a package: one that is in the closure, or the bundle. */
interface Ask extends Wanted {
  readonly from: string
  readonly by: Copy | undefined
}

/** The packages that are installed for a project, as they were when first asked: each is looked at once. */
export class InstalledPackages {
  readonly #root: string
  readonly #digests: FileDigests
  /** Where packages lie for whoever asks. */
  readonly folders: PackageFolders
  readonly #installed = new Map<string, Installed>()
  /** By the names that were asked for: forms of a stage often import the same. */
  readonly #closures = new Map<string, Packages>()

  /** @param root the project's folder, with its links followed */
  constructor(root: string, digests = new FileDigests(root)) {
    this.#root = root
    this.#digests = digests
    this.folders = new PackageFolders(root)
  }

  /**
   * The closure of `names` as a module in the root sees them.
   *
   * @param asker who imports them, for the message
   * @throws PackageError when one that must be there is not installed, or cannot be read
   */
  closure(names: ReadonlyArray<string>, asker = "a stage"): Packages {
    const asked = [...new Set(names)].sort().join()
    const known = this.#closures.get(asked)
    if (known !== undefined) return known
    this.#checkInstalled(names, asker)
    const found = this.#closure(names)
    this.#closures.set(asked, found)
    return found
  }

  #checkInstalled(names: ReadonlyArray<string>, asker: string): void {
    const isMissing = (name: string): boolean => this.folders.find(this.#root, name) === undefined
    const missing = names.filter((name) => !isEngine(name) && isMissing(name)).sort()
    if (missing.length === 0) return
    const named = missing.map((name) => `"${name}"`).join(" and ")
    const [what, are] = missing.length === 1 ? ["package", "is"] : ["packages", "are"]
    throw new PackageError(
      `the ${what} ${named}, imported by ${asker}, ${are} not installed: ${this.#remedyOf(missing)}`,
    )
  }

  /** What comes with the engine wants packages that nobody has who does not use it: these are asked for by name. */
  #remedyOf(missing: ReadonlyArray<string>): string {
    const engine = this.folders.find(this.#root, "refold")?.folder
    const { peerDependencies = {} } = engine === undefined ? {} : manifestOf(engine)
    const isPeer = missing.every((name) => peerDependencies[name] !== undefined)
    return isPeer
      ? `npm i ${missing.map((name) => `${name}@${peerDependencies[name]}`).join(" ")}`
      : this.#remedy()
  }

  #closure(names: ReadonlyArray<string>): Packages {
    const copies = new Map<string, Copy>()
    const elsewhere = new Set<string>()
    const asked: Array<Copy> = []
    const own = names.length === 0 ? {} : this.#ownManifest()
    const queue: Array<Ask> = names.map((name) => ({
      name,
      range: rangeIn(own, name),
      as: "required",
      from: this.#root,
      by: undefined,
    }))
    for (let ask = queue.pop(); ask !== undefined; ask = queue.pop()) {
      if (isEngine(ask.name)) continue
      const { name, by } = ask
      const found = this.#find(ask)
      if (found === undefined || isLimited(found.installed.manifest)) {
        if (ask.as !== "peer") elsewhere.add(`${name}@${ask.range}`)
        by?.uses.push({ name, copy: undefined })
        continue
      }
      const place = `${name}\0${found.folder}`
      const known = copies.get(place)
      const copy = known ?? this.#copy(name, found.installed, found.folder)
      if (by === undefined) asked.push(copy)
      else by.uses.push({ name, copy })
      if (known !== undefined) continue
      copies.set(place, copy)
      for (const wanted of found.installed.wanted) queue.push({ ...wanted, from: found.folder, by: copy })
    }
    this.#digests.keep()
    const found = wiredDigests([...copies.values()], asked)
    for (const name of elsewhere) {
      const also = found.get(name) // some who ask for it get one
      found.set(name, also === undefined ? "platform" : digestOf(`${also} platform`))
    }
    return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  #copy(name: string, installed: Installed, folder: string): Copy {
    installed.digest ??= this.#digests.of(folder, installed.manifest)
    const { version = "0.0.0" } = installed.manifest
    return { name, version, files: installed.digest, uses: [] }
  }

  /** Undefined for one that is not installed and need not be. */
  #find({ from, name, as, by }: Ask): { readonly folder: string; readonly installed: Installed } | undefined {
    const folder = this.folders.find(from, name)?.folder
    if (folder !== undefined) return { folder, installed: this.#look(folder) }
    if (as !== "required") return undefined
    const asker = `${by?.name}@${by?.version}`
    throw new PackageError(
      `the package "${name}", which ${asker} depends on, is not installed: ${this.#remedy()}`,
    )
  }

  #look(folder: string): Installed {
    const known = this.#installed.get(folder)
    if (known !== undefined) return known
    const manifest = manifestOf(folder)
    const installed = { manifest, wanted: wantedBy(manifest) }
    this.#installed.set(folder, installed)
    return installed
  }

  /** Of the project, or of the folder above it that has one. */
  #ownManifest(): Manifest {
    return manifestOf(nearest(this.#root, "package.json") ?? this.#root)
  }

  #remedy(): string {
    return nearest(this.#root, ".pnp.cjs") === undefined
      ? "install the project's packages (npm install, or what your project uses)"
      : "Yarn's Plug'n'Play keeps no folders of packages; write nodeLinker: node-modules into .yarnrc.yml, and run yarn install"
  }
}

/** The nearest folder, from `start` upwards, that holds a file of this name. */
function nearest(start: string, name: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return folder
    if (dirname(folder) === folder) return undefined
  }
}
