// The sources of a program: scripts, modules and binaries beside the module that declares it, by their digests, and copies of them that
// are what was hashed. None is held in memory, however large. Knows no store.
import { chmodSync, constants, copyFileSync, mkdirSync, readdirSync, statSync } from "node:fs"
import { dirname, join, posix, resolve } from "node:path"
import { hashingFile } from "../../content/hash-file.ts"
import { stampOf } from "../../content/stamp.ts"
import { atOnce, type Steps } from "../../content/steps.ts"
import { BundleError } from "../bundle.ts"
import { FileChanged, type LocalFile, Reading } from "../local-file.ts"
import { RememberedDigests } from "../remembered-digests.ts"

/** A file that a program finds under its name in the folder that it runs in: with the bytes that were hashed, whatever becomes of its path. */
export type ProgramSource = LocalFile

/** In the project's cache. */
const memo = join("programs", "sources-1.json")

/** From here on every source is read, however unchanged the disk says it is. */
export const rehashSources = (root: string): void => RememberedDigests.distrust(root, memo)

/**
 * As steps: what is unchanged is not read again.
 *
 * @param folder of the module that declares the program, from the root, with forward slashes. @param stage its name
 * @throws BundleError for one that cannot be read
 */
export function* sourcesOf(
  root: string,
  folder: string,
  declared: ReadonlyArray<string>,
  stage: string,
): Steps<ReadonlyArray<ProgramSource>> {
  const remembered = new RememberedDigests(root, memo)
  const reading = new Reading(remembered)
  const found: Array<ProgramSource> = []
  for (const source of declared)
    for (const name of namesAt(root, folder, source.replace(/\/$/, ""), stage)) {
      yield
      const shown = posix.join(folder, name)
      try {
        found.push(yield* reading.file(resolve(root, folder, name), name, shown))
      } catch (failure) {
        if (failure instanceof FileChanged) throw new BundleError(`program "${stage}": ${failure.message}`)
        throw unreadable(stage, shown, failure)
      }
    }
  remembered.keep()
  return found
}

/** A file's own name, or those of the files below a folder, but for what is hidden and what Python compiles. */
function* namesAt(root: string, folder: string, name: string, stage: string): Generator<string, void, void> {
  const shown = posix.join(folder, name)
  const path = resolve(root, folder, name)
  try {
    const stats = statSync(path)
    if (stats.isFile()) {
      yield name
      return
    }
    if (!stats.isDirectory()) throw new Error("it is neither a file nor a folder")
    const inside = readdirSync(path).filter((each) => !each.startsWith(".") && each !== "__pycache__")
    for (const each of inside.sort()) yield* namesAt(root, folder, `${name}/${each}`, stage)
  } catch (failure) {
    throw failure instanceof BundleError ? failure : unreadable(stage, shown, failure)
  }
}

const unreadable = (stage: string, shown: string, failure: unknown): BundleError =>
  new BundleError(
    `program "${stage}": its source ${shown} cannot be read (${(failure as Error).message}): sources lie beside the module that declares the program`,
  )

/**
 * Copies a source, which costs no room where the file system shares bytes.
 *
 * @throws FileChanged where its file holds something else by now
 */
export function copySource({ path, shown, stamp, digest }: ProgramSource, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  try {
    copyFileSync(path, to, constants.COPYFILE_FICLONE)
    chmodSync(to, 0o755)
    if (stampOf(statSync(path, { bigint: true })) === stamp) return
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== "ENOENT") throw failure
    throw new FileChanged(`the source ${shown} is gone since the run began: put it back, and run again`)
  }
  if (atOnce(hashingFile(to)).digest !== digest)
    throw new FileChanged(
      `the source ${shown} has changed since the run began: run again, and it is read as it is then`,
    )
}
