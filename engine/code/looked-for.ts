// Where imports would lead elsewhere if something appeared, went or became a link: what was looked for, and what was there. More is
// noted than the bundler asks for, never less, so that what is remembered of a bundle is believed only while all of it holds.
import { isBuiltin } from "node:module"
import { isAbsolute, posix, resolve } from "node:path"
import type { Metafile } from "esbuild"
import type { Digest } from "../content/digest.ts"
import { partsOf } from "./entry-parts.ts"
import type { Modules } from "./modules.ts"
import { isEngine, isOutside, packageName } from "./resolution.ts"
import { entryPart } from "./shaking/imports.ts"
import { manifestsOf, steeringDigest } from "./steering.ts"

export interface LookedFor {
  /** What lay at a path: a file, a folder, through which links, or nothing. */
  readonly paths: Readonly<Record<string, string>>
  /** Folder and name of a package that a module in it imports → which one it is. */
  readonly packages: Readonly<Record<string, string>>
  /** Every package.json that steers, or would if it were there → what it says. */
  readonly manifests: Readonly<Record<string, Digest | "">>
}

const extensions = [".tsx", ".ts", ".jsx", ".js", ".mts", ".mjs", ".cts", ".cjs", ".css", ".json"]

/** @param files those that were read @param bundles the inputs of the bundle, and of each script in it */
export function lookedFor(
  modules: Modules,
  files: ReadonlyArray<string>,
  bundles: ReadonlyArray<Metafile["inputs"]>,
): LookedFor {
  const paths = new Set<string>()
  const packages = new Map<string, string>()
  const importers = bundles
    .flatMap((inputs) => Object.entries(inputs))
    .filter(([importer]) => !/^[\w-]{2,}:/.test(importer))
  for (const [importer, { imports }] of importers) {
    const folder = importer.startsWith("<") ? "." : posix.dirname(importer)
    for (const { path, original = path } of imports) {
      const isPart = original.startsWith(entryPart)
      const specifier = isPart
        ? partsOf(original).entry
        : original.replace(/^for-effects:/, "").replace(/\?script$/, "")
      if (isPath(specifier)) {
        for (const each of candidates(modules, pathFrom(modules, folder, specifier))) paths.add(each)
        continue
      }
      for (const each of besideFound(modules, path)) paths.add(each)
      if (specifier.startsWith("#")) {
        for (const place of aliasedPackages(modules, importer)) packages.set(place, packageAt(modules, place))
      } else {
        // A script for a browser holds what a stage leaves outside, `effect` too.
        const isInside = isPart || modules.stateOf(modules.fileOf(path)).startsWith("file")
        if (!isPackage(specifier) && !(isInside && isEngine(packageName(specifier)))) continue
        const place = `${folder} ${packageName(specifier)}`
        packages.set(place, packageAt(modules, place))
        for (const each of inPackage(modules, folder, specifier, isInside)) paths.add(each)
      }
    }
  }
  return {
    paths: Object.fromEntries([...paths].sort().map((path) => [path, modules.stateOf(path)])),
    packages: Object.fromEntries(packages),
    manifests: Object.fromEntries(
      manifestsOf(modules, files).map((path) => [path, steeringDigest(modules, path) ?? ""]),
    ),
  }
}

const isPackage = (specifier: string): boolean =>
  /^[\w@]/.test(specifier) &&
  !/^[\w-]+:/.test(specifier) &&
  !isBuiltin(specifier) &&
  !isEngine(packageName(specifier))

const isPath = (specifier: string): boolean => /^\.{1,2}(\/|$)/.test(specifier) || isAbsolute(specifier)

