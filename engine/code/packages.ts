// The packages that a bundle's bytes depend on: name, version and integrity of all in the closure of its imports.
// Knows npm's lock file and folders of packages; nothing of stages.

import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { digestOf } from "../content/digest.ts"
import { keepText, keptJson } from "./kept-text.ts"

/** `name@version` → integrity as the registry published it, or `files:SHA-256` for a package that has none. */
export type Packages = Readonly<Record<string, string>>

export class PackageError extends Error {
  readonly _tag = "PackageError"
}

interface Entry {
  readonly version?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly optional?: boolean
  readonly resolved?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** npm's lock file, as far as it says what is installed. */
interface PackageLock {
  readonly folder: string
  readonly digest: string
  readonly packages: Readonly<Record<string, Entry>>
}

/** The nearest package-lock.json at or above `root`: committed, so the closure is the same on every machine. */
function readPackageLock(root: string): PackageLock | undefined {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const path = join(folder, "package-lock.json")
    if (existsSync(path)) {
      const text = readFileSync(path, "utf8")
      return { folder, digest: digestOf(text), packages: JSON.parse(text).packages ?? {} }
    }
    if (dirname(folder) === folder) return undefined
  }
}

/** `packageClosure`, remembered by the lock file's digest. */
export function rememberedClosure(root: string, names: ReadonlyArray<string>): Packages {
  const lock = names.length === 0 ? undefined : readPackageLock(root)
  if (lock === undefined) return packageClosure(root, names)
  const name = join("packages", `${digestOf(`${lock.digest} ${names.join()}`).slice(0, 32)}.json`)
  const kept = keptJson(root, name)
  if (kept !== undefined) return kept as Packages
  const closure = packageClosure(root, names)
  const isPinned = Object.values(closure).every((integrity) => !integrity.startsWith("files:"))
  if (isPinned) keepText(root, name, JSON.stringify(closure))
  return closure
}

/**
 * The closure of `names` as seen from `root`.
 *
 * @throws PackageError when a package is not installed, or another version than the lock file says
 */
export function packageClosure(root: string, names: ReadonlyArray<string>): Packages {
  if (names.length === 0) return {}
  const lock = readPackageLock(root)
  const found: Record<string, string> = {}
  const seen = new Set<string>()
  const queue = names.map((name) => ({ from: resolve(root), name, optional: false }))
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const folder = locate(next.from, next.name, lock)
    if (folder === undefined) {
      if (next.optional) continue
      throw new PackageError(`the package "${next.name}", imported by a stage, is not installed: run npm ci`)
    }
    if (seen.has(folder)) continue
    seen.add(folder)
    const manifest = existsSync(join(folder, "package.json")) ? readManifest(folder) : undefined
    const entry = lock?.packages[folder.slice(lock.folder.length + 1).replaceAll("\\", "/")]
    if (manifest && entry?.version !== undefined && manifest.version !== entry.version) {
      throw new PackageError(
        `${next.name} ${manifest.version} is installed, but package-lock.json says ${entry.version}: run npm ci`,
      )
    }
    const facts = entry?.link === true || entry === undefined ? manifest : entry
    if (facts === undefined) continue
    const version = facts.version ?? manifest?.version ?? "0.0.0"
    found[`${next.name}@${version}`] = entry?.integrity ?? `files:${filesDigest(folder)}`
    const from = folder
    for (const name of Object.keys(facts.dependencies ?? {})) queue.push({ from, name, optional: false })
    for (const name of Object.keys({ ...facts.optionalDependencies, ...facts.peerDependencies })) {
      queue.push({ from, name, optional: true })
    }
  }
  return found
}

const readManifest = (folder: string): Entry => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))

/** Node's resolution of a package's folder; an optional one that the lock lists but this platform skipped counts as there. */
function locate(from: string, name: string, lock: PackageLock | undefined): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name)
    const listed = lock?.packages[candidate.slice(lock.folder.length + 1).replaceAll("\\", "/")]
    if (listed?.optional === true || existsSync(join(candidate, "package.json"))) return candidate
    if (dirname(folder) === folder) return undefined
  }
}

/** For links, workspaces and patched packages: the bytes themselves. */
function filesDigest(folder: string): string {
  const hash = createHash("sha256")
  const walk = (path: string, name: string): void => {
    if (statSync(path).isDirectory()) {
      for (const child of readdirSync(path).sort()) {
        if (child !== "node_modules" && child !== ".git") walk(join(path, child), `${name}/${child}`)
      }
    } else {
      hash.update(`${name}\0`).update(readFileSync(path))
    }
  }
  walk(folder, "")
  return hash.digest("hex")
}
