// Laws of the safetensors encoding.
import fc from "fast-check"
import t from "tap"
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from "../../../ml/data/safetensors.ts"
import type { Tensor, TensorData } from "../../../ml/data/tensor.ts"
import { count } from "../../counts.ts"

const makers = [Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array] as const

/** Any bits, NaN with payload and −0 included. */
const tensor: fc.Arbitrary<Tensor> = fc
  .record({
    make: fc.constantFrom(...makers),
    shape: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
    seed: fc.uint8Array({ minLength: 512, maxLength: 512 }),
  })
  .map(({ make, shape, seed }) => {
    const length = shape.reduce((a, b) => a * b, 1)
    const data: TensorData = new make(seed.slice(0, length * make.BYTES_PER_ELEMENT).buffer)
    return { shape, data }
  })
const tensors = fc.dictionary(fc.string({ unit: "grapheme" }), tensor, { maxKeys: 5 })
const metadata = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 })

const bytesOf = ({ shape, data }: Tensor) => [
  [...shape],
  data.constructor.name,
  ...new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
]

t.test(
  "tensors and metadata come back bit for bit, from data that starts at a multiple of eight",
  async (t) => {
    fc.assert(
      fc.property(tensors, metadata, (given, meta) => {
        const bytes = encodeSafetensors(given, meta)
        const back = decodeSafetensors(bytes)
        const header = Number(new DataView(bytes.buffer).getBigUint64(0, true))
        t.equal(header % 8, 0)
        t.same(Object.keys(back.tensors).sort(), Object.keys(given).sort())
        for (const name of Object.keys(given)) t.same(bytesOf(back.tensors[name]!), bytesOf(given[name]!))
        t.same({ ...back.metadata }, { ...meta })
      }),
      { numRuns: count(20, 600) },
    )
  },
)

t.test("the order in which tensors are named does not change the bytes", async (t) => {
  const [a, b] = [
    { shape: [2], data: Float32Array.of(1, 2) },
    { shape: [], data: Uint32Array.of(3) },
  ]
  t.same(encodeSafetensors({ a, b }, { x: "1", y: "2" }), encodeSafetensors({ b, a }, { y: "2", x: "1" }))
})

t.test("a file cut anywhere, or longer than it says, is refused", async () => {
  const bytes = encodeSafetensors({ weights: { shape: [3], data: Float32Array.of(1, 2, 3) } })
  const refused = (damaged: Uint8Array): boolean => {
    try {
      decodeSafetensors(damaged)
      return false
    } catch (error) {
      return error instanceof SafetensorsError
    }
  }
  fc.assert(fc.property(fc.nat({ max: bytes.length - 1 }), (length) => refused(bytes.subarray(0, length))))
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 9 }), (more) =>
      refused(Uint8Array.from([...bytes, ...more])),
    ),
  )
})

t.test("a header that lies is refused with what is wrong", async (t) => {
  const file = (header: unknown, data = 8): Uint8Array => {
    const json = new TextEncoder().encode(JSON.stringify(header))
    const bytes = new Uint8Array(8 + json.length + data)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
    bytes.set(json, 8)
    return bytes
  }
  const entry = (more: object) => ({ w: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...more } })
  t.doesNotThrow(() => decodeSafetensors(file(entry({}))))
  t.throws(() => decodeSafetensors(file(entry({ dtype: "BF16" }))), /w: dtype BF16 is not known/)
  t.throws(() => decodeSafetensors(file(entry({ dtype: "toString" }))), /dtype toString is not known/)
  t.throws(() => decodeSafetensors(file(entry({ shape: [3] }))), /8 bytes do not fill F32 \[3\]/)
  t.throws(() => decodeSafetensors(file(entry({ shape: "2" }))), /shape is no list/)
  t.throws(() => decodeSafetensors(file(entry({ data_offsets: [0, 16] }))), /not within 8/)
  t.throws(() => decodeSafetensors(file(entry({}), 16)), /16 bytes of data, but tensors end at 8/)
  t.throws(
    () => decodeSafetensors(file({ ...entry({}), v: { dtype: "U8", shape: [4], data_offsets: [4, 8] } })),
    /starts at 4, not at 8/,
  )
  t.throws(() => decodeSafetensors(file([])), /no JSON object/)
  t.throws(() => decodeSafetensors(file({ __metadata__: { a: 1 } }, 0)), /must map names to strings/)
})
