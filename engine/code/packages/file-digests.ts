// The digest of an installed package's files, remembered by what the disk says of them, so that an unchanged run reads none.
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Digest, digestOf } from "../../content/digest.ts"
import { keepJson, keptJson } from "../kept-text.ts"
import { type Counted, countedFiles } from "./counted-files.ts"
import type { Manifest } from "./manifest.ts"
import { PackageError } from "./package-error.ts"
import { type ListedFile, listFiles } from "./package-files.ts"

/** What is remembered of a package's folder. */
interface Known {
  /** Of path, size, times, number and device of every file that counts. */
  readonly stamp: Digest
  readonly digest: Digest
}

/** Part of the memo's name: another way to count files must not believe what an earlier one remembered. */
const name = join("packages", "files-1.json")

/**
 * What changed as late as this before it was hashed may change again without a trace: some disks keep times to two seconds. It
 * is not remembered, as in git's index.
 */
const traceless = 2_000n * 1_000_000n

export class FileDigests {
  readonly #root: string
  readonly #now: () => number
  #known: Map<string, Known> | undefined
  #isNew = false

  /** @param now in milliseconds since 1970 */
  constructor(root: string, now: () => number = Date.now) {
    this.#root = root
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
    this.#known ??= this.#kept()
    const files = listFiles(folder, counted.byPath)
    const stamp = stampOf(files)
    const known = this.#known.get(folder)
    if (known?.stamp === stamp) return known.digest
    const settled = BigInt(this.#now()) * 1_000_000n - traceless
    const digest = digestOfFiles(folder, files, counted)
    if (
      files.every(({ stats }) => stats === undefined || (stats.ctimeNs < settled && stats.mtimeNs < settled))
    ) {
      this.#known.set(folder, { stamp, digest })
      this.#isNew = true
    } else if (this.#known.delete(folder)) this.#isNew = true
    return digest
  }

  #kept(): Map<string, Known> {
    return new Map(Object.entries((keptJson(this.#root, name) ?? {}) as Readonly<Record<string, Known>>))
  }

  /** Keeps what was hashed for later processes. */
  keep(): void {
    if (!this.#isNew || this.#known === undefined) return
    this.#isNew = false
    const known = [...this.#known].filter(([folder]) => existsSync(folder))
    keepJson(this.#root, name, Object.fromEntries(known))
  }
}

function stampOf(files: ReadonlyArray<ListedFile>): Digest {
  let text = ""
  for (const { path, stats, target } of files) {
    const { size, mtimeNs, ctimeNs, ino, dev } = stats ?? {}
    text += `${path}\0${target} ${size} ${mtimeNs} ${ctimeNs} ${ino} ${dev}\n`
  }
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
