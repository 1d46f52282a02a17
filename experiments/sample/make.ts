// Makes the sample beside this file from the real dataset: the first examples of every class, in file order.
// Run: npx tsx experiments/sample/make.ts FOLDER, where FOLDER holds Fashion-MNIST's four .gz files.

import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { type DatasetFile, fashionMnist } from "../../ml/data/datasets.ts"
import { decodeIdx, encodeIdx, type Idx } from "../../ml/data/idx.ts"

const PER_CLASS = { train: 60, test: 20 }

const folder = process.argv[2] ?? "/usr/share/datasets/fashion-mnist"
const { classes, files } = fashionMnist

make(files.trainImages, files.trainLabels, PER_CLASS.train)
make(files.testImages, files.testLabels, PER_CLASS.test)

function make(imageFile: DatasetFile, labelFile: DatasetFile, perClass: number): void {
  const images = decodeIdx(read(imageFile), 3)
  const labels = decodeIdx(read(labelFile), 1)
  const taken = new Array<number>(classes.length).fill(0)
  const kept = [...labels.data.keys()].filter((at) => (taken[labels.data[at]!]! += 1) <= perClass)
  write(imageFile.name, rows(images, kept))
  write(labelFile.name, rows(labels, kept))
}

/** The given entries of the first axis. */
function rows({ shape, data }: Idx, kept: ReadonlyArray<number>): Idx {
  const size = shape.slice(1).reduce((product, length) => product * length, 1)
  const bytes = new Uint8Array(kept.length * size)
  kept.forEach((row, at) => {
    bytes.set(data.subarray(row * size, (row + 1) * size), at * size)
  })
  return { shape: [kept.length, ...shape.slice(1)], data: bytes }
}

function read(file: DatasetFile): Uint8Array {
  const bytes = gunzipSync(readFileSync(join(folder, `${file.name}.gz`)))
  const found = sha256(bytes)
  if (found !== file.sha256) throw new Error(`${file.name} in ${folder} is ${found}, expected ${file.sha256}`)
  return bytes
}

/** Node's gzip writes no time stamp (mtime 0) and no name, so only another zlib can change these bytes. */
function write(name: string, idx: Idx): void {
  const bytes = encodeIdx(idx)
  writeFileSync(join(import.meta.dirname, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  console.log(`${sha256(bytes)}  ${name} (${bytes.length})`)
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex")
}