const pathFrom = (modules: Modules, folder: string, specifier: string): string => {
  const path = specifier.replace(/[?#].*$/, "")
  return isAbsolute(path) ? modules.pathOf(path) : posix.join(folder, path)
}

/** What would win over a file that was found where a manifest, of a linked package or with aliases, says another extension. */
function besideFound(modules: Modules, found: string): ReadonlyArray<string> {
  const [, stem] = /^(.*)\.[cm]?[jt]sx?$/.exec(modules.fileOf(found)) ?? []
  return stem === undefined ||
    /^([\w-]{2,}:|<)/.test(found) ||
    !modules.stateOf(modules.fileOf(found)).startsWith("file")
    ? []
    : extensions.map((extension) => stem + extension)
}

/** Folder and name of each package that an alias (`#name`) may stand for. */
function aliasedPackages(modules: Modules, importer: string): ReadonlyArray<string> {
  return manifestsOf(modules, [importer]).flatMap((manifest) =>
    textsIn(manifestAt(modules, manifest).imports)
      .filter(isPackage)
      .map((target) => `${posix.dirname(manifest)} ${packageName(target)}`),
  )
}

/** The texts in a value of JSON, at any depth. */
function textsIn(value: unknown): ReadonlyArray<string> {
  const found: Array<string> = []
  const open = [value]
  while (open.length > 0) {
    const at = open.pop()
    if (typeof at === "string") found.push(at)
    else if (typeof at === "object" && at !== null) for (const each of Object.values(at)) open.push(each)
  }
  return found
}

/** Whether everything that was looked for is as it was. */
export const isAsItWas = (modules: Modules, { paths, packages, manifests }: LookedFor): boolean =>
  Object.entries(paths).every(([path, state]) => modules.stateOf(path) === state) &&
  Object.entries(packages).every(([place, found]) => packageAt(modules, place) === found) &&
  Object.entries(manifests).every(([path, digest]) => (steeringDigest(modules, path) ?? "") === digest)

/** The paths that may be meant; the plain one is tried first, so that nothing beside a file of that name matters. */
function candidates(modules: Modules, path: string): ReadonlyArray<string> {
  if (modules.stateOf(path).startsWith("file")) return [path]
  const manifest = posix.join(path, "package.json")
  return [
    ...beside(path),
    manifest,
    ...mainsOf(modules, manifest).flatMap((main) => beside(posix.join(path, main))),
  ]
}

/** A path as a file of any kind, and as a folder with one. */
function beside(path: string): ReadonlyArray<string> {
  const [, written, kind = ""] = /^(.*)\.([cm]?)jsx?$/.exec(path) ?? []
  const typed = written === undefined ? [] : [`${written}.${kind}ts`, `${written}.${kind}tsx`]
  return [
    path,
    ...typed,
    ...extensions.map((extension) => path + extension),
    ...extensions.map((extension) => posix.join(path, `index${extension}`)),
  ]
}

/** Of a package whose code comes into the bundle. */
function inPackage(
  modules: Modules,
  from: string,
  specifier: string,
  isInside: boolean,
): ReadonlyArray<string> {
  const full = resolve(modules.root, from)
  if (!isInside && isOutside(modules, specifier, full)) return []
  const found = modules.folders.find(full, packageName(specifier))
  if (found === undefined) return []
  return candidates(
    modules,
    posix.join(modules.pathOf(found.folder), specifier.slice(packageName(specifier).length)),
  )
}

const mainsOf = (modules: Modules, manifest: string): ReadonlyArray<string> => {
  const { main, module } = manifestAt(modules, manifest)
  return [main, module].filter((each): each is string => typeof each === "string")
}

function manifestAt(modules: Modules, path: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(modules.read(path)?.text ?? "{}"))
  } catch {
    return {}
  }
}

/** Which package a name is for modules in a folder, and for those in the root. @param place folder and name */
function packageAt(modules: Modules, place: string): string {
  const at = place.lastIndexOf(" ")
  const [folder, name] = [place.slice(0, at), place.slice(at + 1)]
  return [folder, "."]
    .map((from) => modules.folders.find(resolve(modules.root, from), name))
    .map((found) =>
      found === undefined
        ? "none"
        : `${found.isLinked ? "linked" : "installed"} ${modules.pathOf(found.folder)}`,
    )
    .join(" ")
}
