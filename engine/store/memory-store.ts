// The store in memory: for tests of what stands on it. Objects have no path, so it serves in-process stages only.
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Digest, digestOf } from "../content/digest.ts"
import { CorruptArtifact, Store, StoreError } from "./store.ts"

export const memoryStore: Layer.Layer<Store> = Layer.sync(Store, () => {
  const objects = new Map<Digest, Uint8Array>()
  const unsupported = (what: string) =>
    Effect.fail(new StoreError({ message: `a memory store has no ${what}` }))
  return {
    has: (digest, size) => objects.get(digest)?.length === size,
    path: (digest) => `memory:${digest}`,
    put: (bytes) =>
      Effect.sync(() => {
        const digest = digestOf(bytes)
        objects.set(digest, bytes.slice())
        return { digest, size: bytes.length }
      }),
    adopt: () => unsupported("files to adopt"),
    read: (digest) =>
      Effect.suspend(() => {
        const bytes = objects.get(digest)
        if (bytes === undefined) return Effect.fail(new CorruptArtifact({ digest, reason: "missing" }))
        if (digestOf(bytes) === digest) return Effect.succeed(bytes.slice())
        objects.delete(digest)
        return Effect.fail(new CorruptArtifact({ digest, reason: "digest" }))
      }),
    quarantine: (digest) => Effect.sync(() => void objects.delete(digest)),
    remove: (digest) => Effect.sync(() => void objects.delete(digest)),
    list: () => [...objects].map(([digest, bytes]) => ({ digest, size: bytes.length, arrived: 0 })),
    scratch: () => unsupported("folders"),
    discard: () => Effect.void,
  }
})
