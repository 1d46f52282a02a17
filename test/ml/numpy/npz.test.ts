// in turn: it starts Python, where there is one.
// Laws of .npz: NumPy opens what is written, each array under its name with its bits.
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { encodeNpz } from "../../../ml/data/arrays/encode-npz.ts"
import { network } from "../../../ml/network/network.ts"
import { fromNpz } from "../../../ml/numpy/from-npz.ts"
import { weightsNpz } from "../../../ml/numpy/weights-npz.ts"

const python = process.env.REFOLD_PYTHON ?? "python3"
const has = (modules: string) => spawnSync(python, ["-c", `import ${modules}`]).status === 0

const arrays = {
  "conv1/kernel": { shape: [2, 1, 1, 2], data: Float32Array.of(0.1, -0, Number.NaN, 3e38) },
  "conv1/bias": { shape: [2], data: Float32Array.of(1, 2) },
  ähnlich: { shape: [], data: Uint8Array.of(7) },
}

t.test(
  "a zip reader finds every entry whole, under its name",
  { skip: has("zipfile") ? false : "there is no Python" },
  async (t) => {
    const path = join(temporaryFolder(t), "w.npz")
    writeFileSync(path, encodeNpz(arrays))
    const { stdout, stderr } = spawnSync(
      python,
      [
        "-c",
        "import sys, zipfile, json; z = zipfile.ZipFile(sys.argv[1]); print(json.dumps([z.testzip(), z.namelist()]))",
        path,
      ],
      { encoding: "utf8" },
    )
    t.equal(stderr, "")
    t.same(JSON.parse(stdout), [null, ["conv1/bias.npy", "conv1/kernel.npy", "ähnlich.npy"]])
  },
)

t.test(
  "NumPy opens it, and has the bits",
  { skip: has("numpy") ? false : `${python} has no numpy; REFOLD_PYTHON names another` },
  async (t) => {
    const path = join(temporaryFolder(t), "w.npz")
    writeFileSync(path, encodeNpz(arrays))
    const script = [
      "import sys, numpy, json",
      "a = numpy.load(sys.argv[1])",
      "print(json.dumps({k: [list(a[k].shape), a[k].dtype.str, a[k].tobytes().hex()] for k in a.files}))",
    ]
    const { stdout, stderr } = spawnSync(python, ["-c", script.join("\n"), path], { encoding: "utf8" })
    t.equal(stderr, "")
    const hex = (data: Uint8Array | Float32Array) =>
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex")
    t.same(
      JSON.parse(stdout),
      Object.fromEntries(
        Object.entries(arrays).map(([name, { shape, data }]) => [
          name,
          [shape, data instanceof Float32Array ? "<f4" : "|u1", hex(data)],
        ]),
      ),
    )
  },
)

t.test("weights that go to NumPy come back bit for bit; another network's are refused by name", async (t) => {
  const given = { network: network({ layers: [{ type: "conv", filters: 2, kernel: [2, 1] }] }) }
  const trained = { ...given, inputShape: [4, 4, 1] as const }
  const { ähnlich: _, ...weights } = arrays
  t.same(await fromNpz(weightsNpz({ weights }), trained), weights)
  const refused = (changed: Parameters<typeof encodeNpz>[0], message: RegExp) =>
    t.rejects(fromNpz(encodeNpz(changed), trained), { _tag: "WeightsMismatch", message })
  await refused({ "conv1/bias": weights["conv1/bias"] }, /it has no conv1\/kernel\b/)
  await refused(arrays, /the network has no place for ähnlich/)
  await refused(
    { ...weights, "conv1/bias": { shape: [3], data: new Float32Array(3) } },
    /conv1\/bias is \[3\], and layer conv1 takes \[2\]/,
  )
  await refused(
    { ...weights, "conv1/bias": { shape: [2], data: new Uint8Array(2) } },
    /conv1\/bias holds other than floats of 32 bits/,
  )
})

t.test("the same arrays give the same bytes, in whatever order they are named", async (t) => {
  const turned = Object.fromEntries(Object.entries(arrays).reverse())
  t.same(encodeNpz(turned as typeof arrays), encodeNpz(arrays))
  const { ähnlich: _, ...weights } = arrays
  t.same(weightsNpz({ weights }), encodeNpz(weights))
})

t.test("no arrays at all are an archive too", async (t) => {
  t.equal(encodeNpz({}).length, 22)
})
