// The store in memory: for tests of what stands on it. Objects have no path of their own, so no other process reads them.
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Layer from "effect/Layer"
import { type Digest, digestOf } from "../content/digest.ts"
import { safeFileName } from "../content/file-name.ts"
import { CorruptArtifact, Store } from "./store.ts"

export const memoryStore: Layer.Layer<Store> = Layer.sync(Store, () => {
  const objects = new Map<Digest, Uint8Array>()
  return {
    has: (digest, size) => objects.get(digest)?.length === size,
    path: (digest) => `memory:${digest}`,
    put: (bytes) => {
      const digest = digestOf(bytes)
      objects.set(digest, bytes.slice())
      return { digest, size: bytes.length }
    },
    adopt: (path, digest) => {
      objects.set(digest, new Uint8Array(readFileSync(path)))
      rmSync(path)
    },
    read: (digest) => {
      const bytes = objects.get(digest)
      if (bytes === undefined) throw new CorruptArtifact(digest, "missing")
      if (digestOf(bytes) === digest) return bytes.slice()
      objects.delete(digest)
      throw new CorruptArtifact(digest, "digest")
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
})
