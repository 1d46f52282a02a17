import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import t from "tap"
import { type Digest, digestOf, type Key } from "../../../engine/content/digest.ts"
import { atOnce } from "../../../engine/content/steps.ts"
import type { Lock } from "../../../engine/lock/lock-file.ts"
import { memoryStore } from "../../../engine/store/memory-store.ts"
import { Store } from "../../../engine/store/store.ts"
import { open } from "../../../engine/testing/layers.ts"
import { checkStoredObjects } from "../../../engine/verify/stored-objects.ts"

const lock = { tasks: {}, groups: {} } as unknown as Lock

t.test("what gc removes while all is hashed again is missed only if a result still names it", async (t) => {
  const store = Context.get(open(t, Layer.fresh(memoryStore)), Store)
  const [kept, gone] = ["kept", "gone"].map((text) => store.put(new TextEncoder().encode(text)).digest)
  const named = new Set<Digest>([kept!, gone!])
  const results = {
    page: (after?: unknown) =>
      after === undefined
        ? [{ key: "k" as Key, stage: "s", seconds: 0, outputs: [...named], inputs: [], states: [] }]
        : [],
    folders: () => [],
  }
  const check = (meanwhile: () => void) => {
    const steps = checkStoredObjects(store, results, lock)
    steps.next()
    meanwhile()
    return atOnce(steps)
  }
  const missing = check(() => store.remove(gone!))
  t.match(missing, { checked: 2, differences: [{ what: "object", digest: gone, missing: true }] })
  store.put(new TextEncoder().encode("gone"))
  const collected = check(() => {
    store.remove(gone!)
    named.delete(gone!)
  })
  t.match(collected, { checked: 2, differences: [] })
  t.equal(collected.differences.length, 0)
  t.notOk(store.has(digestOf("gone"), 4))
})
