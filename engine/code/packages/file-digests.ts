// The digest of an installed package's files, remembered by what the disk says of them, so that an unchanged run reads none.
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Digest, digestOf } from "../../content/digest.ts"
import { stampOf } from "../../content/stamp.ts"
import { isSettled, RememberedDigests } from "../remembered-digests.ts"
import { type Counted, countedFiles } from "./counted-files.ts"
import type { Manifest } from "./manifest.ts"
import { PackageError } from "./package-error.ts"
import { type ListedFile, listFiles } from "./package-files.ts"

/** Part of the memo's name: another way to count files must not believe what an earlier one remembered. */
const name = join("packages", "files-1.json")

export class FileDigests {
  readonly #remembered: RememberedDigests
  readonly #now: () => number

  /** @param now in milliseconds since 1970 */
  constructor(root: string, now: () => number = Date.now) {
    this.#remembered = new RememberedDigests(root, name)
    this.#now = now
  }

  /** The digest of the files that count of the package in `folder`. @throws PackageError when they cannot be read */
  of(folder: string, manifest: Manifest): Digest {
    try {
      return this.#of(folder, countedFiles(manifest, readdirSync(folder)))
    } catch (failure) {
      throw new PackageError(
        `the package in ${folder} cannot be read (${(failure as Error).message}): install the project's packages anew`,
      )
    }
  }

  #of(folder: string, counted: Counted): Digest {
    const files = listFiles(folder, counted.byPath)
    const stamp = stampOfFiles(files)
    const known = this.#remembered.find(folder, stamp)
    if (known !== undefined) return known.digest
    const moment = this.#now()
    const digest = digestOfFiles(folder, files, counted)
    const areSettled = files.every(({ stats }) => stats === undefined || isSettled(stats, moment))
    this.#remembered.learn(folder, areSettled ? { stamp, digest } : undefined)
    return digest
  }

  /** Keeps what was hashed for later processes. */
  keep(): void {
    this.#remembered.keep()
  }
}

function stampOfFiles(files: ReadonlyArray<ListedFile>): Digest {
  let text = ""
  for (const { path, stats, target } of files)
    text += `${path}\0${target} ${stats === undefined ? "" : stampOf(stats)}\n`
  return digestOf(text)
}

/** Of path, length and bytes of every file, in their order: neither times nor permissions. */
function digestOfFiles(folder: string, files: ReadonlyArray<ListedFile>, { byContent }: Counted): Digest {
  const hash = createHash("sha256")
  for (const { path, target } of files) {
    if (target !== undefined) {
      hash.update(`${path}\0link ${target}\n`)
      continue
    }
    const bytes = readFileSync(join(folder, path))
    if (byContent(bytes)) hash.update(`${path}\0${bytes.length}\n`).update(bytes)
  }
  return hash.digest("hex") as Digest
}
