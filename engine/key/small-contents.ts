// Reads artifacts that are small canonical JSON, of kinds `value` and `metrics`, each once: for bound params and lock files.
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import type { Store } from "../store/store.ts"

/** @returns a function from digest to decoded value; it throws CorruptArtifact */
export function smallContents(store: Store["Type"]): (digest: Digest) => Json {
  const values = new Map<Digest, Json>()
  return (digest) => {
    let value = values.get(digest)
    if (value === undefined) {
      value = JSON.parse(new TextDecoder().decode(store.read(digest))) as Json
      values.set(digest, value)
    }
    return value
  }
}
