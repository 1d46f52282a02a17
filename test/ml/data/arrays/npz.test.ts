// NumPy's archives of arrays: read as they were saved, and of a broken one what is wrong.
import { zipSync } from "fflate"
import t from "tap"
import { encodeNpy } from "../../../../ml/data/arrays/npy.ts"
import { decodeNpz } from "../../../../ml/data/arrays/npz.ts"

const file = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"))

/** `np.savez_compressed(f, x=np.arange(6, dtype=np.float32).reshape(2, 3), y=np.array([3, 255]))` of NumPy 2.4. */
const compressed = file(
  "UEsDBC0AAAAIAAAAIQBP6QAq//////////8FABQAeC5ucHkBABAAmAAAAAAAAABVAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6l" +
    "oG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDLgYwaLAHEg5ABMQNQLzAAQBQSwMELQAAAAgA" +
    "AAAhAPTY0gr//////////wUAFAB5Lm5weQEAEACQAAAAAAAAAEoAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6W" +
    "X1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALmYGCPgPpQFQSwECLQMtAAAACAAAACEAT+kAKlUAAACYAAAABQAA" +
    "AAAAAAAAAAAAgAEAAAAAeC5ucHlQSwECLQMtAAAACAAAACEA9NjSCkoAAACQAAAABQAAAAAAAAAAAAAAgAGMAAAAeS5ucHlQSwUG" +
    "AAAAAAIAAgBmAAAADQEAAAAA",
)

const shown = async (bytes: Uint8Array) =>
  [...(await decodeNpz(bytes))].map(([name, { shape, data }]) => [name, shape, [...data]])

t.test("an archive that NumPy wrote is read: its arrays by name, their numbers exact", async (t) => {
  t.same(await shown(compressed), [
    ["x", [2, 3], [0, 1, 2, 3, 4, 5]],
    ["y", [2], [3, 255]],
  ])
})

t.test(
  "arrays are read whether they are stored or deflated, and wherever the archive lies in a buffer",
  async (t) => {
    const files = {
      "a.npy": encodeNpy([3], Uint8Array.of(1, 2, 3)),
      "b/c.npy": encodeNpy([1], Float32Array.of(0.5)),
    }
    for (const level of [0, 9] as const) {
      const bytes = zipSync(files, { level })
      const elsewhere = new Uint8Array(bytes.length + 3).subarray(3)
      elsewhere.set(bytes)
      t.same(await shown(elsewhere), [
        ["a", [3], [1, 2, 3]],
        ["b/c", [1], [0.5]],
      ])
    }
  },
)

t.test("an archive that is cut anywhere, or has a byte of an array changed, is refused", async (t) => {
  const stored = zipSync({ "a.npy": encodeNpy([3], Uint8Array.of(1, 2, 3)) }, { level: 0 })
  for (const whole of [stored, compressed])
    for (let length = 0; length < whole.length; length += 1)
      await t.rejects(decodeNpz(whole.subarray(0, length)), {
        _tag: "ArrayError",
        message: /cut off or damaged/,
      })
  for (let at = 40; at < 40 + 128; at++) {
    const changed = stored.slice()
    changed[at]! ^= 1
    await t.rejects(decodeNpz(changed), { _tag: "ArrayError", message: /damaged/ }, `byte ${at}`)
  }
})

t.test("what is no array in an archive is named, objects too", async (t) => {
  const zip = (name: string, bytes: Uint8Array) =>
    zipSync({ "a.npy": encodeNpy([1], Uint8Array.of(1)), [name]: bytes })
  await t.rejects(decodeNpz(zip("notes.txt", Buffer.from("hello"))), /^.*notes.txt in the archive is no .npy/)
  const objects = encodeNpy([1], Uint8Array.of(0))
  objects.set(Buffer.from("'|O' "), Buffer.from(objects).indexOf("'|u1'"))
  await t.rejects(decodeNpz(zip("b.npy", objects)), /b.npy in the archive: .* objects, which are a pickle/)
})
