// The store in memory: for tests of what stands on it. Objects have no path of their own, so no other process reads them.
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Digest, digestOf } from "../content/digest.ts"
import { safeFileName } from "../content/file-name.ts"
import { storedTime } from "../content/stamp.ts"
import { CorruptArtifact, Store } from "./store.ts"

export const memoryStore: Layer.Layer<Store> = Layer.scoped(
  Store,
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new Lent()),
      (lent) => Effect.sync(() => lent.end()),
    ),
    storeOf,
  ),
)

/** Copies of objects for whoever is handed a path, in a folder that is made for the first. */
class Lent {
  #folder: string | undefined

  /** @param bytes nothing for an object that is not there: then nothing is at the path */
  path(digest: Digest, bytes: Uint8Array | undefined): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), "refold-memory-"))
    const path = join(this.#folder, digest)
    if (bytes === undefined || existsSync(path)) return path
    writeFileSync(path, bytes)
    utimesSync(path, storedTime(digest), storedTime(digest))
    return path
  }

  end(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function storeOf(lent: Lent): Store["Type"] {
  const objects = new Map<Digest, Uint8Array>()
  const has = (digest: Digest, size: number): boolean => objects.get(digest)?.length === size
  const read = (digest: Digest): Uint8Array => {
    const bytes = objects.get(digest)
    if (bytes === undefined) throw new CorruptArtifact(digest, "missing")
    if (digestOf(bytes) === digest) return bytes.slice()
    objects.delete(digest)
    throw new CorruptArtifact(digest, "digest")
  }
  return {
    has,
    isAsStored: has,
    renew: has,
    path: (digest) => `memory:${digest}`,
    onDisk: (digest) => lent.path(digest, objects.get(digest)),
    put: (bytes) => {
      const digest = digestOf(bytes)
      objects.set(digest, bytes.slice())
      return { digest, size: bytes.length }
    },
    adopt: (path, digest) => {
      objects.set(digest, new Uint8Array(readFileSync(path)))
      rmSync(path)
    },
    read,
    checking: function* (digest) {
      yield
      return read(digest).length
    },
    quarantine: (digest) => void objects.delete(digest),
    remove: (digest) => void objects.delete(digest),
    list: function* () {
      const all = [...objects].map(([digest, bytes]) => ({ digest, size: bytes.length, arrived: 0 }))
      yield
      return { objects: all, foreign: [] }
    },
    scratch: (name) => mkdtempSync(join(tmpdir(), `refold-${safeFileName(name)}-`)),
    discard: (folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}
