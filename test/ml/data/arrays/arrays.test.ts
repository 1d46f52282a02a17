import fc from "fast-check"
import t from "tap"
import { asBytes, decodeArray } from "../../../../ml/data/arrays/decode-array.ts"
import { widenHalfFloats } from "../../../../ml/data/arrays/half-floats.ts"
import { encodeNpy } from "../../../../ml/data/arrays/npy.ts"
import { encodeIdx } from "../../../../ml/data/idx.ts"

/** An .npy file as any writer may write it. */
function npy(
  descriptor: string,
  shape: string,
  data: Uint8Array,
  { version = 1, fortran = "False" }: { version?: number; fortran?: string } = {},
): Uint8Array {
  const header = new TextEncoder().encode(
    `{'descr': ${descriptor}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`,
  )
  const size = version === 1 ? [header.length & 0xff, header.length >> 8] : [header.length, 0, 0, 0]
  return Uint8Array.from([0x93, ...Buffer.from("NUMPY"), version, 0, ...size, ...header, ...data])
}

const bytesOf = (
  data: ArrayLike<number> | ArrayLike<bigint>,
  write: (view: DataView, at: number) => void,
  size: number,
) => {
  const view = new DataView(new ArrayBuffer(data.length * size))
  for (let at = 0; at < data.length; at++) write(view, at)
  return new Uint8Array(view.buffer)
}

const array = fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
  const length = shape.reduce((product, size) => product * size, 1)
  return fc.record({
    shape: fc.constant(shape),
    data: fc.oneof(
      fc.uint8Array({ minLength: length, maxLength: length }),
      fc.float32Array({ minLength: length, maxLength: length }),
    ),
  })
})

t.test("an array decodes to the bits that were encoded, wherever it lies in a buffer", async () => {
  fc.assert(
    fc.property(array, fc.nat(7), ({ shape, data }, offset) => {
      const bytes = encodeNpy(shape, data)
      const elsewhere = new Uint8Array(bytes.length + offset).subarray(offset)
      elsewhere.set(bytes)
      const found = decodeArray(elsewhere)
      return (
        String(found.shape) === String(shape) &&
        found.data.constructor === data.constructor &&
        Buffer.from(found.data.buffer, found.data.byteOffset, found.data.byteLength).equals(
          Buffer.from(data.buffer, data.byteOffset, data.byteLength),
        )
      )
    }),
  )
})

t.test("an array is written byte for byte as np.save writes it", async (t) => {
  const header = (text: string) => Buffer.from(`\x93NUMPY\x01\x00\x76\x00${text.padEnd(117)}\n`, "latin1")
  const floats = Float32Array.of(0, 1, 2, 3, 4, 5)
  t.same(
    Buffer.from(encodeNpy([2, 3], floats)),
    Buffer.concat([
      header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"),
      Buffer.from(floats.buffer),
    ]),
  )
  t.same(
    Buffer.from(encodeNpy([3], Uint8Array.of(0, 1, 2))),
    Buffer.concat([header("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }"), Buffer.of(0, 1, 2)]),
  )
})

t.test("IDX and .npy are told apart by their first bytes", async (t) => {
  const data = Uint8Array.of(1, 2, 3, 4, 5, 6)
  for (const bytes of [encodeIdx({ shape: [2, 3], data }), encodeNpy([2, 3], data)]) {
    const found = decodeArray(bytes)
    t.same(
      [found.shape, [...found.data]],
      [
        [2, 3],
        [1, 2, 3, 4, 5, 6],
      ],
    )
  }
})

