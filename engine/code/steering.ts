// What a package.json says to the bundler of the files below it: kind of module, effects, aliases, and where the package begins.
import { posix } from "node:path"
import { type Digest, digestOf } from "../content/digest.ts"
import type { Modules } from "./modules.ts"

const fields = ["type", "sideEffects", "imports", "exports", "main", "module"] as const

/** The digest of what steers; of the text itself where that is no JSON, and undefined where there is none. */
export function steeringDigest(modules: Modules, manifest: string): Digest | undefined {
  const file = modules.read(manifest)
  if (file === undefined) return undefined
  try {
    const said = JSON.parse(file.text) as Readonly<Record<string, unknown>>
    return digestOf(JSON.stringify(fields.map((field) => said[field] ?? null)))
  } catch {
    return file.digest
  }
}

/** The places where a package.json would steer these files: their folders and those above, each up to the first that has one. */
export function manifestsOf(modules: Modules, files: ReadonlyArray<string>): ReadonlyArray<string> {
  const found = new Set<string>()
  for (const file of files) {
    for (let folder = posix.dirname(file); ; folder = posix.join(folder, "..")) {
      const manifest = posix.join(folder, "package.json")
      const isKnown = found.has(manifest)
      found.add(manifest)
      if (isKnown || steeringDigest(modules, manifest) !== undefined || isTop(modules, folder)) break
    }
  }
  return [...found].sort()
}

const isTop = ({ root }: Modules, folder: string): boolean =>
  folder.split("/").filter((part) => part === "..").length > root.split(/[\\/]/).length

/** Each package.json that is there and steers one of these files. */
export const steeringOf = (
  modules: Modules,
  files: ReadonlyArray<string>,
): ReadonlyArray<readonly [path: string, digest: Digest]> =>
  manifestsOf(modules, files).flatMap((path) => {
    const digest = steeringDigest(modules, path)
    return digest === undefined ? [] : [[path, digest] as const]
  })
