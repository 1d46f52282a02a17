// Arrays and CIFAR's files as stages read them: what comes of them, and each wrong one by its name and place.
import { zipSync } from "fflate"
import t from "tap"
import { decodeArray } from "../../ml/data/arrays/decode-array.ts"
import { encodeNpy } from "../../ml/data/arrays/npy.ts"
import { encodeIdx } from "../../ml/data/idx.ts"
import { readArrays } from "../../stages/read/arrays.ts"
import { readCifar } from "../../stages/read/cifar.ts"
import { folderOf, runForm } from "./support/run-form.ts"

const classes = ["a", "b"] as const
const test = { fraction: 0.5, seed: 1 }
const eight = Uint8Array.from({ length: 8 }, (_, at) => at)
const labels = eight.map((at) => at % 2)
const x = encodeNpy([8, 1], Float32Array.from(eight))
const y = encodeNpy([8], Float32Array.from(labels))

t.test(
  "a pair of .npy, of IDX, or an .npz give the same parts, and targets without classes are numbers",
  async (t) => {
    const read = await runForm(readArrays.pair, { classes, test }, { inputs: x, targets: y })
    const archive = zipSync({ "x.npy": x, "y.npy": y })
    const names = { inputs: "x", targets: "y" }
    t.same(await runForm(readArrays.npz, { classes, names, test }, { arrays: archive }), read)
    const idx = await runForm(
      readArrays.pair,
      { classes, test },
      { inputs: encodeIdx({ shape: [8, 1], data: eight }), targets: encodeIdx({ shape: [8], data: labels }) },
    )
    t.same(idx.trainTargets, read.trainTargets)
    t.ok(decodeArray(idx.trainInputs).data instanceof Uint8Array)
    const numbers = await runForm(readArrays.pair, { classes: null, test }, { inputs: x, targets: x })
    t.same(numbers.trainTargets, numbers.trainInputs)
    const header = Buffer.from("{'descr': '<f2', 'fortran_order': False, 'shape': (8, 1), }\n")
    const halves = Uint8Array.from([0, 0x3c, 0x40, 0x42, 0x44, 0x45, 0x46, 0x47].flatMap((high) => [0, high]))
    const half = Buffer.concat([
      Buffer.from(`\x93NUMPY\x01\0${String.fromCharCode(header.length)}\0`, "latin1"),
      header,
      halves,
    ])
    t.same(await runForm(readArrays.pair, { classes, test }, { inputs: half, targets: y }), read, "float16")
    const packed = zipSync({ "x.npy": half, "y.npy": y })
    t.same(await runForm(readArrays.npz, { classes, names, test }, { arrays: packed }), read, "float16")
    const parts = await runForm(
      readArrays.npzParts,
      { classes, train: names, test: names },
      { arrays: archive },
    )
    t.equal(parts.checks["duplicates.across"], 8)
  },
)

t.test(
  "arrays that do not belong together, NaN and labels without a class are refused by name and place",
  async (t) => {
    const pair = (inputs: Uint8Array, targets: Uint8Array) => async () =>
      runForm(readArrays.pair, { classes, test }, { inputs, targets })
    const floats = (...values: ReadonlyArray<number>) => encodeNpy([values.length], Float32Array.from(values))
    const nan = encodeNpy([2, 3], Float32Array.of(1, 2, 3, 4, Number.NaN, 6))
    await t.rejects(pair(x, floats(0, 1)), /inputs has 8 examples, and targets the shape \[2\]/)
    await t.rejects(pair(nan, floats(0, 1)), /inputs: example 1, value 1 is NaN, which is no finite number/)
    await t.rejects(pair(x, floats(0, 1, 0, 1, 0, 1, 0, 2)), /targets: label 7 is 2, and 2 classes are named/)
    await t.rejects(
      pair(x, floats(0, 1, 0.5, 1, 0, 1, 0, 2)),
      /targets: value 0.5 at index 2 is no whole number/,
    )
    await t.rejects(
      pair(floats(1, 2), floats(0, 1)),
      /inputs has the shape \[2\]: inputs are \[n, features\]/,
    )
    await t.rejects(pair(x.slice(0, 100), y), /^.*inputs: the .npy file is cut off/)
    await t.rejects(
      runForm(
        readArrays.npz,
        { classes, names: { inputs: "x", targets: "z" }, test },
        { arrays: zipSync({ "x.npy": x }) },
      ),
      /there is no array "z" in the archive: it has x/,
    )
  },
)