t.test("numbers of every width and order of bytes become floats of the same value", async (t) => {
  const types: ReadonlyArray<
    [string, number, (view: DataView, at: number, value: number, little: boolean) => void]
  > = [
    ["b1", 1, (view, at, value) => view.setUint8(at, value)],
    ["i1", 1, (view, at, value) => view.setInt8(at, value)],
    ["u2", 2, (view, at, value, little) => view.setUint16(at, value, little)],
    ["i2", 2, (view, at, value, little) => view.setInt16(at, value, little)],
    ["u4", 4, (view, at, value, little) => view.setUint32(at, value, little)],
    ["i4", 4, (view, at, value, little) => view.setInt32(at, value, little)],
    ["u8", 8, (view, at, value, little) => view.setBigUint64(at, BigInt(value), little)],
    ["i8", 8, (view, at, value, little) => view.setBigInt64(at, BigInt(value), little)],
    ["f8", 8, (view, at, value, little) => view.setFloat64(at, value, little)],
  ]
  for (const [name, size, write] of types)
    for (const order of size === 1 ? ["|"] : ["<", ">"])
      for (const version of [1, 2, 3]) {
        const values = name.startsWith("i") ? [1, 0, -3 % 128] : name === "f8" ? [0.5, -2, NaN] : [1, 0, 1]
        const data = bytesOf(values, (view, at) => write(view, at * size, values[at]!, order === "<"), size)
        const found = decodeArray(npy(`'${order}${name}'`, "(3,)", data, { version }))
        t.same([...found.data], values, `${order}${name}`)
        t.ok(found.data instanceof Float32Array)
      }
  const big = bytesOf([1.5, -2], (view, at) => view.setFloat32(4 * at, [1.5, -2][at]!, false), 4)
  t.same([...decodeArray(npy("'>f4'", "(2L,)", big)).data], [1.5, -2])
})

t.test("a number that is no float of 32 bits is refused by value and index", async (t) => {
  const doubles = [1, 0.1, 2]
  t.throws(
    () => decodeArray(npy("'<f8'", "(3,)", new Uint8Array(Float64Array.from(doubles).buffer))),
    /value 0.1 at index 1 is no float of 32 bits: round it yourself, with array.astype\(np.float32\)/,
  )
  t.throws(
    () => decodeArray(npy("'<i8'", "(1,)", new Uint8Array(BigInt64Array.of(2n ** 53n + 1n).buffer))),
    /value 9007199254740993 at index 0/,
  )
  t.throws(
    () => decodeArray(npy("'<i4'", "(2,)", new Uint8Array(Int32Array.of(2 ** 24, 2 ** 24 + 1).buffer))),
    /value 16777217 at index 1/,
  )
})

