// Bundles remembered by what they were made of, so that an unchanged run never starts esbuild; their maps beside them.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type Digest, digestOf } from "../content/digest.ts"
import { type Bundle, bundle, bundlerIdentity, type Entry } from "./bundle.ts"
import type { Purpose } from "./bundler.ts"
import { cacheFolder } from "./cache-folder.ts"
import { keepMap, keptMap } from "./kept-map.ts"
import { keepJson, keepModule, keptJson } from "./kept-text.ts"
import { isAsItWas } from "./looked-for.ts"
import type { Modules } from "./modules.ts"

/** A bundle as a file, inside the project so that its packages resolve. */
export interface BundleFile extends Omit<Bundle, "text" | "map"> {
  readonly digest: Digest
  readonly path: string
  /** Its source map; read when something failed. Undefined where it can no longer be told. */
  readonly map: () => Promise<string | undefined>
}

type Memo = Omit<BundleFile, "path" | "map">

/** @param entry says what is bundled; called only when the bundle, or its map, must be made again */
export async function rememberedBundle(
  modules: Modules,
  name: string,
  purpose: Purpose,
  entry: () => Promise<Entry>,
): Promise<BundleFile> {
  const { root } = modules
  const memoName = join(purpose, `${digestOf(`${name} ${bundlerIdentity()}`).slice(0, 32)}.json`)
  const nameOf = (digest: Digest): string => join(purpose, `${digest}.mjs`)
  const make = async (): Promise<Bundle> => bundle(modules, await entry(), purpose)
  const remade = async ({ digest }: Memo, path: string): Promise<string | undefined> => {
    const { text, map } = await make()
    if (digestOf(text) !== digest) return undefined
    keepMap(path, map)
    return map
  }
  const file = (memo: Memo, path: string): BundleFile => ({
    ...memo,
    path,
    map: async () => keptMap(path) ?? remade(memo, path).catch(() => undefined), // the sources may be broken
  })
  const memo = keptJson(root, memoName) as Memo | undefined
  if (memo !== undefined) {
    const path = join(cacheFolder(root), nameOf(memo.digest))
    if (isCurrent(modules, memo) && isWhole(path, memo.digest)) return file(memo, path)
  }
  const { text, map, ...made } = await make()
  const digest = digestOf(text)
  const path = keepModule(root, nameOf(digest), text)
  keepMap(path, map)
  const known = { ...made, digest }
  keepJson(root, memoName, known)
  return file(known, path)
}

/** Whether the bundler would find and read what it did. */
const isCurrent = (modules: Modules, { read, lookedFor }: Memo): boolean =>
  Object.entries(read).every(([path, digest]) => modules.read(path)?.digest === digest) &&
  isAsItWas(modules, lookedFor)

/** What is imported is what was hashed: a kept bundle that was changed since is made again. */
function isWhole(path: string, digest: Digest): boolean {
  try {
    return digestOf(readFileSync(path)) === digest
  } catch {
    return false
  }
}
