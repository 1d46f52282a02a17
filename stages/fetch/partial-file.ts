// What was received of a file whose download broke off, and by which it is known whether the rest belongs to it.
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs"

/** What a server said of the file that it began to send. */
export interface Version {
  /** A strong validator: the same bytes as long as it is the same. */
  readonly validator: string
  /** Bytes of the whole file, null where that was not said. */
  readonly total: number | null
}

export class PartialFile {
  readonly #bytes: string
  readonly #version: string

  /** @param path of the bytes; their version lies beside it */
  constructor(path: string) {
    this.#bytes = path
    this.#version = `${path}.version.json`
  }

  /** Bytes that can be gone on from, and of which version they are; undefined where there are none. */
  known(): (Version & { readonly have: number }) | undefined {
    if (!existsSync(this.#bytes)) return undefined
    const version = versionIn(this.#version)
    const have = statSync(this.#bytes).size
    return version === undefined || have === 0 ? undefined : { ...version, have }
  }

  /** Throws away what is there, for a file of this version; without one it cannot be gone on from. */
  begin(version: Version | undefined): void {
    this.remove()
    if (version !== undefined) writeFileSync(this.#version, JSON.stringify(version))
    writeFileSync(this.#bytes, "")
  }

  /** A writer from byte `at` on, to be closed. Where two write the same file at once, each byte still comes to its place. */
  writer(at: number): { readonly write: (chunk: Uint8Array) => void; readonly close: () => void } {
    const file = openSync(this.#bytes, "r+")
    let next = at
    return {
      write: (chunk) => {
        for (let done = 0; done < chunk.length; )
          done += writeSync(file, chunk, done, chunk.length - done, next + done)
        next += chunk.length
      },
      close: () => closeSync(file),
    }
  }

  /** The bytes, which are nobody's afterwards. */
  take(): Uint8Array {
    const bytes = readFileSync(this.#bytes)
    this.remove()
    return bytes
  }

  remove(): void {
    for (const path of [this.#bytes, this.#version]) rmSync(path, { force: true })
  }
}

/** One that is not there, or that a kill left half written, is none. */
function versionIn(path: string): Version | undefined {
  try {
    const { validator, total } = JSON.parse(readFileSync(path, "utf8")) as Partial<Version>
    const isWhole = typeof validator === "string" && (total === null || Number.isSafeInteger(total))
    return isWhole ? { validator, total: total as number | null } : undefined
  } catch {
    return undefined
  }
}
