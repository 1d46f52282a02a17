// Bundles remembered by the digests of their sources, so that an unchanged run never starts esbuild.
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { type Digest, digestOf } from "../content/digest.ts"
import { writeWhole } from "../store/whole-file.ts"
import { type Bundle, bundle, bundlerIdentity, type Purpose } from "./bundle.ts"
import { cacheFolder } from "./cache-folder.ts"

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
  const folder = cacheFolder(root)
  const memoPath = join(folder, purpose, `${digestOf(`${name} ${bundlerIdentity()}`).slice(0, 32)}.json`)
  const pathOf = (digest: Digest): string => join(folder, purpose, `${digest}.mjs`)
  const memo = readMemo(memoPath)
  if (
    memo !== undefined &&
    existsSync(pathOf(memo.digest)) &&
    memo.read !== undefined &&
    Object.entries(memo.read).every(([path, digest]) => isUnchanged(root, path, digest))
  ) {
    return { ...memo, path: pathOf(memo.digest) }
  }
  const { text, ...made } = await bundle(root, await entry(), purpose)
  const digest = digestOf(text)
  mkdirSync(join(folder, purpose), { recursive: true })
  writeWhole(pathOf(digest), text)
  writeWhole(memoPath, JSON.stringify({ ...made, digest }))
  return { ...made, digest, path: pathOf(digest) }
}

const isUnchanged = (root: string, path: string, digest: Digest): boolean => {
  const full = resolve(root, path)
  return existsSync(full) && digestOf(readFileSync(full)) === digest
}

function readMemo(path: string): Omit<BundleFile, "path"> | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"))
  } catch {
    return undefined
  }
}
