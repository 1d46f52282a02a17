// Bundles remembered by the digests of their sources, so that an unchanged run never starts esbuild.
import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { type Digest, digestOf } from "../content/digest.ts"
import { type Bundle, bundle, bundlerIdentity, type Purpose } from "./bundle.ts"
import { cacheFolder } from "./cache-folder.ts"
import { keepModule, keepText, keptJson } from "./kept-text.ts"

/** A bundle as a file, inside the project so that its packages resolve. */
export interface BundleFile extends Omit<Bundle, "text"> {
  readonly digest: Digest
  readonly path: string
}

/** @param entry makes the entry's module text; called only when the bundle must be made again */
export async function rememberedBundle(
  root: string,
  name: string,
  purpose: Purpose,
  entry: () => Promise<string>,
): Promise<BundleFile> {
  const memoName = join(purpose, `${digestOf(`${name} ${bundlerIdentity()}`).slice(0, 32)}.json`)
  const nameOf = (digest: Digest): string => join(purpose, `${digest}.mjs`)
  const memo = keptJson(root, memoName) as Omit<BundleFile, "path"> | undefined
  if (memo?.read !== undefined) {
    const path = join(cacheFolder(root), nameOf(memo.digest))
    const isCurrent =
      existsSync(path) && Object.entries(memo.read).every(([path, digest]) => isUnchanged(root, path, digest))
    if (isCurrent) return { ...memo, path }
  }
  const { text, ...made } = await bundle(root, await entry(), purpose)
  const digest = digestOf(text)
  const path = keepModule(root, nameOf(digest), text)
  keepText(root, memoName, JSON.stringify({ ...made, digest }))
  return { ...made, digest, path }
}

const isUnchanged = (root: string, path: string, digest: Digest): boolean => {
  const full = resolve(root, path)
  return existsSync(full) && digestOf(readFileSync(full)) === digest
}
