// Bundles remembered by the digests of their sources, so that an unchanged run never starts esbuild; their maps beside them.
import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { type Digest, digestOf } from "../content/digest.ts"
import { type Bundle, bundle, bundlerIdentity, type Purpose } from "./bundle.ts"
import { cacheFolder } from "./cache-folder.ts"
import { keepMap, keptMap } from "./kept-map.ts"
import { keepJson, keepModule, keptJson } from "./kept-text.ts"

/** A bundle as a file, inside the project so that its packages resolve. */
export interface BundleFile extends Omit<Bundle, "text" | "map"> {
  readonly digest: Digest
  readonly path: string
  /** Its source map; read when something failed. Undefined where it can no longer be told. */
  readonly map: () => Promise<string | undefined>
}

type Memo = Omit<BundleFile, "path" | "map">

/** @param entry makes the entry's module text; called only when the bundle, or its map, must be made again */
export async function rememberedBundle(
  root: string,
  name: string,
  purpose: Purpose,
  entry: () => Promise<string>,
): Promise<BundleFile> {
  const memoName = join(purpose, `${digestOf(`${name} ${bundlerIdentity()}`).slice(0, 32)}.json`)
  const nameOf = (digest: Digest): string => join(purpose, `${digest}.mjs`)
  const make = async (): Promise<Bundle> => bundle(root, await entry(), purpose)
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
  if (memo?.read !== undefined) {
    const path = join(cacheFolder(root), nameOf(memo.digest))
    const isCurrent =
      existsSync(path) && Object.entries(memo.read).every(([path, digest]) => isUnchanged(root, path, digest))
    if (isCurrent) return file(memo, path)
  }
  const { text, map, ...made } = await make()
  const digest = digestOf(text)
  const path = keepModule(root, nameOf(digest), text)
  keepMap(path, map)
  keepJson(root, memoName, { ...made, digest })
  return file({ ...made, digest }, path)
}

const isUnchanged = (root: string, path: string, digest: Digest): boolean => {
  const full = resolve(root, path)
  return existsSync(full) && digestOf(readFileSync(full)) === digest
}
