// The examples of a benchmark as one file each for training and for prediction, so that all contenders have the same bytes.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { generator, seedOf } from "../../ml/statistics/random.ts"
import type { Examples, Found } from "../fashion-mnist.ts"
import type { InputShape } from "./networks.ts"

/** Examples to train on, at the most, and to predict. */
const [TRAINED, PREDICTED] = [20_000, 10_000]
const SIDE = 28

/** The file of some examples: images of `shape`, one after the other, then their labels. */
export const fileOf = (folder: string, part: "train" | "test", shape: InputShape): string =>
  join(folder, `${part}-${shape.join("x")}`)

/** Writes both files of pictures of `shape` into `folder`: plain as they are, or in colour. */
export function writePictures(folder: string, shape: InputShape, { train, test }: Found): void {
  const made = (examples: Examples, count: number): Uint8Array => {
    const size = shape.reduce((a, b) => a * b)
    const images = Buffer.alloc(count * size)
    const labels = Buffer.alloc(count)
    const draws = generator(seedOf(1, "colours"))
    for (let i = 0; i < count; i++) {
      const from = i % examples.labels.length
      const image = examples.images.subarray(from * SIDE * SIDE, (from + 1) * SIDE * SIDE)
      images.set(shape[2] === 1 ? image : coloured(image, shape, draws.below), i * size)
      labels[i] = examples.labels[from]!
    }
    return Buffer.concat([images, labels])
  }
  writeFileSync(fileOf(folder, "train", shape), made(train, Math.min(TRAINED, train.labels.length)))
  writeFileSync(fileOf(folder, "test", shape), made(test, PREDICTED))
}

/**
 * A photograph in two colours of its own, enlarged to `shape` by taking the nearest pixel: no channel has a background of zeros,
 * as none of a colour photograph has.
 */
function coloured(image: Uint8Array, shape: InputShape, below: (bound: number) => number): Uint8Array {
  const [height, width, channels] = shape
  const dark = Array.from({ length: channels }, () => 1 + below(100))
  const bright = Array.from({ length: channels }, () => 155 + below(100))
  const pixels = new Uint8Array(height * width * channels)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = image[Math.floor((y * SIDE) / height) * SIDE + Math.floor((x * SIDE) / width)]! / 255
      for (let c = 0; c < channels; c++)
        pixels[(y * width + x) * channels + c] = dark[c]! + Math.round(value * (bright[c]! - dark[c]!))
    }
  return pixels
}
