import fc from "fast-check"
import t from "tap"
import { decodeExamples, decodeLabels } from "../../../ml/data/examples.ts"
import { decodeIdx, encodeIdx } from "../../../ml/data/idx.ts"
import { decodeIndices, encodeIndices, without } from "../../../ml/data/indices.ts"

const idx = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }).chain((shape) => {
  const length = shape.reduce((product, size) => product * size, 1)
  return fc.record({
    shape: fc.constant(shape),
    data: fc.uint8Array({ minLength: length, maxLength: length }),
  })
})

t.test(
  "IDX bytes decode to what was encoded, whatever the rank and wherever they lie in a buffer",
  async (t) => {
    fc.assert(
      fc.property(idx, fc.nat(7), (value, offset) => {
        const bytes = encodeIdx(value)
        const elsewhere = new Uint8Array(bytes.length + offset).subarray(offset)
        elsewhere.set(bytes)
        const { shape, data } = decodeIdx(elsewhere, value.shape.length)
        return String(shape) === String(value.shape) && String(data) === String(value.data)
      }),
    )
    t.same(
      encodeIdx({ shape: [1, 2], data: Uint8Array.of(7, 9) }),
      [0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9],
    )
  },
)

t.test("IDX bytes with one byte too few or too many are refused, wherever they are cut", async () => {
  fc.assert(
    fc.property(idx, fc.nat(), (value, at) => {
      const bytes = encodeIdx(value)
      const longer = new Uint8Array(bytes.length + 1)
      longer.set(bytes)
      return (
        fault(longer) === "header" &&
        ["header", "truncated"].includes(fault(bytes.subarray(0, at % bytes.length)))
      )
    }),
  )
})

t.test("a wrong IDX file is refused with what was expected and what was found", async (t) => {
  const images = encodeIdx({ shape: [2, 2, 2], data: new Uint8Array(8) })
  const broken = (at: number, byte: number) => images.map((old, index) => (index === at ? byte : old))
  const wrong: ReadonlyArray<[string, Uint8Array, RegExp]> = [
    ["magic", broken(0, 1), /expected 00 00 08 03, found 01 00 08 03/],
    ["magic", broken(2, 0x0d), /expected 00 00 08 03, found 00 00 0d 03/],
    ["magic", broken(3, 1), /expected 3 .*, found 1 \(00 00 08 01\)/],
    ["magic", Uint8Array.of(0x1f, 0x8b, 8, 0), /gzip .* decompress/],
    ["header", broken(7, 3), /announces 3 × 2 × 2 = 12 bytes of data, found 8/],
    ["header", broken(4, 0xff), /announces 4278190082 × 2 × 2/],
    ["truncated", images.subarray(0, 9), /rank 3 needs a header of 16 bytes, found 9/],
    ["truncated", images.subarray(0, 3), /magic number has 4 bytes, found 3/],
    ["truncated", new Uint8Array(0), /an empty file/],
  ]
  for (const [kind, bytes, message] of wrong) {
    t.throws(() => decodeIdx(bytes, 3), { _tag: "IdxError", fault: kind, message })
  }
})

t.test("sizes whose product overflows 32 bits do not pass for a small file", async (t) => {
  const bytes = Uint8Array.of(0, 0, 8, 2, 0, 1, 0, 0, 0, 1, 0, 0)
  t.throws(() => decodeIdx(bytes), { fault: "header", message: /65536 × 65536 = 4294967296/ })
})

t.test("a shape that does not fit its data, or the format, is not encoded", async (t) => {
  t.throws(() => encodeIdx({ shape: [3], data: new Uint8Array(2) }), {
    _tag: "IdxError",
    message: /3 bytes.*are 2/,
  })
  t.throws(() => encodeIdx({ shape: [], data: new Uint8Array(1) }), { message: /1 to 255 axes, found 0/ })
  t.throws(() => encodeIdx({ shape: [2 ** 32, 0], data: new Uint8Array(0) }), { message: /found 4294967296/ })
})

t.test("images and labels that do not belong together are refused", async (t) => {
  const images = encodeIdx({ shape: [2, 1, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) })
  const labels = (...data: ReadonlyArray<number>) =>
    encodeIdx({ shape: [data.length], data: Uint8Array.from(data) })
  t.match(decodeExamples(images, labels(0, 9), 10), { count: 2, shape: [1, 3, 1], targets: { 0: 0, 1: 9 } })
  t.throws(() => decodeExamples(images, labels(0), 10), {
    _tag: "ExamplesError",
    message: /2 inputs and 1 targets/,
  })
  t.throws(() => decodeExamples(labels(0), labels(0), 10), { message: /inputs are images .* not \[1\]/ })
  t.throws(() => decodeLabels(images, 10), { message: /class numbers are \[n\], not \[2, 1, 3\]/ })
  t.throws(() => decodeLabels(labels(1, 10), 10), {
    _tag: "ExamplesError",
    message: /target 1 is 10.*below 10/,
  })
})

t.test("an index set is read back as it was written, little-endian", async (t) => {
  t.same(encodeIndices(Uint32Array.of(1, 0x01020304)), [1, 0, 0, 0, 4, 3, 2, 1])
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(0xfffffffe)), (numbers) => {
      const indices = Uint32Array.from(numbers).sort()
      return String(decodeIndices(encodeIndices(indices), 0xffffffff)) === String(indices)
    }),
  )
})

t.test("an index set that is cut, out of range or out of order is refused", async (t) => {
  const bytes = encodeIndices(Uint32Array.of(3, 7))
  t.throws(() => decodeIndices(bytes.subarray(0, 6), 10), { _tag: "IndicesError", message: /found 6 bytes/ })
  t.throws(() => decodeIndices(bytes, 7), { message: /index 7 points past the end: there are 7/ })
  t.throws(() => encodeIndices(Uint32Array.of(3, 3)), { message: /found 3 after 3 at position 1/ })
  t.throws(() => decodeIndices(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0), 9), { message: /found 0 after 1/ })
  t.same(without(Uint32Array.of(1, 4, 5, 9), Uint32Array.of(4, 9)), [1, 5])
})

function fault(bytes: Uint8Array): string {
  try {
    decodeIdx(bytes)
    return "none"
  } catch (error) {
    return (error as { fault: string }).fault
  }
}
