// Writes pieces of cloth as images: those of `images/`, the very files that are kept here, or a set in CIFAR-10's binary format.
//
//   npx tsx make-images.ts
//   npx tsx make-images.ts --cifar10 FOLDER [--batch 1000] [--test 1000] [--seed 1]
//
// --batch images stand in each of the five files to train on, --test in the file to test on; --seed draws others.
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import jpeg from "jpeg-js"
import { generator, permutation, seedOf } from "refold/ml"
import { draw, patterns, SIDE } from "./parts/cloth.ts"

const EACH = 72
const QUALITY = 62

/** One folder a pattern; all of an image comes from the seed of its name. */
function writeFolders(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  for (const name of ["checked", "dotted", "plain", "ringed", "striped"]) {
    mkdirSync(join(folder, name), { recursive: true })
    for (let at = 1; at <= EACH; at++) {
      const data = draw(seedOf(1, `${name} ${at}`), patterns[name]!)
      const image = jpeg.encode({ data, width: SIDE, height: SIDE }, QUALITY)
      writeFileSync(join(folder, name, `${String(at).padStart(2, "0")}.jpg`), image.data)
    }
  }
}

/** A byte of the class, then all reds, greens and blues (https://www.cs.toronto.edu/~kriz/cifar.html). */
const RECORD = 1 + 3 * SIDE * SIDE

/** As many of each class as there can be, in an order that says nothing. */
function batch(name: string, count: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(count * RECORD)
  const classes = Object.values(patterns)
  const order = permutation(count, generator(seedOf(seed, name, "order")))
  for (let at = 0; at < count; at++) {
    const record = bytes.subarray(at * RECORD, (at + 1) * RECORD)
    const label = order[at]! % classes.length
    const pixels = draw(seedOf(seed, name, at), classes[label]!)
    record[0] = label
    for (let place = 0; place < SIDE * SIDE; place++)
      for (let channel = 0; channel < 3; channel++)
        record[1 + channel * SIDE * SIDE + place] = pixels[4 * place + channel]!
  }
  return bytes
}

function writeCifar(
  folder: string,
  { batch: each, test, seed }: Record<"batch" | "test" | "seed", number>,
): void {
  mkdirSync(folder, { recursive: true })
  for (let nth = 1; nth <= 5; nth++)
    writeFileSync(join(folder, `data_batch_${nth}.bin`), batch(`batch ${nth}`, each, seed))
  writeFileSync(join(folder, "test_batch.bin"), batch("test", test, seed))
  writeFileSync(join(folder, "batches.meta.txt"), `${Object.keys(patterns).join("\n")}\n`)
}

const { values } = parseArgs({
  options: {
    cifar10: { type: "string" },
    batch: { type: "string", default: "1000" },
    test: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
  },
})
if (values.cifar10 === undefined) writeFolders(fileURLToPath(new URL("images", import.meta.url)))
else {
  writeCifar(values.cifar10, {
    ...{ batch: Number(values.batch), test: Number(values.test), seed: Number(values.seed) },
  })
  console.log(
    `npx refold --exp photos --set cifar10=${values.cifar10} --set cifarClasses=${Object.keys(patterns)}`,
  )
}
