// Reads artifacts of kind `value`, small and wanted in the middle of planning: synchronously, each once.
import * as Effect from "effect/Effect"
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import { Store } from "../store/store.ts"

/** @returns a function from digest to decoded value; it throws CorruptArtifact as a defect of the store */
export const valueReader = Effect.map(Store, (store) => {
  const values = new Map<Digest, Json>()
  return (digest: Digest): Json => {
    if (!values.has(digest)) {
      const bytes = Effect.runSync(store.read(digest))
      values.set(digest, JSON.parse(new TextDecoder().decode(bytes)) as Json)
    }
    return values.get(digest)!
  }
})