t.test("Fortran order decodes to the values at the same places", async () => {
  fc.assert(
    fc.property(array, ({ shape, data }) => {
      const at = (place: ReadonlyArray<number>, sizes: ReadonlyArray<number>) =>
        place.reduce((sum, index, axis) => sum * sizes[axis]! + index, 0)
      const mirrored = [...shape].reverse()
      const places = Array.from({ length: data.length }, (_, flat) => {
        let rest = flat
        return mirrored.map((_, axis) => {
          const below = mirrored.slice(axis + 1).reduce((product, size) => product * size, 1)
          const index = Math.floor(rest / below)
          rest -= index * below
          return index
        })
      })
      const stored = data.slice()
      for (const [flat, place] of places.entries()) stored[flat] = data[at([...place].reverse(), shape)]!
      const descriptor = data instanceof Float32Array ? "'<f4'" : "'|u1'"
      const text = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`
      const bytes = npy(descriptor, text, new Uint8Array(stored.buffer), { fortran: "True" })
      return Object.is(String(decodeArray(bytes).data), String(data))
    }),
  )
})

t.test("objects are refused as the pickle that they are, and so is a bare pickle", async (t) => {
  const pickle = Uint8Array.from(Buffer.from("\x80\x04K\x01.", "latin1"))
  t.throws(
    () => decodeArray(npy("'|O'", "(1,)", pickle)),
    /objects, which are a pickle: .* never loaded; save numbers instead: np.save/,
  )
  t.throws(() => decodeArray(pickle), /a pickle, which runs code when it is read, so it is never loaded/)
})

t.test("what no number is, and what is cut off or too long, is refused with what to do", async (t) => {
  const refused: ReadonlyArray<[Uint8Array, RegExp]> = [
    [npy("'<U3'", "(1,)", new Uint8Array(12)), /holds texts: save class numbers instead/],
    [npy("'<c8'", "(1,)", new Uint8Array(8)), /complex numbers/],
    [npy("'<M8[s]'", "(1,)", new Uint8Array(8)), /holds times/],
    [npy("'<f2'", "(1,)", new Uint8Array(2)), /width that is not read here: save array.astype\(np.float32\)/],
    [npy("[('a', '<f4'), ('b', '<i4')]", "(1,)", new Uint8Array(8)), /records of several fields/],
    [npy("'<f4'", "(2,)", new Uint8Array(7)), /cut off: \[2\] of <f4 is 8 bytes, found 7/],
    [npy("'<f4'", "(2,)", new Uint8Array(9)), /followed by bytes that are not its own/],
    [npy("'<f4'", "(-1,)", new Uint8Array(4)), /header of the .npy file is not NumPy's/],
    [npy("'<f4'", "(1 2,)", new Uint8Array(4)), /no list of sizes/],
    [npy("'<f4'", "(1,)", new Uint8Array(4), { version: 4 }), /version 4.0 is not known here/],
    [npy("'<f4'", "(1,)", new Uint8Array(4)).subarray(0, 40), /cut off within its header/],
    [npy("'<f4'", "(1,)", new Uint8Array(4)).subarray(0, 7), /cut off within its header/],
    [Uint8Array.of(0x50, 0x4b, 3, 4), /zip archive/],
    [Uint8Array.of(1, 2, 3, 4), /wrong IDX magic number/],
  ]
  for (const [bytes, message] of refused) t.throws(() => decodeArray(bytes), message)
})

t.test(
  "class numbers in wider types narrow to bytes, and what is none is named by value and index",
  async (t) => {
    const labels = decodeArray(npy("'<i8'", "(3,)", new Uint8Array(BigInt64Array.of(0n, 255n, 7n).buffer)))
    t.same(asBytes(labels).data, Uint8Array.of(0, 255, 7))
    for (const [value, shown] of [
      [-1, "-1"],
      [256, "256"],
      [0.5, "0.5"],
      [NaN, "NaN"],
    ] as const)
      t.throws(
        () => asBytes({ shape: [2], data: Float32Array.of(3, value) }),
        new RegExp(`value ${shown} at index 1 is no whole number of 0 to 255`),
      )
  },
)

t.test("every float16 is widened to the float of the same value, in either order of bytes", async (t) => {
  const all = Uint16Array.from({ length: 2 ** 16 }, (_, at) => at)
  /** By the definition: (−1)ˢ · 2^(e − 15) · 1.f, and below the least exponent 2⁻¹⁴ · 0.f. */
  const value = (half: number): number => {
    const [sign, exponent, fraction] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023]
    if (exponent === 31) return fraction === 0 ? sign / 0 : Number.NaN
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
  }
  for (const order of ["<", ">"]) {
    const data = bytesOf(all, (view, at) => view.setUint16(2 * at, all[at]!, order === "<"), 2)
    const found = decodeArray(widenHalfFloats(npy(`'${order}f2'`, "(65536,)", data)))
    t.ok(found.data instanceof Float32Array)
    t.ok(all.every((half) => Object.is(found.data[half], value(half))))
  }
})

t.test(
  "a float16 in Fortran order keeps its places, other arrays their bytes, and one cut off is refused",
  async (t) => {
    const halves = new Uint8Array(Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600).buffer)
    const given = npy("'<f2'", "(2, 3)", halves, { fortran: "True", version: 2 })
    t.same(decodeArray(widenHalfFloats(given)), { shape: [2, 3], data: Float32Array.of(1, 3, 5, 2, 4, 6) })
    const other = encodeNpy([2], Float32Array.of(1, 2))
    t.equal(widenHalfFloats(other), other)
    const idx = encodeIdx({ shape: [1], data: Uint8Array.of(7) })
    t.equal(widenHalfFloats(idx), idx)
    t.throws(() => widenHalfFloats(given.subarray(0, given.length - 1)), /cut off within a float16/)
    t.throws(
      () => decodeArray(widenHalfFloats(given.subarray(0, given.length - 2))),
      /cut off: \[2, 3\] of <f4/,
    )
  },
)
