// What a package.json says of a package, as far as its key depends on that: version, what it asks for, where it runs.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { PackageError } from "./package-error.ts"

export interface Manifest {
  readonly version?: string
  readonly dependencies?: Ranges
  readonly devDependencies?: Ranges
  readonly optionalDependencies?: Ranges
  readonly peerDependencies?: Ranges
  readonly os?: Limit
  readonly cpu?: Limit
  readonly libc?: Limit
  readonly files?: ReadonlyArray<string>
  readonly scripts?: Readonly<Record<string, string>>
  readonly bin?: string | Readonly<Record<string, string>>
  readonly main?: unknown
  readonly module?: unknown
  readonly exports?: unknown
  /** Where node-pre-gyp puts what it fetches or compiles. */
  readonly binary?: { readonly module_path?: string }
}

type Ranges = Readonly<Record<string, string>>
type Limit = string | ReadonlyArray<string>

/** A package that another one asks for. */
export interface Wanted {
  readonly name: string
  readonly range: string
  /** Required ones must be there; an optional one may be missing on this platform; a peer counts where it is installed. */
  readonly as: "required" | "optional" | "peer"
}

/** An empty one for a package that has none. @throws PackageError when it cannot be read */
export function manifestOf(folder: string): Manifest {
  const path = join(folder, "package.json")
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, "utf8"))
    return typeof manifest === "object" && manifest !== null ? manifest : {}
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === "ENOENT") return {}
    throw new PackageError(
      `${path} cannot be read (${(failure as Error).message}): install the project's packages anew`,
    )
  }
}

/** What a package asks for, each name once: an optional dependency is optional although it is listed among the others too. */
export function wantedBy(manifest: Manifest): ReadonlyArray<Wanted> {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifest
  const wanted = new Map<string, Wanted>()
  for (const [name, range] of Object.entries(peerDependencies)) wanted.set(name, { name, range, as: "peer" })
  for (const [name, range] of Object.entries(dependencies)) wanted.set(name, { name, range, as: "required" })
  for (const [name, range] of Object.entries(optionalDependencies)) {
    wanted.set(name, { name, range, as: "optional" })
  }
  return [...wanted.values()]
}

/** The range that a manifest writes for a package, wherever it does. */
export const rangeIn = (manifest: Manifest, name: string): string =>
  manifest.dependencies?.[name] ??
  manifest.optionalDependencies?.[name] ??
  manifest.devDependencies?.[name] ??
  manifest.peerDependencies?.[name] ??
  "*"

/** Whether a package is for some platforms only, so that others do without it. */
export const isLimited = ({ os, cpu, libc }: Manifest): boolean => [os, cpu, libc].some(limits)

const limits = (limit: Limit | undefined): boolean =>
  [limit ?? []].flat().some((name) => name !== "any" && name !== "")
