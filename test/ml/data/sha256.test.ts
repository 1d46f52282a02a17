// SHA-256 of our own against Node's.
import { createHash } from "node:crypto"
import fc from "fast-check"
import t from "tap"
import { sha256 } from "../../../ml/data/sha256.ts"

t.test("our SHA-256 is Node's, whatever the bytes and however many", async () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      (bytes) => sha256(bytes) === createHash("sha256").update(bytes).digest("hex"),
    ),
  )
})

t.test(
  "our SHA-256 of an empty text, of the standard's example and of a long one is the known one",
  async (t) => {
    t.equal(sha256(new Uint8Array(0)), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    t.equal(
      sha256(new TextEncoder().encode("abc")),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    )
    const million = new Uint8Array(1_000_000).fill("a".charCodeAt(0))
    t.equal(sha256(million), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  },
)