const format = (format: "cifar-10" | "cifar-100"): { readonly format: "cifar-10" | "cifar-100" } => ({
  format,
})
/** A batch of records, red being its place, green 100 and blue 200 everywhere. */
const batch = (...labels: ReadonlyArray<number>) =>
  Uint8Array.from(
    labels.flatMap((label, at) => [label, ...[at, 100, 200].flatMap((value) => new Array(1024).fill(value))]),
  )
const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
const cifar = (change: Readonly<Record<string, Uint8Array>> = {}) =>
  new Map(
    Object.entries({
      "cifar-10/batches.meta.txt": Buffer.from(`${ten.map((at) => `class ${at}`).join("\n")}\n\n`),
      ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`cifar-10/data_batch_${n}.bin`, batch(...ten)])),
      "cifar-10/test_batch.bin": batch(...[...ten].reverse()),
      ...change,
    }),
  )

t.test(
  "CIFAR's planes become pixels, its batches one array in their order, its classes have names",
  async (t) => {
    const read = await runForm(readCifar, format("cifar-10"), { files: folderOf(cifar()) })
    const [inputs, targets] = [decodeArray(read.trainInputs), decodeArray(read.trainTargets)]
    t.same(inputs.shape, [50, 32, 32, 3])
    t.same([...inputs.data.subarray(3 * 3072, 3 * 3072 + 6)], [3, 100, 200, 3, 100, 200])
    t.same([...targets.data.subarray(8, 12)], [8, 9, 0, 1])
    t.same((read.facts as { classes: ReadonlyArray<string> }).classes[9], "class 9")
    const fine = new Map([
      ["fine_label_names.txt", Buffer.from(Array.from({ length: 100 }, (_, at) => `c${at}`).join("\n"))],
      ...["train.bin", "test.bin"].map((name): [string, Uint8Array] => [
        name,
        Uint8Array.from(Array.from({ length: 100 }, (_, at) => [1, at, ...new Array(3072).fill(at)]).flat()),
      ]),
    ])
    const hundred = await runForm(readCifar, format("cifar-100"), { files: folderOf(fine) })
    t.same(decodeArray(hundred.testTargets).data[99], 99)
  },
)

t.test(
  "a CIFAR file that is cut off, missing, or of another format is refused by name and record",
  async (t) => {
    const read = (change: Readonly<Record<string, Uint8Array>>) => async () =>
      runForm(readCifar, format("cifar-10"), { files: folderOf(cifar(change)) })
    await t.rejects(
      read({ "cifar-10/data_batch_3.bin": batch(1, 2).subarray(0, 4000) }),
      /data_batch_3.bin has 4000 bytes, which is no whole number of records of 3073: cut off/,
    )
    await t.rejects(
      read({ "cifar-10/test_batch.bin": batch(1, 11) }),
      /test_batch.bin, record 2: class 11 is not below 10/,
    )
    await t.rejects(read({ "other/test_batch.bin": batch(1) }), /there are several test_batch.bin/)
    await t.rejects(
      read({ "cifar-10/batches.meta.txt": Buffer.from("cat\n") }),
      /1 names of classes, and cifar-10 has 10/,
    )
    await t.rejects(
      async () => runForm(readCifar, format("cifar-100"), { files: folderOf(cifar()) }),
      /there is no fine_label_names.txt among cifar-10\/batches.meta.txt/,
    )
  },
)
